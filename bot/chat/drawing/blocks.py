"""How cards and replies look in Slack: Block Kit. Pure.

What comes from outside stands in rich text or plain text, whose words are never read as markup; the only markup is a
date of ours. Limits: <https://docs.slack.dev/reference/block-kit/blocks>.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from bot.chat.drawing.buttons import feedback_buttons
from bot.chat.drawing.fitting import MORE, cut, some, units
from bot.chat.drawing.foreign import one_line, web_link
from bot.chat.drawing.passages import SUBJECTS, by_passage, names, pieces, reason, spaced, together
from bot.model.card import AlertCard, Card, CompanyLine, Line, Link, Strong, When
from bot.model.command import SHOW_ALL, Action, Menu, OptionKind, Reply
from bot.text import counted

Block = dict[str, Any]

MOST_BLOCKS = 50
MOST_TEXT = 2900
"""Characters of one block, below Slack's 3,000."""
MOST_LETTERS = 10_000
"""Characters of a message, addresses included, below the 13,000 or so that Slack takes in practice."""
MOST_BUTTONS = 25
MOST_LABEL, MOST_VALUE, MOST_URL = 75, 2000, 3000
MOST_OPTION, MOST_OPTIONS, MOST_PLACEHOLDER, MOST_ACTION = 150, 100, 150, 255
MOST_NAME = 300
"""Characters of one name in a line of facts."""

REPEAT = "may be a repeat"
RUN = "run"
"""The action of a button whose value is a command."""
PICK = f"{RUN}:pick"
"""The action of a menu whose options are looked up: kind and template of the command stand in it."""

_LATEST = 4_102_444_800
"""The end of 2099: a later date is drawn in words, as is one before 1970."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Blocks that stand together, and of how many things (companies, lines) they tell."""

    blocks: Sequence[Block]
    things: int = 1


def message(card: Card, *, alert: str = "", repeat: bool = False) -> tuple[str, list[Block]]:
    """The plain text of notifications and the blocks of a message.

    `alert`: the id that its buttons are about; `repeat` marks it as one that may stand twice.
    """
    tail = [_context(_plain_text(f"({REPEAT})"))] if repeat else []
    if not isinstance(card, AlertCard):
        more = [_actions([Action(SHOW_ALL, card.more)])] if card.more else []
        return _fallback(card.lines), _bounded([], _lines(card.lines), [*more, *tail], "line")
    alone = len(card.companies) == 1
    head = [_rich([*_names(card), _words("\n"), _headline(card)]), _facts(card)]
    return notified(card), _bounded(
        head, _passages(card, named=not alone), [*_buttons(card, alert), *tail], "company", "companies"
    )


def joined(card: AlertCard, *, alert: str = "", repeat: bool = False) -> tuple[str, list[Block]]:
    """The reply that names companies which the message above it does not."""
    main, passing = names(card.companies)
    also = some([*main, *(f"{name} ({SUBJECTS['passing']})" for name in passing)], ", ", MOST_TEXT // 2)
    tail = [_context(_plain_text(f"({REPEAT})"))] if repeat else []
    head = [_rich([_words("Also "), _words(also, bold=True), _words(": "), _headline(card)])]
    text = f"Also {also}: {one_line(card.headline or card.url)}"
    return escaped(text), _bounded(
        head, _passages(card, named=False), [*_buttons(card, alert), *tail], "company", "companies"
    )


def answer(reply: Reply) -> tuple[str, list[Block]]:
    """An answer to a command, its next steps as buttons."""
    usable = [action for action in reply.actions if action.command and units(action.command) <= MOST_VALUE]
    shown = usable[:MOST_BUTTONS]
    tail = [_actions(shown)] if shown else []
    menus = [menu for at, each in enumerate(reply.menus) if (menu := _menu(each, at))][:MOST_BUTTONS]
    if menus:
        tail.append({"type": "actions", "elements": menus})
    left = len(reply.actions) - len(shown) + sum(len(menu.options) for menu in reply.menus)
    if left := left - sum(len(menu.get("options", ())) for menu in menus):
        tail.append(_context(_plain_text(f"{counted(left, 'next step')} left out: too many or too long for buttons")))
    return _fallback(reply.lines), _bounded([], _lines(reply.lines), tail, "line")


def notified(card: AlertCard) -> str:
    """What a notification shows: names and headline, escaped."""
    main, others = names(card.companies)
    return escaped(f"{some(main or others, ', ', MOST_TEXT // 2)}: {one_line(card.headline or card.url)}")


def escaped(text: str) -> str:
    """Text that Slack reads as itself, never cut inside an entity.

    The rule: <https://docs.slack.dev/messaging/formatting-message-text#escaping>.
    """
    return _entities(cut(text, MOST_TEXT, size=lambda piece: units(_entities(piece))))


def _names(card: AlertCard) -> list[Block]:
    main, others = names(card.companies)
    said = [_words(some(main or others, " · ", MOST_TEXT // 2), bold=True)]
    return [*said, _words(f"  (+ {some(others, ', ', MOST_TEXT // 2)})")] if main and others else said


def _headline(card: AlertCard) -> Block:
    return _linked(card.headline or card.url or "(no headline)", card.url)


def _facts(card: AlertCard) -> Block:
    """`Focus Taiwan · today 08:31 · +4 sources · en, zh · main subject`."""
    more = f"+{counted(len(card.sources) - 1, 'source')}" if len(card.sources) > 1 else ""
    langs = some([one_line(lang) for lang in card.langs], ", ", MOST_NAME)
    alone = SUBJECTS[card.companies[0].subject] if len(card.companies) == 1 else ""
    first = cut(one_line(card.sources[0]), MOST_NAME) if card.sources else ""
    after = " · ".join(fact for fact in (more, langs, alone) if fact)
    around = [
        _plain_text(f"{first} ·") if first else None,
        _moment(card.at),
        _plain_text(f"· {after}") if after else None,
    ]
    return _context(*(each for each in around if each))


def _buttons(card: AlertCard, alert: str) -> list[Block]:
    """What can be said of the alert, and the button that tells whoever presses it why: by the article's address.

    Where it has none, by the message that it stands in.
    """
    url = card.url.strip()
    link = web_link(url)
    asked = (url if url.isascii() and url.isprintable() else link) if link else ""
    why = [Action("Why", f"why {asked}".rstrip() if units(asked) <= MOST_VALUE - 10 else "why")]
    return [_actions([*feedback_buttons(alert), *why])]


def _actions(actions: Sequence[Action]) -> Block:
    return {"type": "actions", "elements": [_button(action, at) for at, action in enumerate(actions)]}


def _button(action: Action, position: int) -> Block:
    """A button that types the command for whoever presses it."""
    return {
        "type": "button",
        "action_id": f"{RUN}:{position}",
        "text": {"type": "plain_text", "text": cut(one_line(action.label), MOST_LABEL) or "…", "emoji": False},
        "value": _value(action.command),
    }


def picked(action_id: str) -> tuple[OptionKind, str]:
    """What a menu with this action offers, and the command that it types."""
    _, _, _position, kind, template = action_id.split(":", 4)
    return cast(OptionKind, kind), template


def suggestions(found: Sequence[str], template: str) -> list[Block]:
    """The options of such a menu; what is too long for one is left out."""
    typed = [(name, template.format(name)) for name in found]
    fitting = [(name, command) for name, command in typed if units(command) <= MOST_OPTION]
    return [_option(name, command) for name, command in fitting[:MOST_OPTIONS]]


def _menu(menu: Menu, position: int) -> Block:
    """A select menu that types the chosen command for whoever chooses; {} where nothing in it fits one."""
    placeholder = _plain_text(cut(one_line(menu.label), MOST_PLACEHOLDER) or "…")
    if menu.template:
        mark = f"{PICK}:{position}:{menu.kind}:{_value(menu.template)}"
        drawn = {"type": "external_select", "action_id": mark, "placeholder": placeholder, "min_query_length": 0}
        return drawn if units(mark) <= MOST_ACTION else {}
    fitting = [each for each in menu.options if each.command and units(each.command) <= MOST_OPTION][:MOST_OPTIONS]
    options = [_option(each.label, each.command) for each in fitting]
    mark = f"{RUN}:menu:{position}"
    drawn = {"type": "static_select", "action_id": mark, "placeholder": placeholder, "options": options}
    return drawn if options else {}


def _option(label: str, command: str) -> Block:
    return {"text": _plain_text(cut(one_line(label), MOST_LABEL) or "…"), "value": _value(command)}


def _value(command: str) -> str:
    return command.encode(errors="replace").decode()


def _passages(card: AlertCard, *, named: bool) -> list[_Part]:
    return [_Part(_passage(lines, named=named), len(lines)) for lines in by_passage(card.companies)]


def _passage(lines: Sequence[CompanyLine], *, named: bool) -> list[Block]:
    """Names where the message has several companies, the passage as a quote, then reason and list of each."""
    elements: list[Block] = []
    if named:
        elements.append(_section(_subjects(lines)))
    passage = together([line.snippet for line in lines])
    quote = _clipped([_words(words, bold=marked) for words, marked in pieces(passage)])
    if quote:
        elements.append({"type": "rich_text_quote", "elements": quote})
    reasons = [reason(line, named=len(lines) > 1) for line in lines]
    said_why = some([each for each in reasons if each], "\n", MOST_TEXT)
    drawn: list[Block] = [{"type": "rich_text", "elements": elements}] if elements else []
    return [*drawn, _context(_plain_text(said_why))] if said_why else drawn


def _subjects(lines: Sequence[CompanyLine]) -> list[Block]:
    """`Lava · Dixon · main subject; Oppo · in passing`."""
    drawn: list[Block] = []
    for subject, words in SUBJECTS.items():
        if same := [one_line(line.company) for line in lines if line.subject == subject]:
            drawn += [_words("; " if drawn else ""), _words(some(same, " · ", MOST_TEXT // 3), bold=True)]
            drawn.append(_words(f" · {words}"))
    return drawn


def _lines(lines: Iterable[Line]) -> list[_Part]:
    """A rich text of all lines, a new block where one would become too long."""
    parts: list[_Part] = []
    held: list[list[Block]] = []
    size = 0
    for line in lines:
        drawn = _clipped([each for span in line if (each := _span(span)).get("text") != ""])
        length = _letters(drawn) + 1
        if held and size + length > MOST_TEXT:
            parts.append(_paragraph(held))
            held, size = [], 0
        held.append(drawn)
        size += length
    return [*parts, _paragraph(held)] if held else parts


def _paragraph(lines: Sequence[Sequence[Block]]) -> _Part:
    elements = [each for line in lines for each in (_words("\n"), *line)]
    return _Part([_rich(elements[1:])], len(lines))


def _span(span: str | Strong | Link | When) -> Block:
    match span:
        case Strong(words):
            return _words(cut(spaced(words), MOST_TEXT), bold=True)
        case Link(words, url):
            return _linked(words, url)
        case When(at):
            return _date(at)
        case str():
            return _words(cut(spaced(span), MOST_TEXT))


def _date(at: datetime) -> Block:
    if not _is_drawn_by_slack(at):
        return _words(_in_words(at))
    stamp = int(at.timestamp())
    return {"type": "date", "timestamp": stamp, "format": "{date_short_pretty} {time}", "fallback": _in_words(at)}


def _moment(at: datetime) -> Block:
    """In the reader's own time: <https://docs.slack.dev/messaging/formatting-message-text#date-formatting>."""
    if not _is_drawn_by_slack(at):
        return _plain_text(_in_words(at))
    text = f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{_in_words(at)}>"
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _is_drawn_by_slack(at: datetime) -> bool:
    return 0 < at.timestamp() < _LATEST


def _in_words(at: datetime) -> str:
    return f"{at.year:04}-{at:%m-%d %H:%M} UTC"


def _fallback(lines: Iterable[Line]) -> str:
    """The lines for notifications and screen readers, escaped."""
    return escaped(plain(lines)).strip() or "Namewatch"


def plain(lines: Iterable[Line]) -> str:
    """The lines as bare words, for where Slack reads no markup at all."""
    return "\n".join("".join(map(_said, line)) for line in lines)


def _said(span: str | Strong | Link | When) -> str:
    if isinstance(span, When):
        return _in_words(span.at)
    return spaced(span if isinstance(span, str) else span.text)


def _bounded(
    head: Sequence[Block], parts: Sequence[_Part], tail: Sequence[Block], one: str, many: str = ""
) -> list[Block]:
    """Head, as many of the parts as one message takes, how many things are left out if any are, and the tail."""
    kept = list(head)
    letters = _letters(head) + _letters(tail)
    shown = 0
    for part in parts:
        letters += _letters(part.blocks)
        if len(kept) + len(part.blocks) > MOST_BLOCKS - 1 - len(tail) or letters > MOST_LETTERS:
            break
        kept += part.blocks
        shown += part.things
    left = sum(part.things for part in parts) - shown
    note = [_context(_plain_text(f"{counted(left, one, many)} left out: too long for one message"))] if left else []
    return [*kept, *note, *tail]


def _letters(block: object) -> int:
    """The characters that blocks show or lead to, as Slack counts a message."""
    if isinstance(block, Mapping):
        return sum(
            units(value) if key in ("text", "url", "value") and isinstance(value, str) else _letters(value)
            for key, value in block.items()
        )
    return sum(map(_letters, block)) if isinstance(block, list | tuple) else 0


def _rich(elements: Sequence[Block]) -> Block:
    return {"type": "rich_text", "elements": [_section(elements)]}


def _section(elements: Sequence[Block]) -> Block:
    return {
        "type": "rich_text_section",
        "elements": [each for each in elements if each.get("text") != ""] or [_words(" ")],
    }


def _words(text: str, *, bold: bool = False) -> Block:
    return {"type": "text", "text": text, **({"style": {"bold": True}} if bold and text.strip() else {})}


def _linked(words: str, url: str) -> Block:
    text = cut(one_line(words) or "(no headline)", MOST_TEXT)
    link = web_link(url)
    return {"type": "link", "url": link, "text": text} if link and len(link) <= MOST_URL else _words(text)


def _context(*elements: Block) -> Block:
    return {"type": "context", "elements": list(elements)}


def _plain_text(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def _clipped(line: Sequence[Block]) -> list[Block]:
    """What of a line one block takes, an ellipsis behind it where there was more."""
    kept: list[Block] = []
    room = MOST_TEXT
    for each in line:
        size = _letters(each)
        if size > room:
            fits = each["type"] in ("text", "link") and room > 1
            return [*kept, _words(cut(each["text"], room), bold="style" in each) if fits else _words(MORE)]
        kept.append(each)
        room -= size
    return kept


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
