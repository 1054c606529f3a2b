"""How cards and replies look in Discord: an embed, with buttons where something can be done. Pure.

Every word from outside is escaped, so that it is never read as markup, a mention or a link.
Limits: <https://discord.com/developers/docs/resources/message#embed-object-embed-limits>.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from discord.utils import escape_mentions

from bot.chat.drawing.buttons import feedback_buttons
from bot.chat.drawing.fitting import cut, some, units
from bot.chat.drawing.foreign import one_line, web_link
from bot.chat.drawing.passages import SUBJECTS, by_passage, names, pieces, reason, spaced, together
from bot.model.card import AlertCard, Card, CompanyLine, Line, Link, Strong, When
from bot.model.command import SHOW_ALL, Action, Menu, Reply
from bot.text import counted

Part = dict[str, Any]

MOST_TITLE, MOST_DESCRIPTION, MOST_CONTENT = 256, 4096, 2000
MOST_NAME = 100
"""Characters of the name of a forum post or of a thread."""
MOST_NAMES = 450
"""Characters of the names in one line, so that escaped they fit half a line."""
MOST_ROW = 1800
"""Characters of one line: two of them and what surrounds them fit every embed."""
MOST_URL = 1000
"""Below Discord's 2048: a link in a line has its words beside it."""
ROWS, IN_ROW = 5, 5
MOST_LABEL, MOST_ID = 80, 100
MOST_OPTIONS, MOST_VALUE, MOST_PLACEHOLDER = 25, 100, 150
BUTTON, SELECT = 2, 3
"""Kinds of components."""

BLUE, RED = 0x457B9D, 0xB23A48
REPEAT = "(may be a repeat)"
RUN = "run:"
"""How the id of a button begins whose command stands behind it."""
CHOOSE = "choose:"
"""How the id of a menu begins whose values are commands."""
LINE = "line:"
"""How the id of a button begins whose command is too long for it and stands in a line of the message itself."""
WHY = "why"
"""The id of the button that asks about the article which the message links."""

_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_MARKUP = re.compile(r"[\\*_~|`\[\]<>]|:(?=//)")
_ESCAPED = re.compile(r"\\(.)")
_OPENING = re.compile(r"^((?:> )?)([#+-])")
"""What makes a heading, small print or a list of a line, where it stands first."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A message: what notifications show, the embed, rows of buttons; `name` is that of what it opens."""

    content: str
    embed: Part
    rows: tuple[tuple[Part, ...], ...] = ()
    name: str = "Namewatch"


def message(card: Card, *, ref: str = "", alert: str = "", repeat: bool = False) -> Drawn:
    """The message of a card. `ref` finds it again; `repeat` marks it as one that may stand twice.

    `alert`: the id that its buttons are about.
    """
    if isinstance(card, AlertCard):
        main, others = names(card.companies)
        also = f"  (+ {fitted(some(others, ', ', MOST_NAMES), MOST_CONTENT // 2 - 10)})" if main and others else ""
        head = _bold(some(main or others, " · ", MOST_NAMES), MOST_CONTENT // 2) + also
        return _article(card, head, [_facts(card), *_passages(card)], ref, alert, repeat=repeat)
    rows = [_row(line) for line in card.lines]
    said = _plain(card.lines[0]) if card.lines else ""
    more = ((button(SHOW_ALL, RUN + card.more),),) if card.more else ()
    return Drawn("", _embed(rows, ref, repeat=repeat), more, name=cut(said, MOST_NAME) or "Namewatch")


def joined(card: AlertCard, *, ref: str = "", alert: str = "", repeat: bool = False) -> Drawn:
    """The reply that names companies which the message above it does not."""
    main, passing = names(card.companies)
    also = some([*main, *(f"{name} ({SUBJECTS['passing']})" for name in passing)], ", ", MOST_NAMES)
    drawn = _article(card, f"Also {_bold(also, MOST_CONTENT // 2)}", _passages(card), ref, alert, repeat=repeat)
    return replace(drawn, name=cut(one_line(card.thread), MOST_NAME) or drawn.name)


def answer(reply: Reply) -> Drawn:
    """An answer to a command, its next steps as buttons and menus; one that fits neither is a line to type.

    Such a line has a button too where all of it is shown: what it types is read from the message.
    """
    menus = [drawn for each in reply.menus if (drawn := _menu(each))][:ROWS]
    buttons = _buttons(reply.actions)[: (ROWS - len(menus)) * IN_ROW]
    pressed = {each["custom_id"].removeprefix(RUN) for each in buttons}
    pressed |= {option["value"] for menu in menus for option in menu["options"]}
    left = [action for action in reply.steps if action.command not in pressed]
    embed = _embed([*(_row(line) for line in reply.lines), *map(_typed, left)], "", color=RED if reply.failed else BLUE)
    buttons = [*buttons, *_buttons_of_lines(left, reply.actions, embed["description"])][: (ROWS - len(menus)) * IN_ROW]
    rows = [tuple(buttons[at : at + IN_ROW]) for at in range(0, len(buttons), IN_ROW)]
    rows += [({**menu, "custom_id": f"{CHOOSE}{at}"},) for at, menu in enumerate(menus)]
    return Drawn("", embed, tuple(rows))


def command_in(key: str, description: str) -> str:
    """What a button types whose command stands in a line of its message; "" where no such line is there."""
    number, _, start = key.removeprefix(LINE).partition(":")
    lines = description.split("\n")
    if not (number.isdecimal() and start.isdecimal() and 0 < int(number) <= len(lines)):
        return ""
    return _ESCAPED.sub(r"\1", lines[-int(number)])[int(start) :]


def button(label: str, key: str) -> Part:
    """A button with its id."""
    return {"type": BUTTON, "style": 2, "label": cut(one_line(label), MOST_LABEL) or key[:MOST_LABEL], "custom_id": key}


def _buttons(actions: Iterable[Action]) -> list[Part]:
    """One for each command that fits."""
    fitting = {RUN + each.command: each.label for each in actions if each.command}
    return [button(label, key) for key, label in fitting.items() if units(key) <= MOST_ID]


def _buttons_of_lines(typed: Sequence[Action], wanted: Sequence[Action], description: str) -> list[Part]:
    """One for each that is wanted and the whole of its line, counted from the last."""
    found = []
    for number, action in zip(range(len(typed), 0, -1), typed, strict=True):
        key = f"{LINE}{number}:{len(one_line(action.label)) + 2}"
        if action.command and action in wanted and command_in(key, description) == action.command:
            found.append(button(action.label, key))
    return found


def _menu(menu: Menu) -> Part:
    """A select menu whose values are commands; {} where none fits one."""
    fitting = {each.command: each.label for each in menu.options if 0 < units(each.command) <= MOST_VALUE}
    options = [
        {"label": cut(one_line(label), MOST_VALUE) or "…", "value": command} for command, label in fitting.items()
    ][:MOST_OPTIONS]
    placeholder = cut(one_line(menu.label), MOST_PLACEHOLDER) or "…"
    return {"type": SELECT, "placeholder": placeholder, "options": options} if options else {}


def escaped(text: str) -> str:
    """Text that Discord shows as it is: no markup, no link, no mention, no emoji of a server, no time."""
    return _MARKUP.sub(r"\\\g<0>", escape_mentions(text))


def fitted(text: str, most: int) -> str:
    """The text escaped, cut so that it still fits."""
    return escaped(cut(text, most, size=_size_escaped))


def _size_escaped(text: str) -> int:
    """At most so long is the text when it is escaped: each mark may take one character more."""
    return units(text) + len(_PUNCTUATION.findall(text))


def _article(card: AlertCard, content: str, rows: Sequence[str], ref: str, alert: str, *, repeat: bool) -> Drawn:
    embed = _embed(rows, ref, repeat=repeat)
    headline = one_line(card.headline or card.url) or "(no headline)"
    embed["title"] = _plainly(fitted(headline, MOST_TITLE - 1))
    buttons = [button(action.label, RUN + action.command) for action in feedback_buttons(alert)]
    link = web_link(card.url)
    if link and len(link) <= MOST_URL:
        embed["url"] = link
        buttons.append(button("Why", WHY))
    return Drawn(content, embed, (tuple(buttons),) if buttons else (), cut(headline, MOST_NAME))


def _embed(rows: Sequence[str], ref: str, *, repeat: bool = False, color: int = BLUE) -> Part:
    said = "\n".join([*_bounded(rows), *([REPEAT] if repeat else [])])
    footer = {"footer": {"text": ref}} if ref else {}
    return {"description": said if said.strip() else "Namewatch", "color": color, **footer}


def _bounded(rows: Sequence[str]) -> list[str]:
    """As many of the lines as one embed takes; how many are left out is said."""
    kept, left = list[str](), MOST_DESCRIPTION - 100
    for row in map(_plainly, rows):
        left -= units(row) + 1
        if left < 0:
            break
        kept.append(row)
    more = len(rows) - len(kept)
    return [*kept, f"{counted(more, 'line')} left out: too long for one message"] if more else kept


def _plainly(row: str) -> str:
    """The line without a meaning that its first character would give it."""
    return _OPENING.sub(r"\1\\\2", row)


def _facts(card: AlertCard) -> str:
    sources = [one_line(name) for name in card.sources]
    more = f"+{counted(len(sources) - 1, 'source')}" if len(sources) > 1 else ""
    langs = fitted(some([one_line(lang) for lang in card.langs], ", ", 100), 200)
    subject = SUBJECTS[card.companies[0].subject] if len(card.companies) == 1 else ""
    facts = [*(fitted(name, 300) for name in sources[:1]), _moment(card.at.timestamp()), more, langs, subject]
    return " · ".join(fact for fact in facts if fact)


def _passages(card: AlertCard) -> list[str]:
    named = len(card.companies) > 1
    return [row for lines in by_passage(card.companies) for row in _passage(lines, named=named)]


def _passage(lines: Sequence[CompanyLine], *, named: bool) -> list[str]:
    """Names where the message has several companies, the passage as a quote, then reason and list of each."""
    rows = [_subjects(lines)] if named else []
    quote = _styled(pieces(together([line.snippet for line in lines])))
    if quote.strip():
        rows.append(f"> {quote}")
    return [*rows, *(fitted(reason(line, named=len(lines) > 1), MOST_ROW) for line in lines)]


def _subjects(lines: Sequence[CompanyLine]) -> str:
    """`**Lava** · **Dixon** · main subject; **Oppo** · in passing`."""
    groups = []
    for subject, words in SUBJECTS.items():
        same = [one_line(line.company) for line in lines if line.subject == subject]
        if same:
            groups.append(f"{_bold(some(same, ' · ', MOST_NAMES), MOST_ROW // 2 - 50)} · {words}")
    return "; ".join(groups)


def _styled(parts: Iterable[tuple[str, bool]]) -> str:
    """The words of one line, marked ones in bold; neighbours that look alike are one."""
    runs: list[tuple[str, bool]] = []
    for words, marked in parts:
        if runs and runs[-1][1] == marked:
            runs[-1] = (runs[-1][0] + words, marked)
        else:
            runs.append((words, marked))
    said, left = "", MOST_ROW
    for words, marked in runs:
        part = _bold(words, left) if marked else fitted(words, left)
        said, left = said + part, left - units(part)
        if left < 10:
            break
    return said


def _bold(words: str, most: int) -> str:
    inner = fitted(words, most - 4)
    return f"**{inner}**" if inner.strip() else inner


def _row(line: Line) -> str:
    said, left = "", MOST_ROW
    for span in line:
        part = _span(span, left)
        if units(part) > left:
            break
        said, left = said + part, left - units(part)
    return said


def _span(span: str | Strong | Link | When, most: int) -> str:
    match span:
        case Strong(words):
            return _bold(spaced(words), most)
        case Link(words, url):
            link = web_link(url).replace("(", "%28").replace(")", "%29")
            text = fitted(one_line(words) or "(no headline)", max(most - len(link) - 4, 0))
            return f"[{text}]({link})" if link and len(link) <= MOST_URL and text else fitted(one_line(words), most)
        case When(at):
            return _moment(at.timestamp())
        case str():
            return fitted(spaced(span), most)


def _typed(action: Action) -> str:
    return fitted(f"{one_line(action.label)}: {one_line(action.command)}", MOST_ROW)


def _plain(line: Line) -> str:
    said = (f"{span.at:%Y-%m-%d}" if isinstance(span, When) else _words(span) for span in line)
    return one_line("".join(said))


def _words(span: str | Strong | Link) -> str:
    return span if isinstance(span, str) else span.text


def _moment(stamp: float) -> str:
    """In the reader's own time: <https://discord.com/developers/docs/reference#message-formatting>."""
    return f"<t:{int(stamp)}:f>"
