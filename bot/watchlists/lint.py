"""Warnings: what is allowed in a watchlist and probably not meant."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from bot.matching.legal import core_words
from bot.matching.tickers import Tickers
from bot.model.place import Finding, Place
from bot.model.source import Source
from bot.model.watchlist import Watchlist
from bot.watchlists.explain import closest
from bot.watchlists.names import fold_name, is_invisible, shown
from bot.watchlists.tree import Document, Path, scalars

_ALIKE = ("LATIN", "CYRILLIC", "GREEK")
_WORD = re.compile(r"[^\W_]+")
_IDS = {"slack": re.compile(r"[A-Z0-9]+"), "discord": re.compile(r"[0-9]+")}


@dataclass(frozen=True, slots=True)
class _Spelling:
    """One name, alias or ticker of a company and where it stands."""

    company: int
    text: str
    path: Path


def lint(document: Document, watchlist: Watchlist | None) -> tuple[Finding, ...]:
    """All warnings of one good file, in its order."""
    found = [*_invisible(document)]
    if watchlist is not None:
        spellings = list(_spellings(watchlist))
        found += _mixed_scripts(document, spellings)
        found += _shared_spellings(document, watchlist, spellings)
        found += _thresholds(document, watchlist)
        found += _channels_twice(watchlist)
        found += _no_channel(watchlist)
        found += _no_tickers(document, watchlist)
    return tuple(sorted(found, key=lambda finding: finding.place))


def _warning(place: Place, message: str, fix: str) -> Finding:
    return Finding(place, "warning", message, fix)


def _invisible(document: Document) -> Iterator[Finding]:
    for scalar in scalars(document.root):
        hidden = [char for char in scalar.text if is_invisible(char)]
        if hidden and not scalar.text.startswith("http"):
            place = document.place_at(scalar.start)
            name = unicodedata.name(hidden[0], f"U+{ord(hidden[0]):04X}").lower()
            message = f"{shown(scalar.text)} holds an invisible character ({name}); it is read without"
            yield _warning(place, message, "type it anew")
        elif scalar.plain and "\n" in document.text[scalar.start : scalar.end]:
            place = document.place_at(scalar.start)
            yield _warning(place, f"{shown(scalar.text)} runs over two lines", "indent the second like the first")


def _spellings(watchlist: Watchlist) -> Iterator[_Spelling]:
    for index, company in enumerate(watchlist.companies):
        yield _Spelling(index, company.name, ("companies", index, "name"))
        for number, alias in enumerate(company.aliases):
            yield _Spelling(index, alias.text, ("companies", index, "aliases", number))
        for number, ticker in enumerate(company.tickers):
            yield _Spelling(index, ticker, ("companies", index, "tickers", number))


def _scripts(word: str) -> set[str]:
    return {script for char in word for script in _ALIKE if unicodedata.name(char, "").startswith(script)}


def _mixed_scripts(document: Document, spellings: list[_Spelling]) -> Iterator[Finding]:
    for spelling in spellings:
        mixed = next((word for word in _WORD.findall(spelling.text) if len(_scripts(word)) > 1), "")
        if mixed:
            scripts = " and ".join(sorted(script.title() for script in _scripts(mixed)))
            message = f"{shown(spelling.text)} mixes {scripts} letters that look alike"
            yield _warning(document.place(spelling.path), message, "type it anew in one script")


def _shared_spellings(document: Document, watchlist: Watchlist, spellings: list[_Spelling]) -> Iterator[Finding]:
    owners: dict[str, _Spelling] = {}
    for spelling in spellings:
        first = owners.setdefault(fold_name(spelling.text), spelling)
        if first.company != spelling.company:
            other = watchlist.companies[first.company].name
            message = f"{shown(spelling.text)} also stands under {shown(other)}: a mention counts for both"
            yield _warning(document.place(spelling.path), message, "keep it under one of them if that is not meant")


def _lowest_similarity(name: str) -> float:
    """A bound below every spelling that the limits of the matcher let pass, in percent; legal forms do not count."""
    words = core_words(fold_name(name))
    # Beside an exact word, the others may stand in the singular or the plural.
    edits = sum(max(_edits(word), _plural_edits(word) if len(words) > 1 else 0) for word in words)
    length = sum(map(len, words))
    return 100 * (1 - edits / length) if length else 100.0


def _edits(word: str) -> int:
    if len(word) < 6 or any(char.isdigit() for char in word) or not _scripts(word):
        return 0
    return 1 if len(word) < 10 else 2


def _plural_edits(word: str) -> int:
    """Letters between the two forms: company and companies, box and boxes, chip and chips."""
    if not word.isascii():
        return 0
    return 3 if word.endswith(("y", "ies")) else 2 if word.endswith(("s", "x", "z", "h")) else 1


def _thresholds(document: Document, watchlist: Watchlist) -> Iterator[Finding]:
    for index, company in enumerate(watchlist.companies):
        lowest = min(_lowest_similarity(text) for text in (company.name, *(alias.text for alias in company.aliases)))
        if 0 < company.threshold <= lowest:
            place = document.place(("companies", index, "threshold"))
            message = f"`threshold: {company.threshold}` changes nothing: every spelling found reaches {lowest:.0f}"
            yield _warning(place, message, "delete it, or raise it")


def _channels_twice(watchlist: Watchlist) -> Iterator[Finding]:
    seen = set()
    for rule in watchlist.channels:
        if rule.channel in seen:
            yield _warning(rule.place, f"{shown(str(rule.channel))} stands here already", "delete one of the two")
        seen.add(rule.channel)


def _no_channel(watchlist: Watchlist) -> Iterator[Finding]:
    """Addresses that are neither a #name nor what the platform gives as an id."""
    for rule in watchlist.channels:
        channel = rule.channel
        is_id = _IDS.get(channel.platform)
        if is_id and not channel.address.startswith("#") and not is_id.fullmatch(channel.address):
            named = str(replace(channel, address=f"#{channel.address}"))
            message = f"{shown(channel.address)} is no id of {channel.platform.title()}"
            yield _warning(rule.place, message, f"if it is the channel's name, write {named}")


def _no_tickers(document: Document, watchlist: Watchlist) -> Iterator[Finding]:
    """Tickers that are found in no text, not even behind the name of an exchange."""
    for index, company in enumerate(watchlist.companies):
        for number, ticker in enumerate(company.tickers):
            if not any(Tickers((replace(company, tickers=(ticker,)),)).find(f"NYSE: {ticker}")):
                place = document.place(("companies", index, "tickers", number))
                fix = "write it alone and in capitals, such as AAPL or 2454.TW; a name goes under `aliases`"
                yield _warning(place, f"{shown(ticker)} is found in no text: it is not written as tickers are", fix)


def unknown_sources(
    watchlist: Watchlist | None, places: Collection[Place], sources: Collection[Source]
) -> Iterator[Finding]:
    """Entries of `from` that no source has as its name or as a tag; `places` are those of the entries."""
    if watchlist is None:
        return
    known = {fold_name(word): word for source in sources for word in (source.name, *source.tags)}
    for word, place in zip(watchlist.sources, places, strict=False):
        if fold_name(word) not in known:
            meant = closest(word, known.values())
            fix = f"did you mean `{meant}`?" if meant else "add a source with this name or tag"
            yield _warning(place, f"no source has the name or the tag {shown(word)}", fix)


def namesakes(sources: Iterable[Source]) -> Iterator[Finding]:
    """Sources that have the name of one before them."""
    first: dict[str, Source] = {}
    for source in sources:
        before = first.setdefault(fold_name(source.name), source)
        if before is not source:
            message = (
                f"{shown(source.name)} is also the name of the source in {before.place}: `from` and the health of "
                "sources can't tell them apart"
            )
            yield _warning(source.place, message, "give one of them another `name`")
