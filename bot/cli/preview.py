"""What a source lists now, and which of it the lists in force would have alerted."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from rich.text import Text

from bot.alerting.route import takes
from bot.chat.drawing.foreign import one_line
from bot.chat.drawing.terminal import Pen
from bot.extraction import extract
from bot.matching import Matcher
from bot.model.source import Entry, Source
from bot.model.watchlist import Watchlist
from bot.text import counted

SHOWN = 3
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def newest(entries: Iterable[Entry]) -> list[Entry]:
    """The newest three, of undated ones the first."""
    return sorted(entries, key=lambda entry: entry.published or _LONG_AGO, reverse=True)[:SHOWN]


def drawn(source: Source, entries: Sequence[Entry], lists: Sequence[Watchlist], now: datetime) -> Iterator[Text]:
    """A line an entry, and below it the companies that it names, by the words that the source itself gives."""
    reading = [(each, Matcher(each)) for each in lists if takes(each, source)]
    if not reading:
        yield Text("No list reads this source: `from` of a list names sources or tags.", "yellow")
    pen = Pen(now)
    for entry in newest(entries):
        article = next(iter(extract(entry)), None)
        title, text = (article.title, article.text) if article else (entry.url, "")
        when = pen.when(entry.published) if entry.published else "no date"
        yield Text.assemble("  ", (one_line(title), "bold"), (f" · {when}", "dim"))
        named = {
            f"{one_line(mention.company)} ({one_line(each.name)})"
            for each, matcher in reading
            for mention in matcher.find(title, text)
            if mention.alert
        }
        if named:
            yield Text(f"    would alert: {', '.join(sorted(named))}", "green")
        else:
            yield Text(f"    no alert{'' if text else _only_title(entry)}", "dim")
    if not entries:
        yield Text("  nothing listed now", "yellow")
    elif len(entries) > SHOWN:
        yield Text(f"  and {counted(len(entries) - SHOWN, 'entry', 'entries')} more", "dim")


def _only_title(entry: Entry) -> str:
    """Why so little is known; nobody but a browser gets behind a redirect that tells nothing."""
    return " (only the title is known)" if entry.known_by else " (only the title is known before the page is read)"
