"""`check --history`: how often the names of the lists stand in the articles that the store holds."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rich.table import Table
from rich.text import Text

from bot.chat.drawing.foreign import one_line
from bot.model.ledger import CompanyCounts
from bot.model.watchlist import Watchlist
from bot.protocols import Store
from bot.text import counted

DAYS = 30


@dataclass(frozen=True, slots=True)
class Row:
    """A company of a list, and the stored articles of the last 30 days that it was found in."""

    company: str
    watchlist: str
    counts: CompanyCounts

    @property
    def articles(self) -> int:
        """Articles that it stands in, whether it was meant or not."""
        return self.counts.matched + self.counts.rejected


async def history(store: Store, lists: Iterable[Watchlist], now: datetime) -> list[Row]:
    """A row for each company of the lists, the noisiest first: most articles, then most rejected."""
    rows: list[Row] = []
    for watchlist in lists:
        counts = await store.company_counts(watchlist.key, now - timedelta(days=DAYS))
        rows += [Row(one.name, watchlist.name, counts.get(one.name, CompanyCounts())) for one in watchlist.companies]
    return sorted(rows, key=lambda row: (-row.articles, -row.counts.rejected, row.company, row.watchlist))


def drawn(rows: Sequence[Row]) -> Iterator[Table | Text]:
    """A table of the companies that stand in an article, and how many do not."""
    noisy = [row for row in rows if row.articles]
    if noisy:
        table = Table(box=None, title_justify="left", title=f"Stored articles of the last {DAYS} days", pad_edge=False)
        table.add_column("company")
        table.add_column("list")
        for name in ("matched", "rejected", "a day"):
            table.add_column(name, justify="right")
        for row in noisy:
            numbers = (f"{row.counts.matched:,}", f"{row.counts.rejected:,}", f"{row.articles / DAYS:,.2f}")
            table.add_row(Text(one_line(row.company)), Text(one_line(row.watchlist)), *numbers)
        yield table
    if quiet := len(rows) - len(noisy):
        yield Text(f"{counted(quiet, 'company', 'companies')} in no stored article of the last {DAYS} days")
