"""Warnings keep nothing out of force; they say what is probably not meant, and where."""

import pytest

from bot.matching import Matcher
from bot.model.company import Company
from bot.model.watchlist import Watchlist
from tests.watchlists.types import faults, names

WARNED = [
    (
        "companies:\n  - name: L\u0430va\n",
        "2:11: warning: `L\u0430va` mixes Cyrillic and Latin letters that look alike",
    ),
    ("companies:\n  - name: Lava\n    aliases: [\u039fppo]\n", "3:15: warning: `\u039fppo` mixes Greek and Latin"),
    (
        "companies:\n  - name: L\u200bava\n",
        "2:11: warning: `Lava` holds an invisible character (zero width space); it is read without",
    ),
    ("companies:\n  - La\u00adva\n", "(soft hyphen)"),
    ("companies:\n  - Lava\u202e\n", "(right-to-left override)"),
    (
        "companies:\n  - {name: Lava, aliases: [Mobile]}\n  - {name: Oppo, aliases: [MOBILE]}\n",
        "3:28: warning: `MOBILE` also stands under `Lava`",
    ),
    (
        "companies:\n  - {name: Lava, tickers: [LAVA.NS]}\n  - {name: Oppo, tickers: [LAVA.NS]}\n",
        "`LAVA.NS` also stands under",
    ),
    (
        "companies:\n  - {name: Lava, threshold: 90}\n",
        "2:29: warning: `threshold: 90` changes nothing: every spelling found reaches 100",
    ),
    (
        "companies:\n  - {name: MediaTek, threshold: 80}\n",
        "`threshold: 80` changes nothing: every spelling found reaches 88",
    ),
    ("companies:\n  - Lava\n      International\n", "2:5: warning: `Lava International` runs over two lines"),
    ("channels:\n  - 'console:'\n  - 'console:'\n", "3:5: warning: `console:` stands here already"),
    (
        "channels:\n  - slack:T0AB/news\n",
        "2:5: warning: `news` is no id of Slack (if it is the channel's name, write slack:T0AB/#news)",
    ),
    ("channels: [{to: discord:news}]\n", "1:12: warning: `news` is no id of Discord (if it is the channel's name"),
    (
        "companies:\n  - {name: MediaTek, tickers: [2454.TW, aapl]}\n",
        "2:41: warning: `aapl` is found in no text: it is not written as tickers are (write it alone",
    ),
    ("companies:\n  - {name: MediaTek, tickers: [NASDAQ:AAPL]}\n", "`NASDAQ:AAPL` is found in no text"),
]


@pytest.mark.parametrize(("text", "expected"), WARNED)
def test_what_is_probably_not_meant_is_a_warning_with_its_place(text: str, expected: str) -> None:
    assert any(expected in fault for fault in faults(text)), faults(text)
    assert all("error" not in fault for fault in faults(text))
    assert isinstance(names(text), list)


@pytest.mark.parametrize(
    "text",
    [
        "companies:\n  - {name: Apple, aliases: [{text: Apple, weak: true}]}\n",
        "companies:\n  - Hon Hai 鴻海精密\n  - Яндекс Taxi\n",
        "companies:\n  - {name: MediaTek, threshold: 95}\n",
        "companies:\n  - {name: MediaTek Inc, threshold: 90}\n",
        "companies:\n  - {name: Dixon Technologies, threshold: 85}\n",
        "channels:\n  - slack:#a\n  - slack:#b\n  - slack:C0123ABCD\n  - discord:9/112233\n  - discord:#手機\n",
        "companies:\n  - {name: MediaTek, tickers: [2454.TW, AAPL, BRK.B, F, 7203.T, '005930']}\n",
        "passing: 'off'\ncompanies:\n  - {name: Lava, passing: alert}\n",
        "companies: # \u200b in a comment\n  - Lava\n",
    ],
)
def test_what_is_meant_is_no_warning(text: str) -> None:
    assert faults(text) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("MediaTek Inc", "MediaTec said so."),
        ("Dixon Technologies", "Dixon Technology said so."),
        ("Foxconn Industries", "Foxconn Industry said so."),
        ("Qualcomm", "Qualcom said so."),
        ("Hewlett Boxes", "Hewlett Box said so."),
    ],
)
def test_a_threshold_is_said_to_change_nothing_only_where_it_does_not(name: str, text: str) -> None:
    """Every threshold that lets this spelling no longer pass is one that changes something."""
    (mention,) = Matcher(Watchlist("key", "name", (Company(name),))).find("", text)
    threshold = int(mention.similarity) + 1
    assert mention.similarity < 100
    assert faults(f"companies:\n  - {{name: {name}, threshold: {threshold}}}\n") == []


def test_invisible_characters_are_not_part_of_a_name() -> None:
    assert names("companies:\n  - \u2066La\u200bva\u00a0Mobiles\u2069\n") == ["Lava Mobiles"]


def test_spaces_inside_a_name_stay_as_written() -> None:
    """`match` names the company as its list does, also where two spaces slipped in."""
    assert names('companies:\n  - "CME  Group"\n') == ["CME  Group"]
