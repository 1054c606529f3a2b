"""How cards and replies look in Slack: Block Kit. Pure.

What comes from outside stands in rich text, whose words are never read as markup, or escaped in a context line.
Limits: <https://docs.slack.dev/reference/block-kit/blocks>.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.chat.drawing.foreign import one_line, web_link
from bot.chat.drawing.passages import SUBJECTS, by_passage, names, pieces, reason, spaced, together
from bot.model.card import AlertCard, Card, CompanyLine, Line, Link, Strong, When
from bot.model.command import Action, Reply
from bot.text import counted

Block = dict[str, Any]

MOST_BLOCKS = 50
MOST_TEXT = 2900
"""Characters of one block, below Slack's 3,000: an ellipsis and what surrounds a text have room."""
MOST_LETTERS = 10_000
"""Characters of a message, below the 13,000 or so that Slack takes in practice."""
MOST_BUTTONS = 25
MOST_LABEL, MOST_VALUE, MOST_URL = 75, 2000, 3000

REPEAT = "may be a repeat"
RUN = "run"
"""The action of a button whose value is a command."""


def message(card: Card, *, repeat: bool = False) -> tuple[str, list[Block]]:
    """The plain text of notifications and the blocks of a message; `repeat` marks it as one that may stand twice."""
    said = [_context(f"({REPEAT})")] if repeat else []
    if isinstance(card, AlertCard):
        return fallback(card), [*_bounded(_alert(card)), *said]
    return _plain(card.lines), [*_bounded(_lines(card.lines)), *said]


def joined(card: AlertCard, *, repeat: bool = False) -> tuple[str, list[Block]]:
    """The reply that names companies which the message above it does not."""
    main, passing = names(card.companies)
    also = ", ".join([*main, *(f"{name} ({SUBJECTS['passing']})" for name in passing)])
    said = [_context(f"({REPEAT})")] if repeat else []
    passages = _bounded([block for lines in by_passage(card.companies) for block in _passage(lines, named=False)])
    head = _rich([_words("Also "), _words(also, bold=True), _words(": "), _linked(card.headline or card.url, card.url)])
    return _cut(f"Also {also}: {one_line(card.headline)}", MOST_TEXT), [head, *passages, *said]


def answer(reply: Reply) -> tuple[str, list[Block]]:
    """An answer to a command, its next steps as buttons."""
    buttons = [button(action) for action in reply.actions[:MOST_BUTTONS] if len(action.command) <= MOST_VALUE]
    rows: list[Block] = [{"type": "actions", "elements": buttons}] if buttons else []
    return _plain(reply.lines), [*_bounded(_lines(reply.lines), MOST_BLOCKS - len(rows)), *rows]


def button(action: Action) -> Block:
    """A button that types the command for whoever presses it."""
    return {
        "type": "button",
        "action_id": f"{RUN}:{action.label}"[:255],
        "text": {"type": "plain_text", "text": _cut(one_line(action.label), MOST_LABEL), "emoji": False},
        "value": action.command,
    }


def fallback(card: AlertCard) -> str:
    """What a notification shows: names and headline, escaped."""
    main, others = names(card.companies)
    return escaped(_cut(f"{', '.join(main or others)}: {one_line(card.headline or card.url)}", MOST_TEXT))


def escaped(text: str) -> str:
    """Text that Slack reads as itself: <https://docs.slack.dev/messaging/formatting-message-text#escaping>."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _alert(card: AlertCard) -> list[Block]:
    main, others = names(card.companies)
    also = f"  (+ {', '.join(others)})" if main and others else ""
    alone = card.companies[0] if len(card.companies) == 1 else None
    head = [_words(_cut(" · ".join(main or others), MOST_TEXT // 2), bold=True), _words(_cut(also, MOST_TEXT // 2))]
    title = _linked(card.headline or card.url or "(no headline)", card.url)
    passages = [block for lines in by_passage(card.companies) for block in _passage(lines, named=alone is None)]
    return [_rich([*head, _words("\n"), title]), _context(_facts(card, alone)), *passages]


def _facts(card: AlertCard, alone: CompanyLine | None) -> str:
    sources = [escaped(one_line(name)) for name in card.sources]
    more = f"+{counted(len(sources) - 1, 'source')}" if len(sources) > 1 else ""
    langs = escaped(", ".join(map(one_line, card.langs)))
    facts = [*sources[:1], _moment(card.at.timestamp(), f"{card.at:%Y-%m-%d %H:%M} UTC"), more, langs]
    return " · ".join(fact for fact in [*facts, SUBJECTS[alone.subject] if alone else ""] if fact)


def _passage(lines: Sequence[CompanyLine], *, named: bool) -> list[Block]:
    """Names where the message has several companies, the passage as a quote, then reason and list of each."""
    passage = together([line.snippet for line in lines])
    elements: list[Block] = []
    if named:
        said = "; ".join(
            f"{' · '.join(same)} · {SUBJECTS[subject]}"
            for subject in SUBJECTS
            if (same := [one_line(line.company) for line in lines if line.subject == subject])
        )
        elements.append(_section([_words(_cut(said, MOST_TEXT))]))
    quote = _shortened([(words, marked) for words, marked in pieces(passage)], MOST_TEXT)
    if quote:
        bold = [_words(words, bold=marked) for words, marked in quote]
        elements.append({"type": "rich_text_quote", "elements": bold})
    reasons = "\n".join(escaped(reason(line, named=len(lines) > 1)) for line in lines)
    return [*([{"type": "rich_text", "elements": elements}] if elements else []), _context(reasons)]


def _lines(lines: Iterable[Line]) -> list[Block]:
    """A rich text of all lines, a new block where one would become too long."""
    blocks: list[Block] = []
    held: list[Block] = []
    size = 0
    for line in lines:
        drawn = [_span(span) for span in line if span != ""]
        length = sum(len(str(each.get("text", ""))) + 1 for each in drawn)
        if held and size + length > MOST_TEXT:
            blocks.append(_rich(held))
            held, size = [], 0
        held += [_words("\n"), *drawn] if held else drawn or [_words(" ")]
        size += length
    return [*blocks, _rich(held)] if held else blocks


def _span(span: str | Strong | Link | When) -> Block:
    match span:
        case Strong(words):
            return _words(_cut(spaced(words), MOST_TEXT), bold=True)
        case Link(words, url):
            return _linked(words, url)
        case When(at):
            said = f"{at:%Y-%m-%d %H:%M} UTC"
            stamp = int(at.timestamp())
            return {"type": "date", "timestamp": stamp, "format": "{date_short_pretty} {time}", "fallback": said}
        case str():
            return _words(_cut(spaced(span), MOST_TEXT))


def _plain(lines: Iterable[Line]) -> str:
    """The lines for notifications and screen readers, escaped."""
    rows = ["".join(_said(span) for span in line) for line in lines]
    return escaped(_cut("\n".join(rows), MOST_TEXT)) or "Namewatch"


def _said(span: str | Strong | Link | When) -> str:
    if isinstance(span, When):
        return f"{span.at:%Y-%m-%d %H:%M} UTC"
    return spaced(span if isinstance(span, str) else span.text)


def _bounded(blocks: Sequence[Block], most: int = MOST_BLOCKS - 2) -> list[Block]:
    """As many of the blocks as one message takes; how many are left out is said."""
    kept: list[Block] = []
    letters = 0
    for block in blocks:
        letters += _letters(block)
        if kept and (len(kept) >= most - 1 or letters > MOST_LETTERS):
            break
        kept.append(block)
    left = len(blocks) - len(kept)
    return [*kept, _context(f"{counted(left, 'part')} left out: too long for one message")] if left else kept


def _letters(block: object) -> int:
    """The characters that a block shows, those of its parts included."""
    if isinstance(block, Mapping):
        return sum(
            len(value) if key == "text" and isinstance(value, str) else _letters(value) for key, value in block.items()
        )
    return sum(map(_letters, block)) if isinstance(block, list) else 0


def _rich(elements: Sequence[Block]) -> Block:
    return {"type": "rich_text", "elements": [_section(elements)]}


def _section(elements: Sequence[Block]) -> Block:
    return {"type": "rich_text_section", "elements": [each for each in elements if each.get("text") != ""]}


def _words(text: str, *, bold: bool = False) -> Block:
    return {"type": "text", "text": text, **({"style": {"bold": True}} if bold and text.strip() else {})}


def _linked(words: str, url: str) -> Block:
    text = _cut(one_line(words) or "(no headline)", MOST_TEXT)
    link = web_link(url)
    return {"type": "link", "url": link, "text": text} if link and len(link) <= MOST_URL else _words(text)


def _context(text: str) -> Block:
    element = {"type": "mrkdwn", "text": _cut(text, MOST_TEXT) or " ", "verbatim": True}
    return {"type": "context", "elements": [element]}


def _moment(stamp: float, said: str) -> str:
    """In the reader's own time: <https://docs.slack.dev/messaging/formatting-message-text#date-formatting>."""
    return f"<!date^{int(stamp)}^{{date_short_pretty}} {{time}}|{said}>"


def _shortened(parts: Sequence[tuple[str, bool]], most: int) -> list[tuple[str, bool]]:
    """The parts up to so many characters together."""
    kept: list[tuple[str, bool]] = []
    for words, marked in parts:
        if most <= 0:
            break
        kept.append((_cut(words, most), marked))
        most -= len(words)
    return kept


def _cut(text: str, most: int) -> str:
    """At most so many UTF-16 units, for some clients count those; an ellipsis says that there was more."""
    if len(text) <= most // 2 or len(text.encode("utf-16-le")) // 2 <= most:
        return text
    return text.encode("utf-16-le")[: 2 * (most - 1)].decode("utf-16-le", errors="ignore").rstrip("\u200d") + "…"
