"""What of an article tells its story: its bare title, and the words of title and lead. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from sys import intern

from bot.stories.names import NO_NAMES, Names
from bot.stories.rarity import is_han
from bot.stories.words import words

LEAD = 1000
"""Code points of text that count as the lead: a few paragraphs; further down stories drift into background."""

LEGAL_FORMS = frozenset(
    re.findall(
        r"\w+", "inc corp corporation co ltd limited plc llc gmbh ag sa group holding holdings company companies"
    )
)
_LETTERS = re.compile(r"[^\W_]+")
_WIRE_MARK = re.compile(r"\s*(?:UPDATE \d+|WRAPUP \d+|RPT|REFILE|CORRECTED|REPEAT)\s*[-:–—]+\s*")
_BYLINE = re.compile(r"\s*[(（][^()（）]{2,40}[電电訊讯導导][)）]")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """`title` is folded and stripped of everything but letters and digits; `terms` are words and Han bigrams.

    `heads` are the terms of the title alone.
    """

    title: str
    terms: frozenset[str]
    heads: frozenset[str]

    @property
    def rest(self) -> frozenset[str]:
        """The terms that the lead adds to the title."""
        return self.terms - self.heads


def lead_of(text: str) -> str:
    """The part of an article's text that is compared."""
    return text[:LEAD]


@lru_cache(maxsize=64)
def fingerprint(title: str, lead: str, names: Names = NO_NAMES) -> Fingerprint:
    """Of one article, without a wire's mark before the title ("UPDATE 2-") and a Chinese byline before the lead.

    The names are left out: that they stand in both is why two articles are compared at all. The last ones are kept:
    an article that looks for its story is next taken into it.
    """
    title_words = words(_WIRE_MARK.sub("", title, count=1) if _WIRE_MARK.match(title) else title)
    byline = _BYLINE.match(lead)
    heads = frozenset(_terms(title_words, names))
    terms = heads.union(_terms(words(lead[byline.end() :] if byline else lead), names))
    return Fingerprint("".join(_LETTERS.findall("".join(title_words))), terms, heads)


def _terms(found: list[str], names: Names) -> Iterator[str]:
    """Words of two letters or more, without legal forms, in the singular. Han text has no spaces: overlapping pairs.

    Thousands of articles share them, hence one object a word.
    """
    for word in names.left_out_of(found):
        if is_han(word):
            yield from (intern(word[i : i + 2]) for i in range(len(word) - 1))
        elif len(word) > 1 and word not in LEGAL_FORMS:
            yield intern(_singular(word))


def _singular(word: str) -> str:
    """Without the s of a plural, or of a verb: "sales" and "sale" are one."""
    plural = len(word) > 3 and word.endswith("s") and not word.endswith("ss")
    return word[:-1] if plural else word
