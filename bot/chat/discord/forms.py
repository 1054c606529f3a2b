"""How a form looks on Discord, a modal, and what it comes back with.

Limits: <https://discord.com/developers/docs/components/reference#label>.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import discord
from discord import ui

from bot.chat.drawing.fitting import cut, units
from bot.chat.drawing.foreign import one_line
from bot.model.form import Blank, Form

MOST_BLANKS = 5
MOST_TITLE, MOST_LABEL, MOST_HINT, MOST_TEXT, MOST_CHOICE, MOST_ID = 45, 45, 100, 4000, 100, 100

Filled = tuple[tuple[str, str], ...]


def can_show(form: Form) -> bool:
    """Whether the form fits a modal."""
    return 0 < len(form.blanks) <= MOST_BLANKS and units(form.command) <= MOST_ID


def modal(form: Form, typed: Filled = ()) -> ui.Modal:
    """The form with what stands in it now, or with what was `typed` into it before; its id is the command.

    Finished before it is sent: it is heard by its id, so nothing is kept for it. What is too long stays as it is.
    """
    known = dict(typed)
    shown = ui.Modal(title=cut(one_line(form.title), MOST_TITLE) or "Edit", custom_id=form.command)
    for blank in form.blanks:
        shown.add_item(_item(blank, known.get(blank.name, blank.value)))
    shown.stop()
    return shown


def filled(data: Mapping[str, Any]) -> Filled:
    """The values of a modal that came back, by the name of the blank; what has none is left out."""
    return tuple(_values(data.get("components", ())))


def _values(parts: Any) -> Iterator[tuple[str, str]]:
    for part in parts:
        inner = [part["component"]] if part.get("component") else part.get("components", ())
        yield from _values(inner)
        if "value" in part:
            yield part["custom_id"], part["value"] or ""
        elif part.get("values"):
            yield part["custom_id"], part["values"][0]


def _item(blank: Blank, value: str) -> ui.Item[Any]:
    label = cut(one_line(blank.label), MOST_LABEL) or "…"
    if units(value) > MOST_TEXT or value != value.encode(errors="replace").decode():
        return ui.TextDisplay(f"{label}: more than fits here stays as it is. By command: help set")
    part = _choice(blank, value) if blank.choices else _text(blank, value)
    return ui.Label(text=label, description=cut(one_line(blank.hint), MOST_HINT) or None, component=part)


def _text(blank: Blank, value: str) -> ui.TextInput[ui.View]:
    style = discord.TextStyle.paragraph if blank.lines else discord.TextStyle.short
    return ui.TextInput(custom_id=blank.name, style=style, default=value or None, required=False, max_length=MOST_TEXT)


def _choice(blank: Blank, value: str) -> ui.Select[ui.View]:
    options = [
        discord.SelectOption(label=cut(one_line(label), MOST_CHOICE) or "…", value=each, default=each == value)
        for each, label in blank.choices
    ]
    return ui.Select(custom_id=blank.name, options=options)
