"""A hundred and some hard sentences of our own, both ways: does the matcher find the company, and only the company?

A verdict that turns out wrong anywhere becomes a row. Rows that are wrong today stay: the test counts them all.
"""

import pytest

from bot.matching import Matcher
from tests.matching.lists import alerting, company, watchlist

MATCHER = Matcher(
    watchlist(
        company("Apple Inc", "Apple", tickers=("AAPL",)),
        company("Amazon.com Inc", "Amazon", tickers=("AMZN",)),
        company("Boeing", tickers=("BA",)),
        company("Caterpillar Inc", "Caterpillar", tickers=("CAT",)),
        company("Delta Air Lines", "Delta", tickers=("DAL",)),
        company("Deutsche Bank AG"),
        company("Ericsson"),
        company("Ford Motor Co", "Ford", tickers=("F",)),
        company("Gap Inc", "Gap"),
        company("Granada CF", "Granada"),
        company("Hewlett Packard Enterprise Co", "Hewlett-Packard"),
        company("Infosys Ltd", tickers=("INFY.NS",)),
        company("J.P. Morgan Chase & Co", "JPMorgan"),
        company("Kohl's"),
        company("L'Oréal SA"),
        company("Lenovo", "聯想", tickers=("0992.HK",)),
        company("Lowe's"),
        company("Marriott International"),
        company("Mastercard"),
        company("McDonald's Corp"),
        company("Nestlé SA"),
        company("Nissan Motor", "Nissan", "日產"),
        company("Novartis"),
        company("Nvidia Corp", "輝達", tickers=("NVDA",)),
        company("Orange SA", "Orange"),
        company("PayPal"),
        company("Pegatron", "和碩", tickers=("4938.TW",)),
        company("Procter & Gamble Co", "P&G"),
        company("Reliance Industries Ltd", "Reliance"),
        company("Reno Pilots", "Pilots"),
        company("Samsung SDI", "삼성SDI"),
        company("Shell plc", "Shell"),
        company("SoftBank Group", "ソフトバンク"),
        company("Sony Group", "Sony", "ソニー"),
        company("Südzucker AG"),
        company("Target Corp", "Target", tickers=("TGT",)),
        company("Tata Motors Ltd"),
        company("ThyssenKrupp AG"),
        company("Toyota Motor", "Toyota", "トヨタ"),
        company("Uni-President", "統一"),
        company("Volkswagen AG", "大眾"),
        company("Wells Fargo & Co"),
    )
)

ROWS: dict[str, tuple[tuple[str, str], ...]] = {
    "plain": (
        ("Boeing pushed back the first flight of its new freighter to March", "Boeing"),
        ("The Swedish network maker Ericsson lost a tender in Peru", "Ericsson"),
        ("Regulators in Bern cleared a heart drug from Novartis on Thursday", "Novartis"),
        ("a wallet that works with PayPal and a dozen local banks", "PayPal"),
        ("NVIDIA WARNS OF LONGER WAITS FOR ACCELERATORS", "Nvidia Corp"),
        ("Two former Wells Fargo tellers pleaded guilty in Des Moines", "Wells Fargo & Co"),
        ("mastercard raised its fee for cross-border payments, merchants say", "Mastercard"),
        ("Marriott International will manage a resort near Da Nang", "Marriott International"),
        ("The Tata Motors van caught fire during a test in Sanand", "Tata Motors Ltd"),
        ("Boing! went the spring, and the children laughed", ""),
        ("She softly banked the canoe and went to group therapy", ""),
        ("The wells near Fargo ran dry in the hot summer", ""),
    ),
    "suffix": (
        ("Deutsche Bank Aktiengesellschaft, known as Deutsche Bank AG, moves its back office", "Deutsche Bank AG"),
        ("A filing by Gap, Inc. lists 14 closures", "Gap Inc"),
        ("Target Corporation will open 20 stores", "Target Corp"),
        ("Infosys Limited won a payroll contract in Oslo", "Infosys Ltd"),
        ("The claim against Caterpillar Inc. was dropped", "Caterpillar Inc"),
        ("Nestle S.A. recalled two batches of soup", "Nestlé SA"),
        ("Orange S.A. switched off copper lines in Brittany", "Orange SA"),
        ("Procter & Gamble Company lifted prices of nappies", "Procter & Gamble Co"),
        ("輝達股份有限公司表示，新產品下季出貨", "Nvidia Corp"),
        ("The ministry wants limited apple imports, and a co-op in Yantai agreed", ""),
        ("Orange Corporation Street is closed for roadworks", ""),
        ("They target inc. VAT prices of ten pounds", ""),
    ),
    "possessive": (
        ("Pegatron’s Chennai plant will assemble tablets", "Pegatron"),
        ("Boeing's chief engineer resigned", "Boeing"),
        ("Infosys' campus in Mysuru reopened", "Infosys Ltd"),
        ("Kohls will take returns for the web shop", "Kohl's"),
        ("Shares of McDonalds slipped after the outbreak", "McDonald's Corp"),
        ("McDonald’s franchisees in Ohio protest against new fees", "McDonald's Corp"),
        ("a look at Procter & Gamble's margins", "Procter & Gamble Co"),
        ("Lowe's will hire 900 seasonal workers", "Lowe's"),
        ("Apple's supplier in Zhengzhou cut overtime", "Apple Inc"),
        ("Old McDonald had a farm, sang the toddlers", ""),
        ("Helmut Kohl said so in a letter to the chancellor", ""),
        ("The apple's skin holds most of its vitamin C", ""),
    ),
    "spacing": (
        ("lender Soft Bank Group may sell a stake in its chip unit", "SoftBank Group"),
        ("Master Card and a rival settled with the retailers", "Mastercard"),
        ("the steel maker Thyssen-Krupp wants a partner for its furnaces", "ThyssenKrupp AG"),
        ("Thyssen Krupp posted a loss on plate steel", "ThyssenKrupp AG"),
        ("HewlettPackard Enterprise won a supercomputer order in Kobe", "Hewlett Packard Enterprise Co"),
        ("Hewlett - Packard printers with the flaw were recalled", "Hewlett Packard Enterprise Co"),
        ("a loan led by J. P. Morgan Chase and two others", "J.P. Morgan Chase & Co"),
        ("Wells\nFargo raised its forecast for prime rates", "Wells Fargo & Co"),
        ("TataMotors dealers in Kerala ran out of stock", "Tata Motors Ltd"),
        ("He paid his pal ten dollars for the pay pal had promised", ""),
        ("The soft bank of the river gave way", ""),
        ("We met in Delta. Air lines were long at the petrol station", ""),
    ),
    "typo": (
        ("A tender for 5G radios went to Ericssno, two people said", "Ericsson"),
        ("Infosis hired 3,000 graduates in Hyderabad", "Infosys Ltd"),
        ("Volkswagon will build batteries in Sagunto", "Volkswagen AG"),
        ("Masteracrd said that its network was down for an hour", "Mastercard"),
        ("Mariott International raised its room rates", "Marriott International"),
        ("Thyssenkrup sold its elevator unit years ago", "ThyssenKrupp AG"),
        ("Procter & Gamlbe will close a plant in Lima", "Procter & Gamble Co"),
        ("Hewlet Packard Enterprise cut its outlook", "Hewlett Packard Enterprise Co"),
        ("Pegatorn shipped fewer notebooks last month", "Pegatron"),
        ("Mr Novarro and Ms Noventis opened the exhibition", ""),
        ("The master cad drawings were lost in the move", ""),
        ("Eriksen scored twice for the visitors", ""),
    ),
    "near word": (
        ("Fortescue shipped more ore than a year ago", ""),
        ("Nevada will regulate delivery robots", ""),
        ("Sony's rival is not Sonny, the barber of that corner", "Sony Group"),
        ("a bowling alley, a boxing ring and a boeuf bourguignon", ""),
        ("The Deltas of Bengal sink, a study says", ""),
        ("Appeal court upholds the fine for littering", ""),
        ("Lower rates helped builders, and Lowell mills reopened", ""),
        ("Amazonian fishermen report fewer catfish", ""),
        ("a gape, a gasp, and then the gaps in the fence", ""),
        ("Toyama welcomed more tourists than Nagano", ""),
        ("Shelley's poem was read at the reliance of no one", ""),
        ("Nissin sells cup noodles in Brazil", ""),
    ),
    "ambiguous, the company": (
        ("Apple will make the cheaper phone in Hosur", "Apple Inc"),
        ("Amazon raised pay for its warehouse workers in Leipzig", "Amazon.com Inc"),
        ("Shares in Target fell 8 percent after the retailer cut its outlook", "Target Corp"),
        ("Shell sold its stake in the Brunei gas field", "Shell plc"),
        ("Orange and a Spanish rival merge their mobile networks", "Orange SA"),
        ("Ford recalls 40,000 pickups over a brake hose", "Ford Motor Co"),
        ("Delta cancelled 300 flights after the outage, the carrier said", "Delta Air Lines"),
        ("Gap named a new chief executive from a toy maker", "Gap Inc"),
        ("Caterpillar reported lower sales of excavators", "Caterpillar Inc"),
        ("Reliance won approval for a battery plant in Jamnagar", "Reliance Industries Ltd"),
        ("analysts at the bank cut Caterpillar to hold", "Caterpillar Inc"),
        ("The union at Ford voted for a strike at two plants", "Ford Motor Co"),
    ),
    "ambiguous, not the company": (
        ("He bit into an apple and lost a tooth", ""),
        ("The search for the missing boy moved up the Amazon in three canoes", ""),
        ("The central bank missed its inflation target again", ""),
        ("A tortoise hides in its shell when gulls circle", ""),
        ("The orange trees of Valencia bloom early", ""),
        ("They had to ford the stream with two mules", ""),
        ("Silt from the dam no longer reaches the delta", ""),
        ("The gap between rich and poor towns grew", ""),
        ("A caterpillar ate all the cabbage in one night", ""),
        ("The country's reliance on coal worries its neighbours", ""),
        ("Harrison Ford will read from his memoir in Boise", ""),
        ("Cases of the Delta variant rose in six counties", ""),
    ),
    "another organisation": (
        ("Apple Records will reissue a lost session", ""),
        ("The Ford Foundation gave two million dollars to a library", ""),
        ("Delta Dental settled a claim with dentists in Oregon", ""),
        ("Reliance Steel of Scottsdale bought a tube mill", ""),
        ("Orange County sheriffs closed the canyon road", ""),
        ("Shell Lake Clinic hired a second nurse", ""),
        ("Amazon Conservation Team mapped the burial grounds", ""),
        ("Target Field will host the final on Sunday", ""),
        ("Caterpillar Club members once jumped from burning planes", ""),
        ("Gap Year Association lists courses in Nepal", ""),
        ("Apple Hospitality owns inns in Utah", ""),
        ("Delta Electronics opened a converter factory near Bangkok", ""),
    ),
    "introduced by a longer name": (
        ("Trains of the Alpine Shell stop at noon. Shell will run again in May", ""),
        ("The painter sold Winter Orange to a museum. Orange hangs beside a portrait", ""),
        ("The Swabian Delta seats ninety. Delta serves carp and beer", ""),
        ("Critics praised Electric Amazon, a play. Amazon runs until June", ""),
        ("The choir of Saint Target sang twice. Target has a new organ", ""),
        ("The Helsinki Gap opened at eight. Gap sells tickets at the door", ""),
        ("Profit at Apple rose. The Big Apple is tired, but Apple is not", "Apple Inc"),
        ("Executives of Orange came early. The Winter Orange was hung in the hall", "Orange SA"),
        ("Shell plc closed a rig. The Alpine Shell is a train", "Shell plc"),
        ("Gap Inc lost customers. A Helsinki Gap would win them back, Gap said", "Gap Inc"),
        ("Delta Air Lines cut fares. The Swabian Delta, a pub, did not; Delta said so", "Delta Air Lines"),
        ("Amazon.com Inc hired drivers. Electric Amazon is a play, Amazon said", "Amazon.com Inc"),
    ),
    "CJK": (
        ("輝達股價創下新高，市值突破四兆美元", "Nvidia Corp"),
        ("和碩將在越南擴產，訂單能見度到明年", "Pegatron"),
        ("聯想集團公布上季財報，營收成長兩成", "Lenovo"),
        ("統一企業宣布調漲泡麵價格", "Uni-President"),
        ("ソニーは新しいセンサーを発表した", "Sony Group"),
        ("トヨタが北米で増産へ", "Toyota Motor"),
        ("삼성SDI가 배터리 공장을 짓는다", "Samsung SDI"),
        ("大眾汽車計畫關閉德國兩座工廠", "Volkswagen AG"),
        ("這首歌讓人聯想到童年的夏天", ""),
        ("口味大眾化的餐館越開越多", ""),
        ("全國統一考試下月舉行", ""),
        ("溫和碩大的身影慢慢走來", ""),
    ),
    "ticker": (
        ("$NVDA jumped in late trading", "Nvidia Corp"),
        ("Buy the dip in $F, he wrote", "Ford Motor Co"),
        ("The fund sold AMZN.O and kept cash", "Amazon.com Inc"),
        ("4938 TT fell 2 percent in Taipei", "Pegatron"),
        ("The lender likes (NYSE: DAL) into the summer", "Delta Air Lines"),
        ("0992.HK leads the gainers", "Lenovo"),
        ("INFY.NS slid 1.4 percent on the news", "Infosys Ltd"),
        ("the retailer (TGT.N) cut its outlook", "Target Corp"),
        ("The CAT scan showed nothing", ""),
        ("He holds a BA in history from Leeds", ""),
        ("A recipe for DAL MAKHANI AND RICE", ""),
        ("Vitamin F-150 and the F sharp key", ""),
    ),
    "a club, its city and its members": (
        ("The goalkeeper was loaned by Granada to a club of the second league", "Granada CF"),
        ("Granada 1 Cadiz 1", "Granada CF"),
        ("A late penalty sent the visitors home: Granada won without playing well", "Granada CF"),
        ("The Pilots are last in the league after losing to Tampa", "Reno Pilots"),
        ("A forward of the Pilots was fined after the game", "Reno Pilots"),
        ("GRANADA 2022-07-01 The tournament ended in a draw on Friday", ""),
        ("The final was played in Granada before 9,000 supporters", ""),
        ("A tennis champion grew up near Granada", ""),
        ("The bank sold its Granada unit and bought a rival", ""),
        ("Pilots of two airlines went on strike", ""),
        ("PILOTS - SHORTAGE TO LAST, STUDY SAYS", ""),
        ("The stake belongs to Lakeland Gap Inc of Reno", ""),
    ),
    "look-alike letters": (
        ("Voucher from Аmazon: your account will be closed", "Amazon.com Inc"),  # Cyrillic A
        ("Log in to РayPal to keep your money", "PayPal"),  # Cyrillic Er
        ("Support of Nοvartis asks for your password", "Novartis"),  # Greek omicron
        ("Ｔｏｙｏｔａ raises its forecast for hybrids", "Toyota Motor"),
        ("Mаstercаrd cards blocked, says a fake mail", "Mastercard"),
        ("Your Sоny console was reported stolen, the mail claims", "Sony Group"),
        ("Sudzucker and Suedzucker are the same sugar maker", "Südzucker AG"),
        ("LOREAL and L'ORÉAL both appear on the invoice of L'Oreal", "L'Oréal SA"),
        ("Per\u00adi\u00adcles left Boe\u200bing last year", "Boeing"),
        ("Мария прочла книгу о рауле и пошла домой", ""),
        ("Ο ταύρος και η αρκούδα", ""),
        ("The Σωκράτης café pays its pals in оlives", ""),
    ),
}


def wrong_rows() -> tuple[list[str], int, int, int]:
    """The rows whose verdict is wrong, in words; companies rightly found, wrongly found, not found."""
    wrong, right, false, missed = [], 0, 0, 0
    for kind, rows in ROWS.items():
        for text, due in rows:
            found = alerting(MATCHER.find("", text))
            right += due in found
            false += len(found - {due})
            missed += due != "" and due not in found
            if found != ({due} if due else set()):
                wrong.append(f"{kind}: {text!r}: {sorted(found) or 'nothing'}, not {due or 'nothing'}")
    return wrong, right, false, missed


def test_precision_and_recall_over_the_hard_cases() -> None:
    wrong, right, false, missed = wrong_rows()
    precision, recall = right / (right + false), right / (right + missed)
    shown = "\n".join(wrong)
    assert (precision >= 0.95, recall >= 0.95) == (True, True), f"{precision=:.3f} {recall=:.3f}\n{shown}"


@pytest.mark.parametrize("kind", ROWS)
def test_a_dozen_of_each_kind_at_least_and_no_row_twice(kind: str) -> None:
    texts = [text for text, _ in ROWS[kind]]
    assert len(texts) == len(set(texts)) >= 12
