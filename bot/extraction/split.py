"""A round-up page becomes several articles: a paragraph that opens with a kicker in capitals begins a new one."""

import itertools
import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass

# "AI TALENT: ...": capitals, digits and the joints of names, then a colon and a space. At most 60 characters.
_KICKER = re.compile(r"([^\W_][^:\n]{1,59}):\s+(\S.*)")
_WORD = re.compile(r"[^\W_]+(?:['’.&/-][^\W_]+)*\.?")
_FEWEST_CHARACTERS = 80
_MOST_WORDS = 6
_ALONE = 4  # letters that a kicker of one word needs: not Q, CEO, UK
# What stands before a colon and a ticker in running text.
_EXCHANGES = frozenset(("NASDAQ", "NYSE", "AMEX", "TWSE", "TPEX", "OTCMKTS", "HKEX", "SEHK", "XETRA", "EURONEXT"))


@dataclass(frozen=True, slots=True)
class Part:
    """One article of a page: a slug that stays while other parts change ("" for the first), kicker and paragraphs."""

    slug: str
    kicker: str
    text: str


def kicker_of(paragraph: str) -> str:
    """The kicker that a paragraph opens with, or nothing: "NASDAQ: AAPL rose" and "CEO: ..." are none."""
    found = _KICKER.match(paragraph)
    if found is None or len(found.group(2)) < _FEWEST_CHARACTERS:
        return ""
    kicker = found.group(1).strip()
    words = _WORD.findall(kicker)
    letters = [char for char in kicker if char.isalpha()]
    # Letters without case, such as Chinese ones, are no capitals.
    in_capitals = bool(letters) and all(char.upper() == char != char.lower() for char in letters)
    alone = len(words) < 2 and (len(letters) < _ALONE or kicker in _EXCHANGES)
    return kicker if in_capitals and len(words) <= _MOST_WORDS and not alone else ""


def split(text: str) -> tuple[Part, ...]:
    """The articles of a page of plain text, in order, nothing left out; one part where there is no kicker."""
    lines = text.split("\n")
    kickers = [kicker_of(line) for line in lines]
    starts = [0, *(number for number, kicker in enumerate(kickers) if kicker and number)]
    parts: dict[str, Part] = {}
    for start, end in itertools.pairwise([*starts, len(lines)]):
        slug = _new_slug(kickers[start], parts) if start else ""
        parts[slug] = Part(slug, kickers[start], "\n".join(lines[start:end]))
    return tuple(parts.values())


def slug_of(kicker: str) -> str:
    """`AI TALENT` is `ai-talent`; letters of any script stay."""
    folded = unicodedata.normalize("NFKC", kicker).casefold()
    return "-".join(re.findall(r"[^\W_]+", folded)) or "part"


def _new_slug(kicker: str, taken: Container[str]) -> str:
    """The slug, counted up where the page has it already: `briefs`, `briefs-2`."""
    slug = slug_of(kicker)
    numbered = (slug if number == 1 else f"{slug}-{number}" for number in itertools.count(1))
    return next(name for name in numbered if name not in taken)
