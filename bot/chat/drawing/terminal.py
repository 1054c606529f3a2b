"""How cards and replies look in a terminal: rich text, nothing of which is ever read as markup."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from rich.style import Style
from rich.text import Text

from bot.chat.drawing.foreign import one_line, web_link
from bot.chat.drawing.passages import SUBJECTS, by_passage, names, pieces, reason, spaced, together
from bot.model.card import AlertCard, Card, CompanyLine, Line, Link, Snippet, Span, Strong, When
from bot.model.command import SHOW_ALL, Action, Reply
from bot.text import counted

REPEAT = Text("(may be a repeat)", "italic")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NEAR_DAYS = {0: "today", -1: "yesterday", 1: "tomorrow"}


@dataclass(frozen=True, slots=True)
class Pen:
    """What drawing depends on: the time now, the reader's zone (None: the machine's), whether links can be clicked."""

    now: datetime
    zone: tzinfo | None = None
    links: bool = False

    def post(self, card: Card) -> Text:
        """A card in full."""
        if isinstance(card, AlertCard):
            return self._alert(card)
        more = [Text("\n"), _typed(Action(SHOW_ALL, card.more))] if card.more else []
        return Text.assemble(self.lines(card.lines), *more)

    def growth(self, card: AlertCard, before: int | None) -> Text:
        """One line for a message that grew since it had `before` sources; None where nobody knows how many."""
        added = [] if before is None else [one_line(name) for name in card.sources[before:]]
        if added:
            said = f"+{counted(len(added), 'source')}: {', '.join(added)}, now {len(card.sources)}"
        else:
            said = f"now {counted(card.articles, 'article')} from {counted(len(card.sources), 'source')}"
        return Text.assemble((said, "dim"), " · ", self._headline(card))

    def joined(self, card: AlertCard) -> Text:
        """One line for companies that a later article of a story names."""
        text = Text("Also ")
        for position, line in enumerate(card.companies):
            passing = " (in passing)" if line.subject == "passing" else ""
            text.append(", " if position else "").append(one_line(line.company), "bold").append(passing)
        return text.append(": ").append_text(self._headline(card)).append(_tail(card.sources[-1:]), "dim")

    def answer(self, reply: Reply) -> Text:
        """A reply with its actions as lines to type."""
        text = self.lines(reply.lines)
        for action in reply.steps:
            text.append("\n").append_text(_typed(action))
        return text

    def lines(self, lines: Iterable[Line]) -> Text:
        """Lines of spans."""
        return Text("\n").join([self._line(line) for line in lines])

    def when(self, at: datetime) -> str:
        """The moment as the reader has it: "today 08:31", "Fri 18:00", "12 Nov 08:31", "12 Nov 2025"."""
        local, today = at.astimezone(self.zone), self.now.astimezone(self.zone).date()
        days, clock = (local.date() - today).days, f"{local:%H:%M}"
        if days in _NEAR_DAYS:
            return f"{_NEAR_DAYS[days]} {clock}"
        if abs(days) < 7:
            return f"{_DAYS[local.weekday()]} {clock}"
        day = f"{local.day} {_MONTHS[local.month - 1]}"
        return f"{day} {clock}" if local.year == today.year else f"{day} {local.year}"

    def _alert(self, card: AlertCard) -> Text:
        alone = card.companies[0] if len(card.companies) == 1 else None
        rows = [_names(card.companies), self._headline(card)]
        url = web_link(card.url)
        if url:
            # Also below a headline that is a link: not every terminal can open one, and none says so.
            rows.append(Text(url, "dim"))
        rows.append(Text(self._facts(card, alone), "dim"))
        for lines in by_passage(card.companies):
            rows += _passage(lines, named=alone is None)
        return Text("\n").join(rows)

    def _headline(self, card: AlertCard) -> Text:
        return self._linked(card.headline or card.url or "(no headline)", card.url)

    def _linked(self, words: str, url: str) -> Text:
        link = web_link(url) if self.links else ""
        return Text(one_line(words), Style(link=link) if link else "")

    def _facts(self, card: AlertCard, alone: CompanyLine | None) -> str:
        sources = [one_line(name) for name in card.sources]
        facts = [*sources[:1], self.when(card.at)]
        if len(sources) > 1:
            facts.append(f"+{counted(len(sources) - 1, 'source')}")
        facts.append(", ".join(map(one_line, card.langs)))
        facts.append(SUBJECTS[alone.subject] if alone else "")
        return " · ".join(fact for fact in facts if fact)

    def _line(self, line: Line) -> Text:
        text = Text()
        for span in line:
            text.append_text(self._span(span))
        return text

    def _span(self, span: Span) -> Text:
        match span:
            case Strong(words):
                return Text(spaced(words), "bold")
            case Link(words, url):
                linked = self._linked(words, url)
                return linked if self.links or not web_link(url) else linked.append(f" <{web_link(url)}>")
            case When(at):
                return Text(self.when(at))
            case str():
                return Text(spaced(span))


def _names(companies: Sequence[CompanyLine]) -> Text:
    """Main subjects, and after them in brackets those named in passing: `Lava · Dixon (+ Oppo)`."""
    main, others = names(companies)
    text = Text(" · ".join(main or others), "bold")
    return text.append(f" (+ {', '.join(others)})", "not bold") if main and others else text


def _passage(lines: Sequence[CompanyLine], *, named: bool) -> list[Text]:
    """Names and marks where the message has several companies, the passage, then reason and list of each."""
    rows = [_subjects(lines)] if named else []
    passage = together([line.snippet for line in lines])
    if passage.text:
        rows.append(Text("> ").append_text(_marked(passage)))
    return [*rows, *(Text(reason(line, named=len(lines) > 1), "dim") for line in lines)]


def _subjects(lines: Sequence[CompanyLine]) -> Text:
    """`Lava · Dixon · main subject; Oppo · in passing`."""
    parts = []
    for subject, words in SUBJECTS.items():
        names = [Text(one_line(line.company), "bold") for line in lines if line.subject == subject]
        if names:
            parts.append(Text(" · ").join([*names, Text(words)]))
    return Text("; ").join(parts)


def _marked(snippet: Snippet) -> Text:
    """The passage with its marks in bold."""
    return Text.assemble(*((words, "bold" if marked else "") for words, marked in pieces(snippet)))


def _typed(action: Action) -> Text:
    return Text(f"{one_line(action.label)}: /watch {one_line(action.command)}", "dim")


def _tail(names: Sequence[str]) -> str:
    return "".join(f" · {one_line(name)}" for name in names)
