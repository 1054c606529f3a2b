"""How a form looks in Slack, a modal, and what it comes back with. Pure.

Limits: <https://docs.slack.dev/reference/views/modal-views>.
"""

from collections.abc import Mapping
from typing import Any

from bot.chat.drawing.blocks import Block
from bot.chat.drawing.fitting import cut, units
from bot.chat.drawing.foreign import one_line
from bot.model.form import Blank, Form

FORM = "form"
"""What the view is known by when it comes back."""
MOST_TITLE, MOST_LABEL, MOST_HINT, MOST_TEXT, MOST_CHOICE = 24, 2000, 2000, 3000, 75
MOST_FAULT = 300
TITLE = "Edit"
"""What stands at the top where not even the first words of a title fit."""
_VALUE = "value"


def modal(form: Form, private: str) -> Block:
    """The view; `private` comes back with it. A blank that holds more than fits is left out, and says so."""
    return {
        "type": "modal",
        "callback_id": FORM,
        "title": _plain(_title(form), MOST_TITLE),
        "submit": _plain("Save", MOST_TITLE),
        "close": _plain("Cancel", MOST_TITLE),
        "private_metadata": private,
        "blocks": [
            {"type": "context", "elements": [_plain(form.title, MOST_LABEL)]},
            *map(_input, form.blanks),
        ],
    }


def filled(view: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The values of a modal that came back, by the name of the blank; what has none is left out."""
    found: list[tuple[str, str]] = []
    for name, block in view["state"]["values"].items():
        value = block.get(_VALUE) or {}
        if value.get("type") != "static_select":
            found.append((name, value.get("value") or ""))
        elif chosen := value.get("selected_option"):
            found.append((name, chosen["value"]))
    return tuple(found)


def faults_in(view: Mapping[str, Any], faults: tuple[tuple[str, str], ...], otherwise: str) -> dict[str, str]:
    """What is wrong, each below its blank; what belongs to none below the first one."""
    names = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    told = {name: cut(one_line(words), MOST_FAULT) for name, words in faults if name in names}
    return told or {names[0]: cut(_sentences(otherwise), MOST_FAULT) or "This can't be saved"} if names else {}


def _title(form: Form) -> str:
    """The first words of the title that fit whole; all of it stands below."""
    whole = (one_line(form.title), one_line(form.title.partition(" · ")[0]))
    return next((words for words in whole if 0 < units(words) <= MOST_TITLE), TITLE)


def _sentences(lines: str) -> str:
    """The lines in one, each with its end: Slack shows no breaks there."""
    said = [line.strip() for line in lines.splitlines() if line.strip()]
    return one_line(" ".join(line if line[-1] in ".?!:" else f"{line}." for line in said))


def _input(blank: Blank) -> Block:
    if units(blank.value) > MOST_TEXT or blank.value != blank.value.encode(errors="replace").decode():
        said = f"{blank.label}: more than fits here stays as it is. By command: help set"
        return {"type": "context", "elements": [_plain(said, MOST_LABEL)]}
    drawn = {
        "type": "input",
        "block_id": blank.name,
        "optional": not blank.choices,
        "label": _plain(blank.label, MOST_LABEL),
        "element": _choice(blank) if blank.choices else _text(blank),
    }
    return {**drawn, "hint": _plain(blank.hint, MOST_HINT)} if blank.hint else drawn


def _text(blank: Blank) -> Block:
    drawn = {"type": "plain_text_input", "action_id": _VALUE, "multiline": blank.lines, "max_length": MOST_TEXT}
    return {**drawn, "initial_value": blank.value} if blank.value else drawn


def _choice(blank: Blank) -> Block:
    options = {value: {"text": _plain(label, MOST_CHOICE), "value": value} for value, label in blank.choices}
    drawn: Block = {"type": "static_select", "action_id": _VALUE, "options": list(options.values())}
    return {**drawn, "initial_option": options[blank.value]} if blank.value in options else drawn


def _plain(text: str, most: int) -> Block:
    return {"type": "plain_text", "text": cut(one_line(text), most) or "…", "emoji": False}
