"""A difference made small: the fewest companies and the shortest text that still show it."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from bot.model.company import Company
from tests.matching.oracle.compare import Difference, Tally, compare, matcher_of
from tests.matching.oracle.definition import Match

T = TypeVar("T")


def _differs(companies: Sequence[Company], title: str, text: str) -> Difference | None:
    tally = Tally()
    compare(companies, matcher_of(companies), [(title, text)], tally)
    return tally.differences[0] if tally.differences else None


def smallest(difference: Difference) -> Difference:
    """The same disagreement without what it does not need; the difference itself where it shows in no new matcher."""
    companies, title, text = difference.companies, difference.title, difference.text
    if not _differs(companies, title, text):
        return difference
    if _differs(companies, "", text):
        title = ""
    text = "".join(_needed(tuple(text), lambda left: _differs(companies, title, "".join(left))))
    companies = _needed(companies, lambda left: bool(left) and _differs(left, title, text))
    return _differs(companies, title, text) or difference


def _needed(items: tuple[T, ...], differs: Callable[[tuple[T, ...]], object]) -> tuple[T, ...]:
    """The items without which nothing would differ: halves are left out, then quarters, down to single ones."""
    size = len(items)
    while size:
        at = 0
        while at < len(items):
            left = items[:at] + items[at + size :]
            if differs(left):
                items = left
            else:
                at += size
        size //= 2
    return items


def described(difference: Difference) -> str:
    """The smallest form in words."""
    small = smallest(difference)
    listed = [(company.name, *(alias.text for alias in company.aliases)) for company in small.companies]
    missed, extra = _spans(small, small.missed), _spans(small, small.extra)
    return f"{listed} | {small.title!r} | {small.text!r}\n    missed {missed}\n    extra {extra}\n"


def _spans(difference: Difference, matches: Iterable[Match]) -> list[tuple[str, str, str, float]]:
    fields = {"title": difference.title, "text": difference.text}
    return [
        (match.company, fields[match.field][match.start : match.end], match.kind, match.similarity) for match in matches
    ]
