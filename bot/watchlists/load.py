"""One watchlist file: bytes to a list, its sources and what is wrong with them."""

import json
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError

from bot.errors import WatchlistError
from bot.model.channel import Channel
from bot.model.company import Alias, Company
from bot.model.place import NOWHERE, Finding, Place
from bot.model.source import FirstPoll, Source
from bot.model.watchlist import ChannelRule, Watchlist
from bot.watchlists.explain import closest, findings
from bot.watchlists.lint import lint
from bot.watchlists.names import FUNCTION_WORDS, fold_name, shown
from bot.watchlists.schema import (
    DEFAULT_TYPE,
    LIST_KEYS,
    LOCAL_TYPE,
    MAX_URL,
    ChannelEntry,
    CompanyEntry,
    FileEntry,
    SourceEntry,
    fault_in_url,
    parse_every,
    source_models,
)
from bot.watchlists.tree import Document, Path, Scalar, plain, read_document

SourceTypes = Mapping[str, type[BaseModel]]
"""By type of source, the pydantic model of its own options."""


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file after reading: with an error it gives neither list nor sources; `parsed` is its content as JSON.

    `from_places` tell where each entry of `from` stands.
    """

    key: str
    watchlist: Watchlist | None = None
    sources: tuple[Source, ...] = ()
    findings: tuple[Finding, ...] = ()
    parsed: str = ""
    from_places: tuple[Place, ...] = ()

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that keep the file out of force."""
        return tuple(finding for finding in self.findings if finding.severity == "error")


def load(
    data: bytes,
    file: str,
    *,
    key: str,
    source_types: SourceTypes,
    folder: FilePath | None = None,
) -> FileRead:
    """Read one file. `file` is how findings name it, `key` the list's key, `folder` where relative paths begin.

    Never raises for anything in `data`. A file with only `sources` gives no list; an empty one is an error.
    """
    try:
        document = read_document(data, file)
    except WatchlistError as error:
        return FileRead(key, findings=error.findings)
    read = interpret(document, plain(document.root), key, source_types, folder or FilePath())
    if read.errors:
        return read
    return replace(read, findings=lint(document, read.watchlist))


def restore(parsed: str, file: str, *, key: str, source_types: SourceTypes, folder: FilePath | None = None) -> FileRead:
    """The list that `FileRead.parsed` was made of, without lines and columns."""
    return interpret(Document(file, "", None), json.loads(parsed), key, source_types, folder or FilePath())


def interpret(document: Document, content: object, key: str, source_types: SourceTypes, folder: FilePath) -> FileRead:
    """A list and sources out of plain content; `document` knows the places."""
    if not isinstance(content, dict) or not content.keys() - {"version"}:
        return FileRead(key, findings=(_no_content(document, content),))
    sources = _Sources(document, source_types, folder, key)
    try:
        entry = FileEntry.model_validate(content)
        wrong = sources.read(entry.sources)
    except ValidationError as error:
        listed = content.get("sources")
        wrong = findings(document, error.errors(include_url=False), {})
        wrong += sources.read(listed) if isinstance(listed, list) else []
        return FileRead(key, findings=tuple(sorted(wrong, key=lambda finding: finding.place)))
    wrong += [*_twice(document, entry), *_everyday(document, entry)]
    if wrong:
        return FileRead(key, findings=tuple(sorted(wrong, key=lambda finding: finding.place)))
    places = tuple(document.place(("from", number)) for number in range(len(entry.from_)))
    watchlist = _watchlist(document, entry, key) if content.keys() & LIST_KEYS else None
    return FileRead(key, watchlist, tuple(sources.good), (), json.dumps(content, ensure_ascii=False), places)


def _no_content(document: Document, content: object) -> Finding:
    if content is None or content == {}:
        fix = "add `companies:` or `sources:`; to drop a list, delete its file"
        return Finding(Place(document.file, 1, 1), "error", "the file is empty", fix)
    if isinstance(content, dict):
        fix = "add `companies:` or `sources:`"
        return Finding(document.place(()), "error", "the file has neither companies nor sources", fix)
    return Finding(document.place(()), "error", "a file is made of keys with values", "begin with `companies:`")


def _twice(document: Document, entry: FileEntry) -> list[Finding]:
    """A company that stands twice in a list."""
    first: dict[str, int] = {}
    found = []
    for index, company in enumerate(entry.companies):
        before = first.setdefault(fold_name(company.name), index)
        if before != index:
            line = document.place(("companies", before)).line
            message = f"{shown(company.name)} stands in this list already, in line {line}"
            found.append(Finding(_name_place(document, index), "error", message, "merge the two entries"))
    return found


def _everyday(document: Document, entry: FileEntry) -> Iterator[Finding]:
    """Names that are words of nearly every article; quotes say that they are meant all the same."""
    for index, company in enumerate(entry.companies):
        at: Path = ("companies", index)
        paths = [(*at, "name"), *((*at, "aliases", number, "text") for number in range(len(company.aliases)))]
        for path in paths:
            node = document.node_at(path)
            if isinstance(node, Scalar) and node.plain and node.text in FUNCTION_WORDS:
                message = f"{shown(node.text)} is a word of nearly every article"
                yield Finding(
                    document.place_at(node.start), "error", message, f'if it is meant, quote it: "{node.text}"'
                )


def _name_place(document: Document, index: int) -> Place:
    return document.place(("companies", index, "name"))


def _watchlist(document: Document, entry: FileEntry, key: str) -> Watchlist:
    rules = (rule_of(rule, document.place(("channels", index))) for index, rule in enumerate(entry.channels))
    return Watchlist(
        key=key,
        name=entry.name or PurePosixPath(key).stem,
        companies=tuple(company_of(one, document.place(("companies", i))) for i, one in enumerate(entry.companies)),
        channels=tuple(rules),
        sources=tuple(entry.from_),
        stories=entry.stories,
        passing=entry.passing,
        shared=entry.shared,
        place=Place(document.file, 1, 1),
    )


def rule_of(entry: ChannelEntry, place: Place = NOWHERE) -> ChannelRule:
    """A channel that hears, out of its entry."""
    return ChannelRule(
        Channel.parse(entry.to), entry.digest, entry.quiet, entry.zone, entry.budget, entry.threads, place
    )


def company_of(entry: CompanyEntry, place: Place = NOWHERE) -> Company:
    """A company, out of its entry."""
    return Company(
        entry.name,
        tuple(Alias(alias.text, alias.weak) for alias in entry.aliases),
        tuple(entry.tickers),
        tuple(entry.context),
        tuple(entry.exclude),
        entry.threshold,
        entry.evidence,
        entry.passing,
        place,
    )


class _Sources:
    """The sources of one file: the good ones are kept, the others become findings."""

    def __init__(self, document: Document, source_types: SourceTypes, folder: FilePath, key: str) -> None:
        self.document, self.folder, self.key = document, folder, key
        self.options = source_types
        self.models = source_models(source_types)
        self.good: list[Source] = []

    def read(self, entries: list[object]) -> list[Finding]:
        """Keep what is right; the findings tell what is not."""
        found = []
        for index, given in enumerate(entries):
            entry = {"url": given} if isinstance(given, str) else given
            found += self._one(index, entry)
        return found

    def _one(self, index: int, entry: object) -> list[Finding]:
        kind = entry.get("type", DEFAULT_TYPE) if isinstance(entry, dict) else DEFAULT_TYPE
        if isinstance(kind, str) and kind not in self.models:
            return [self._unknown_type(index, kind)]
        model = self.models.get(kind, SourceEntry) if isinstance(kind, str) else SourceEntry
        try:
            valid = model.model_validate(entry)
        except ValidationError as error:
            details = error.errors(include_url=False)
            for detail in details:
                detail["loc"] = ("sources", index, *detail["loc"])
            return findings(self.document, details, {index: model})
        if valid.type != LOCAL_TYPE and (fault := fault_in_url(valid.url)):
            place = self.document.place(("sources", index, "url"))
            return [Finding(place, "error", fault, "write an address such as https://example.org/feed")]
        source = self._source(index, valid)
        if (size := len(source.url.encode(errors="surrogatepass"))) > MAX_URL:
            place = self.document.place(("sources", index, "url"))
            message = f"the address has {size:,} bytes, and {MAX_URL:,} are the limit"
            return [Finding(place, "error", message, "shorten it")]
        self.good.append(source)
        return []

    def _unknown_type(self, index: int, kind: str) -> Finding:
        meant = closest(kind, self.models)
        fix = f"did you mean `{meant}`?" if meant else f"use one of {', '.join(sorted(self.models))}"
        place = self.document.place(("sources", index, "type"))
        return Finding(place, "error", f"{shown(kind)} is not a type of source", fix)

    def _source(self, index: int, entry: SourceEntry) -> Source:
        local = entry.type == LOCAL_TYPE
        url = str((self.folder / FilePath(entry.url).expanduser()).resolve()) if local else entry.url
        own = self.options[entry.type].model_fields.keys() - SourceEntry.model_fields.keys()
        return Source(
            name=entry.name or (FilePath(url).name if local else host_of(url)),
            type=entry.type,
            url=url,
            every=parse_every(entry.every) if entry.every else None,
            tags=tuple(entry.tags),
            first_poll=FirstPoll.parse(entry.first_poll),
            demo=entry.demo,
            shared=entry.shared,
            agent=entry.agent,
            options={key: getattr(entry, key) for key in sorted(own)},
            place=self.document.place(("sources", index)),
            written=_below_the_lists(self.key, entry.url) if local else "",
        )


def _below_the_lists(key: str, path: str) -> str:
    """A path as seen from the folder of all lists; an absolute one as it is."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(key), path))


def host_of(url: str) -> str:
    """What a source without a name goes by."""
    return (urlsplit(url).hostname or url).removeprefix("www.")
