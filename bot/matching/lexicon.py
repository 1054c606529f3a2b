"""Closed lists of words that speak for or against a company near a doubtful name. All folded."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _list(text: str) -> tuple[str, ...]:
    return tuple(text.split())


CORPORATE = _words(
    """
    share shares stock stocks investor investors shareholder shareholders ceo cfo coo cto chairman executive
    executives chief president director board analyst analysts revenue revenues profit profits earnings sales income
    loss losses margin quarter quarterly q1 q2 q3 q4 fiscal results guidance forecast outlook dividend ebitda ipo
    listing listed acquire acquires acquired acquisition merger takeover stake stakes buyout bid deal deals partner
    partners partnership subsidiary unit division plant plants factory factories manufacturer manufacturers maker
    makers supplier suppliers supply customer customers client clients product products production launch launches
    launched unveil unveils unveiled announce announces announced company companys firm firms startup start-up group
    corporation business businesses brand brands retailer retailers chain store stores outlets airline airlines
    carrier bank lender insurer software hardware device devices phone phones smartphone smartphones handset
    handsets chip chips chipmaker semiconductor semiconductors technology technologies tech operator telecom
    wireless network mobile app apps iphone ipad platform platforms service services market markets billion million
    bln mln crore crores percent pct nasdaq nyse sensex nifty bse nse rating ratings upgrade downgrade upgraded
    downgraded buy sell hold target price rs rupees bonds debt credit hire hires hired layoffs jobs employees staff
    workers workforce spokesman spokeswoman spokesperson headquartered headquarters based contract contracts order
    orders agreement licensing license patent patents lawsuit sued sues antitrust regulator regulators capex
    capacity invest invests investment export exports shipments rival rivals competitor competitors venture oil gas
    drilling refinery barrels cars car vehicles vehicle automaker automakers suv sedan model models motors trading
    traded outperform underperform consolidated net yoy loan loans fund funds assets
    """
)

CORPORATE_HAN = _list(
    """
    股价 股票 股份 股东 公司 集团 营收 获利 盈利 净利 利润 业绩 财报 季度 执行长 董事长 总裁 首席 手机 芯片
    晶片 晶圆 半导体 供应链 工厂 产能  订单 投资 上市 收购 并购 合作 客户 市场 市值 品牌 发布 推出 宣布 表示
    涨停 跌停 上涨 下跌 大涨 大跌 法说会 法人 外资 出货 代工 车用 汽车  科技 产品 业务 企业 厂商 大厂 员工
    股 涨 跌 亿 %
    """
)

EVERYDAY = _words(
    """
    volcano volcanoes volcanic eruption eruptions erupt erupts erupted erupting crater magma ash flow flows lamp
    lamps village villages villagers cake cakes molten harvest harvests pie pies orchard orchards cider juice juices
    sauce fruit fruits tree trees crumble recipe recipes cinnamon bananas pears crop crops farmers growers picking
    ripe blossom sea beach turtle turtles egg eggs tomb bomb shock river rivers rainforest forest forests jungle
    tribe tribes basin county peel vitamin cooking baked baking bake chef kitchen restaurant menu flavor flavour
    porridge millet grain rice mythology greek temple prophecy olympic race races medal athlete athletes butterfly
    insect insects leaf leaves plaza protest protesters rally variant variants movie film actor actress novel poem
    church bible sermon wedding funeral suspect arrested sheriff police murder murdered killed victim victims coach
    quarterback goals inning innings
    """
)

EVERYDAY_HAN = _list("粥 饭 煮 炖 熬 食材 杂粮 谷物 营养 种植 果树 水果 果园 采摘 红枣 火山 岩浆 电影 小说")

TITLES = _words(
    """
    mr mrs ms miss dr prof professor sir lord lady dame sheriff judge justice senator sen congressman congresswoman
    representative rep governor gov mayor minister king queen prince princess saint captain capt sergeant sgt
    lieutenant lt colonel col general gen major officer detective inspector constable deputy agent coach manager
    pastor reverend rev father sister brother bishop pope rabbi imam ambassador secretary attorney lawyer president
    chancellor economist strategist analyst trader actor actress singer author driver striker midfielder defender
    goalkeeper
    """
)

OCCUPATIONS = _words(
    """
    actor actress analyst attorney author coach defender detective economist goalkeeper judge lawyer midfielder
    quarterback sergeant singer strategist striker trader
    """
)
"""What stands before a person's name in small letters."""

VERBS_AFTER = _words(
    """
    said says agreed reported reports posted posts plans planned expects expected announced announces unveiled unveils
    launched launches acquired acquires buys bought sells sold hired hires raised raises cuts cut warned warns gained
    gains rose rises jumped jumps fell falls slipped slips edged dropped drops tumbled tumbles surged surges climbed
    soared slumped closed traded trades opened invests invested signs signed wins won files filed sues sued is has will
    """
)
"""What companies do in news, in small letters right after their name."""

GIVEN_NAMES = _words(
    """
    aaron adam adrian alan albert alex alexander alfred alice alison allen amanda amy andre andrea andrew andy
    angela ann anna anne anthony antonio arthur ashley austin barbara barry ben benjamin bernard beth betty bill
    billy bob bobby brad bradley brandon brenda brian bruce bryan carl carlos carol caroline catherine charles
    charlie charlotte chris christian christina christine christopher claire clara colin craig cynthia dan daniel
    danny darren dave david dean deborah dennis derek diana diane don donald donna doris dorothy doug douglas dylan
    ed eddie edward edwin eileen elaine eleanor elizabeth ellen emily emma eric erica ernest ethan eugene evan
    evelyn florence frances francis frank fred frederick gary gavin george gerald gerard gilbert glenn gloria gordon
    grace graham greg gregory hannah harold harriet harrison harry harvey heather helen henry herbert howard hugh
    ian irene isaac isabel ivan jack jackie jacob jacqueline jake james jamie jan jane janet janice jason jay jean
    jeff jeffrey jennifer jenny jeremy jerome jerry jesse jessica jill jim jimmy joan joanna joe joel john johnny
    jon jonathan jordan jose joseph josh joshua joyce juan judith judy julia julian julie justin karen karl kate
    katherine kathleen kathryn kathy katie keith kelly ken kenneth kevin kim kimberly kurt kyle larry laura lauren
    laurence lawrence lee leo leon leonard leslie lewis liam linda lisa liz lloyd louis louise lucy luis luke lynn
    malcolm marcus margaret maria marie marilyn mario marion mark marshall martha martin marvin mary mason matt
    matthew maurice max megan melissa michael michele michelle miguel mike mildred miranda mitchell molly monica
    nancy naomi natalie nathan neil nicholas nick nicole nigel noah norman oliver olivia oscar owen pamela patricia
    patrick paul paula pauline peggy penny peter phil philip phillip phyllis rachel ralph randy ray raymond rebecca
    rex richard rick ricky rob robert roberto robin rod rodney roger roland ron ronald rosa rose ross roy russell
    ruth ryan sally sam samantha samuel sandra sara sarah scott sean sergio shane shannon sharon shaun shawn sheila
    shirley simon sophia sophie stacy stan stanley stephanie stephen steve steven stewart stuart sue susan suzanne
    sylvia tamara tara ted teresa terry theodore theresa thomas tiffany tim timothy tina todd tom tommy tony tracy
    travis trevor tyler valerie vanessa vera vernon veronica vicki victor victoria vincent virginia walter wanda
    warren wayne wendy will william willie willard yvonne zachary glen chuck rusty betsy amit anil arun deepak manoj
    mukesh pankaj priya rahul raj rajesh ratan ravi sanjay sunil suresh vijay vikram hans jurgen klaus wolfgang
    pierre jacques francois giovanni giuseppe paolo marco diego pablo pedro
    """
)

PLACES_AFTER = _words(
    """
    county city town village street st road rd avenue ave boulevard lane square park river lake valley island
    islands bay beach mountain mountains mount hills creek bridge university college school academy institute
    hospital church cathedral museum library stadium arena airport station rainforest forest jungle basin tribe bowl
    cup open prize award awards revolution order coast prefecture province district state states
    """
)
"""Heads of names of places and institutions: "Orange County", "Ford Foundation"."""

FIRMS_AFTER = _words(
    """
    energy records bank banking bancorp foundation theatre theater partners capital ventures pharma pharmaceuticals
    insurance securities brewery brewing hotel hotels resort resorts airlines airways mining minerals petroleum
    brasil brazil steel textiles cement shipping logistics properties estates films pictures press publishing
    """
)
"""Heads of names of other firms: "Vivo Energy", "Lava Records", "Apple Bank"."""

NEUTRAL_BEFORE = _words(
    """
    the a an and or but for with from by at in on of to as its his her their our this that these those new old
    former us uk eu u.s american british chinese japanese korean taiwanese indian german french italian spanish
    dutch swiss swedish finnish russian canadian australian brazilian european asian global world monday tuesday
    wednesday thursday friday saturday sunday january february march april may june july august september october
    november december if when while after before since because although though however also yet both like unlike
    says said rival rivals ceo cfo chairman chief executive reuters bloomberg ap afp inc corp ltd co
    """
)
"""Capitalised words before a name that do not make it part of a longer one."""
