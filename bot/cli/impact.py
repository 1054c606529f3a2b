"""`check --impact 30d`: which alerts changed lists gain and lose, by the articles that the store holds.

Both the lists that the bot has in force and those of the files are matched anew against the same stored texts.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from rich.table import Table
from rich.text import Text

from bot.alerting.route import takes
from bot.chat.drawing.foreign import one_line
from bot.errors import UsageError
from bot.matching import Matcher
from bot.model.article import Article
from bot.model.source import Source
from bot.model.watchlist import Watchlist
from bot.protocols import Store
from bot.text import counted
from bot.watchlists.differences import differences
from bot.watchlists.load import SourceTypes, restore
from bot.watchlists.merge import merge

EXAMPLES = 3
_DAYS = re.compile(r"([1-9][0-9]{0,3})d")


@dataclass(slots=True)
class Row:
    """A company of a list: articles that alert before and after, and titles of those that come and go, newest first."""

    watchlist: str
    company: str
    before: int = 0
    after: int = 0
    gained: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Impact:
    """The rows that change, the most changed first; of how many articles.

    `unknown` are lists new to the store, `gone` those in force that have no file any more.
    """

    rows: tuple[Row, ...]
    articles: int
    days: int
    unknown: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


def parse_days(text: str) -> int:
    """Read `30d`; UsageError says how to write it."""
    found = _DAYS.fullmatch(text.strip())
    if not found:
        raise UsageError(f"--impact {text!r}: write a number of days, such as 30d")
    return int(found[1])


async def lists_in_force(store: Store, types: SourceTypes) -> Mapping[str, Watchlist]:
    """By key, the lists as the bot last read them, with the changes from chat that wait for their files."""
    waiting = await store.revisions("", pending_only=True)
    lists = {}
    for key, base in (await store.bases()).items():
        watchlist = restore(base.parsed, key, key=key, source_types=types, folder=Path()).watchlist
        if watchlist is not None:
            own = [one for one in waiting if one.change.watchlist == key]
            lists[key] = merge(watchlist, own, watchlist).watchlist
    return lists


async def without_file(store: Store, folder: Path) -> frozenset[str]:
    """The keys of lists that came from a file below this folder which is not there any more."""
    bases = await store.bases()
    return frozenset(key for key, base in bases.items() if base.file_hash and not (folder / key).exists())


async def impact(
    store: Store,
    before: Mapping[str, Watchlist],
    after: Sequence[Watchlist],
    gone: Sequence[Watchlist],
    sources: Iterable[Source],
    since: tuple[datetime, int],
    progress: Callable[[int], None],
) -> Impact:
    """What lists of files would have alerted and lists in force did, over the last so many days before `since`.

    `gone`: lists in force whose files were taken away.
    """
    now, days = since
    by_key = {source.key: source for source in sources}
    pairs = [(old, new) for new in after if not (old := before.get(new.key)) or differences([old], [new])]
    readers = [_Pair(old, new, by_key) for old, new in (*pairs, *((old, None) for old in gone))]
    articles, last = 0, ""
    while readers and (page := await store.articles_since(now - timedelta(days=days), after=last)):
        for article in page:
            for reader in readers:
                reader.read(article)
        articles, last = articles + len(page), page[-1].id
        progress(len(page))
    rows = [row for reader in readers for row in reader.rows.values() if row.gained or row.lost]
    rows.sort(key=lambda row: (-len(row.gained) - len(row.lost), row.watchlist, row.company))
    return Impact(
        tuple(rows), articles, days, tuple(new.key for old, new in pairs if old is None), tuple(old.key for old in gone)
    )


class _Pair:
    """One list as it was and as it will be, on the same articles."""

    def __init__(self, old: Watchlist | None, new: Watchlist | None, sources: Mapping[str, Source]) -> None:
        self._name = next(each.name for each in (new, old) if each)
        self._old = _Reader(old, sources) if old else None
        self._new = _Reader(new, sources) if new else None
        self.rows: dict[str, Row] = {}

    def read(self, article: Article) -> None:
        was = self._old.alerts(article) if self._old else frozenset()
        now = self._new.alerts(article) if self._new else frozenset()
        for company in was | now:
            row = self.rows.setdefault(company, Row(self._name, company))
            row.before += company in was
            row.after += company in now
            if company not in was:
                row.gained.insert(0, article.title)
            if company not in now:
                row.lost.insert(0, article.title)


class _Reader:
    def __init__(self, watchlist: Watchlist, sources: Mapping[str, Source]) -> None:
        self._foreign = {key for key, source in sources.items() if not takes(watchlist, source)}
        self._matcher = Matcher(watchlist)

    def alerts(self, article: Article) -> frozenset[str]:
        if article.source in self._foreign:
            return frozenset()
        found = self._matcher.find(article.title, article.text)
        return frozenset(mention.company for mention in found if mention.alert)


def _summary(found: Impact) -> str:
    gained, lost = sum(len(row.gained) for row in found.rows), sum(len(row.lost) for row in found.rows)
    what = f"{counted(gained, 'alert')} gained, {lost:,} lost" if found.rows else "No alert gained or lost"
    new = f"; new to the store: {', '.join(map(one_line, found.unknown))}" if found.unknown else ""
    gone = f"; without a file now: {', '.join(map(one_line, found.gone))}" if found.gone else ""
    return f"{what} in {counted(found.articles, 'stored article')} of the last {counted(found.days, 'day')}{new}{gone}"


def drawn(found: Impact) -> Iterator[Table | Text]:
    """A table of the companies whose alerts change, with an example each."""
    if found.rows:
        table = Table(box=None, pad_edge=False)
        for name in ("company", "list"):
            table.add_column(name)
        for name in ("before", "after", "gained", "lost"):
            table.add_column(name, justify="right")
        table.add_column("for example")
        for row in found.rows:
            numbers = (row.before, row.after, len(row.gained), len(row.lost))
            sign, titles = ("+", row.gained) if row.gained else ("-", row.lost)
            example = Text(f"{sign} {one_line(titles[0])}")
            names = (Text(one_line(row.company)), Text(one_line(row.watchlist)))
            table.add_row(*names, *(f"{number:,}" for number in numbers), example)
        yield table
    yield Text(_summary(found))


def markdown(found: Impact) -> str:
    """The same for a pull request: a table, and the newest titles of what comes and goes."""
    lines = [f"**{_summary(found)}**", ""]
    if found.rows:
        lines += ["| company | list | before | after | gained | lost |", "| --- | --- | ---: | ---: | ---: | ---: |"]
    for row in found.rows:
        numbers = f"{row.before:,} | {row.after:,} | {len(row.gained):,} | {len(row.lost):,}"
        lines.append(f"| {_code(row.company)} | {_code(row.watchlist)} | {numbers} |")
    for row in found.rows:
        lines += ["", f"{_code(row.company)} on {_code(row.watchlist)}:", ""]
        for sign, titles in (("+", row.gained), ("-", row.lost)):
            lines += [f"- {sign} {_code(title)}" for title in titles[:EXAMPLES]]
            if len(titles) > EXAMPLES:
                lines.append(f"- {sign} and {len(titles) - EXAMPLES:,} more")
    return "\n".join(lines) + "\n"


def _code(text: str) -> str:
    """Foreign text as code, in which Markdown has no links, mentions and references; a bar would end a table's cell."""
    return f"`{one_line(text).replace('`', chr(39)).replace('|', chr(0xA6)) or ' '}`"
