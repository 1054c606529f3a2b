"""A difference made small: the fewest companies and the shortest text that still show it."""

from collections.abc import Iterable, Sequence

from bot.model.company import Company
from tests.matching.oracle.compare import Difference, Tally, compare, matcher_of
from tests.matching.oracle.definition import Match


def _differs(companies: Sequence[Company], title: str, text: str) -> Difference | None:
    tally = Tally()
    compare(companies, matcher_of(companies), [(title, text)], tally)
    return tally.differences[0] if tally.differences else None


def smallest(difference: Difference) -> Difference:
    """The same disagreement without what it does not need; the difference itself where it shows in no new matcher."""
    found = _differs(difference.companies, difference.title, difference.text)
    while found:
        smaller = next(filter(None, (_differs(*way) for way in _shorter(found))), None)
        if not smaller:
            return found
        found = smaller
    return difference


def _shorter(found: Difference) -> Iterable[tuple[Sequence[Company], str, str]]:
    companies, title, text = found.companies, found.title, found.text
    if title:
        yield companies, "", text
        yield companies, title, ""
    for at in range(len(companies)):
        if len(companies) > 1:
            yield companies[:at] + companies[at + 1 :], title, text
    size = (len(text) + 1) // 2
    while size:
        for at in range(0, len(text), size):
            yield companies, title, text[:at] + text[at + size :]
        size //= 2


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
