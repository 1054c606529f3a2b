"""`check --history`: how often the names of the lists stand in the articles that the store holds.

The stored texts are matched anew, so that a name which was added a minute ago is judged by the news of a month.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rich.table import Table
from rich.text import Text

from bot.alerting.route import takes
from bot.chat.drawing.foreign import one_line
from bot.matching import Matcher
from bot.model.article import Article
from bot.model.source import Source
from bot.model.watchlist import Watchlist
from bot.protocols import Store
from bot.text import counted

DAYS = 30
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Row:
    """A company of a list, and the articles that it stands in: those that mean it, and those that do not."""

    company: str
    watchlist: str
    matched: int = 0
    rejected: int = 0

    @property
    def articles(self) -> int:
        """Articles that it stands in, whether it was meant or not."""
        return self.matched + self.rejected


@dataclass(frozen=True, slots=True)
class History:
    """A row a company, the noisiest first; of how many articles, and over how many days they were gathered."""

    rows: tuple[Row, ...]
    articles: int
    days: float


async def history(
    store: Store,
    lists: Sequence[Watchlist],
    sources: Iterable[Source],
    now: datetime,
    progress: Callable[[int], None],
) -> History:
    """What each company of the lists would have met in the last 30 days, or since the store began.

    A list reads the articles of its own sources, and of sources that no file names any more. `progress` is told how
    many articles were read since it was last told.
    """
    by_key = {source.key: source for source in sources}
    readers = [_Reader(watchlist, by_key) for watchlist in lists]
    articles, first, after = 0, now, ""
    while page := await store.articles_since(now - DAYS * _DAY, after=after):
        for article in page:
            for reader in readers:
                reader.read(article)
        articles, after = articles + len(page), page[-1].id
        first = min(first, *(article.first_seen for article in page))
        progress(len(page))
    rows = sorted(
        (row for reader in readers for row in reader.rows()),
        key=lambda row: (-row.articles, -row.rejected, row.company, row.watchlist),
    )
    return History(tuple(rows), articles, max((now - first) / _DAY, 1.0))


class _Reader:
    """Reads articles in the name of one list."""

    def __init__(self, watchlist: Watchlist, sources: Mapping[str, Source]) -> None:
        self._watchlist = watchlist
        self._foreign = {key for key, source in sources.items() if not takes(watchlist, source)}
        self._matcher = Matcher(watchlist)
        self._counts: Counter[tuple[str, bool]] = Counter()

    def read(self, article: Article) -> None:
        """Count the companies that stand in the article: meant where one mention of them means them."""
        if article.source in self._foreign:
            return
        found: dict[str, bool] = {}
        for mention in self._matcher.find(article.title, article.text):
            found[mention.company] = found.get(mention.company, False) or mention.alert
        self._counts.update(found.items())

    def rows(self) -> Iterator[Row]:
        """One for each company of the list."""
        for one in self._watchlist.companies:
            yield Row(one.name, self._watchlist.name, self._counts[one.name, True], self._counts[one.name, False])


def drawn(history: History) -> Iterator[Table | Text]:
    """A table of the companies that stand in an article, and how many do not."""
    stored = f"{counted(history.articles, 'article')} of the last {counted(round(history.days), 'day')}"
    noisy = [row for row in history.rows if row.articles]
    if noisy:
        table = Table(box=None, title_justify="left", title=f"In the store: {stored}", pad_edge=False)
        table.add_column("company")
        table.add_column("list")
        for name in ("matched", "rejected", "a day", "of articles"):
            table.add_column(name, justify="right")
        for row in noisy:
            rates = (f"{row.articles / history.days:,.2f}", f"{row.articles / history.articles:.2%}")
            table.add_row(
                Text(one_line(row.company)),
                Text(one_line(row.watchlist)),
                f"{row.matched:,}",
                f"{row.rejected:,}",
                *rates,
            )
        yield table
    if quiet := len(history.rows) - len(noisy):
        yield Text(f"{counted(quiet, 'company', 'companies')} in none of the {stored}")
