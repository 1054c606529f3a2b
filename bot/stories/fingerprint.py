"""What of an article tells its story apart: its folded title, and the words of title and lead. Pure."""

import re
from dataclasses import dataclass

from bot.model.story import StoryMember
from bot.text import fold

LEAD = 300
"""Code points of text that count as the lead: a paragraph; further down stories drift into background."""

HAN = re.compile(r"[㐀-鿿豈-﫿]+")
WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """`title` is folded and stripped of everything but letters and digits; `terms` are words and Han bigrams."""

    title: str
    terms: frozenset[str]


def lead_of(text: str) -> str:
    """The part of an article's text that is compared."""
    return text[:LEAD]


def fingerprint(title: str, lead: str) -> Fingerprint:
    """Of an article about to be assigned. Han text has no spaces, so its terms are overlapping pairs."""
    return Fingerprint("".join(WORD.findall(fold(title).text)), frozenset(_terms(f"{title}\n{lead}")))


def fingerprint_of(member: StoryMember) -> Fingerprint:
    """Of an article that is in a story already."""
    return fingerprint(member.title, member.lead)


def _terms(text: str) -> list[str]:
    terms = []
    for word in WORD.findall(fold(text).text):
        if HAN.match(word):
            terms += [word[i : i + 2] for i in range(max(1, len(word) - 1))]
        elif len(word) > 1:
            terms.append(word)
    return terms
