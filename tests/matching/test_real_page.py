"""A real round-up page: a story about phone makers, and the openings of others below it."""

import re

from bot.matching import Matcher
from tests.matching.lists import alerting, company, watchlist
from tests.shared_data import SHARED, needs_shared

LIST = watchlist(
    company("Dixon Technologies", "Dixon"),
    company("Lava International", "Lava"),
    company("Xiaomi", "小米"),
    company("MediaTek", "聯發科"),
    company("Groq"),
    company("Denso"),
)


@needs_shared
def test_each_part_names_its_companies_and_no_other() -> None:
    page = (SHARED / "data" / "articles" / "phone-makers-in-india.txt").read_text(encoding="utf-8")
    matcher = Matcher(LIST)
    parts = re.split(r"\n(?=(?:GROWING OWINGS|AI TALENT|JOINT EFFORTS): )", page)
    assert [alerting(matcher.find("", part)) for part in parts] == [
        {"Dixon Technologies", "Lava International", "Xiaomi"},
        set(),
        {"Groq"},
        {"MediaTek", "Denso"},
    ]
