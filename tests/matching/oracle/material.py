"""Names and words to build lists and texts from: invented ones, and real ones where the data folder is there."""

import gzip
import itertools
import json
import random
from functools import cache

from bot.model.company import Alias, Company
from tests.shared_data import SHARED

MENTIONS = SHARED / "data" / "mentions"

_INVENTED = """
    Kyndralo| Brixham Foundry Works| Veltrona| Veltrano| MediaSolm| Hon Bai Precision| Grelk| Grelkia|
    Ostwald & Fenn| Ostwald und Fenn Holding| The Tarnow Group| Tarnow| Pellingate Technologies Ltd|
    Pellingate| Marlby's| Dunmore's Sporting Goods| J.Q. Halvorsen| J. Q. Halvorsen Chase| JQ Halvorsen|
    I.B.X.| QR&T| Q&R| Sales Harbour| SalesHarbour| Harbourforce| Sunforce| Lumen Sky| Skylumen|
    Nordvik A/S| Nordvik S.p.A.| Block Grist Inc| X Corp| X| 鋒| O2 Mobil| 3Q| 7-Orchard| Seven Orchards|
    Münzkopf| Köln Süd| Bräuküche AG| Crème Valois| Łódka| Smørdal| Welks, Carton, Anders & Stone|
    Welks Carton| St. Alder Medical| Alder-Medical| Grantham Enterprises| Fable Movies| Zennor House|
    Zennor Houses| Calder Global| Corvina Global Services| Bharel Heavy Turbines Ltd|
    Bharel Heavy Turbines India| Northern Ostrava Light Works| Amberley.com| Amberley| 聯禾科技股份有限公司| 聯禾|
    青石| 小禾| 高岳| 美岳的| TCX科技| 科禾TCX| LX화정|
    기한| 기한 자동| 삼옥전자 주식회사| ソネア株式会社|
    株式会社ヒタテ| 株式会社日禾| マツネ| ソネア ミュージカ|
    すかい| すかいらん| ライネ| Газолин Нефтик| Газолин| Ροδινα| & Other Tales| And Partners| Et Cetra| H & L|
    Smith & W| Energex| Entergex| Microz| Infosyl| Hindustalever Motors| Qualconic Systems| Dillarby's|
    McDorald's| Levin's| Wendly's| Kohlby| S.K. Arden| AG Edmar| A.G. Edmar| A. G. Edmar| Foo-Barista|
    Foobarista| United Foobarista of Amberley| Kyndrala| LUMEN| lumen sky| Ostwald| Fenn| Precision|
    Global| Hon Bai| HonBai| HonBai Precision
"""
INVENTED = tuple(name.strip() for name in _INVENTED.split("|"))

_FILLER = """
    shares of the in a rose fell said on Monday will buy its plant and unit for phone maker results
    that were global energy services technology technologies limited company Co AG sales force light
    works block motor motors I. A. B. 7 2024 3 § café naïve The THE of & at x X 'x' "X" 「鋒」 鋒 公司 有限公司
    宣布 高岳說 小禾粥 の は 는 기한은 U.S. e.g. Mr. St. Macron grow java via Münze muenz 'quoted' (brackets) foo-
    -bar www.amberley.com e-mail
"""
FILLER = tuple(_FILLER.split())


@cache
def real_names() -> tuple[str, ...]:
    """Some thousand real names, of every script."""
    names = []
    with gzip.open(MENTIONS / "names_100k.txt.gz", "rt", encoding="utf-8") as lines:
        for line in itertools.islice(lines, 1, None):
            name, _, rest = line.rstrip("\n").partition("\t")
            names.append(name)
            aliases = rest.split("\t")[1] if rest.count("\t") else ""
            names.extend(alias for alias in aliases.split("|") if alias)
    return tuple(name for name in names if name.strip())


@cache
def real_texts() -> tuple[str, ...]:
    """Titles and leads of articles."""
    with gzip.open(MENTIONS / "articles_short.jsonl.gz", "rt", encoding="utf-8") as lines:
        articles = [json.loads(line) for line, _ in zip(lines, range(20_000), strict=False)]
    return tuple(f"{article.get('title', '')}. {article.get('text', '')}" for article in articles)


def companies(names: tuple[str, ...], count: int, chance: random.Random) -> tuple[Company, ...]:
    """Companies with a name, sometimes an alias or two, sometimes a threshold."""
    drawn = list(dict.fromkeys(chance.choices(names, k=count)))
    return tuple(
        Company(
            name, tuple(Alias(alias) for alias in chance.sample(names, chance.choice((0, 0, 1, 2)))),
            threshold=chance.choice((0, 0, 0, 0, 85, 92, 100)),
        )
        for name in drawn
    )  # fmt: skip
