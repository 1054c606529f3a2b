"""What Slack demands of everything that is sent to it, and what we demand: nothing pings, no link is forged."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import jsonschema
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from tests.shared_data import SHARED

CONTRACT = SHARED / "contracts" / "slack_blockkit_from_types_3.2.0.schema.json"
"""Block Kit as a JSON Schema, beside the checkout; where it is missing the other rules hold all the same."""

KINDS = {"rich_text": "RichTextBlock", "context": "ContextBlock", "actions": "ActionsBlock"}
HARMLESS = {
    "text",
    "link",
    "date",
    "rich_text",
    "rich_text_section",
    "rich_text_quote",
    "context",
    "actions",
    "button",
    "static_select",
    "external_select",
    "modal",
    "input",
    "plain_text_input",
}
LONGEST = {"plain_text": 3000, "mrkdwn": 3000, "text": 3000, "link": 3000}
DATE = re.compile(r"<!date\^\d+\^\{date_short_pretty\} \{time\}\|[0-9: UTC-]+>")
ENTITIES = re.compile(r"(?:[^&<>]|&(?:amp|lt|gt);)*")

SAYING = {"chat.postMessage", "chat.update", "chat.postEphemeral", "response_url"}


def conforms(method: str, payload: Mapping[str, Any]) -> None:
    """AssertionError or ValidationError where a call breaks a rule; calls that show nothing have none."""
    json.dumps(payload, ensure_ascii=False).encode()
    if method == "views.open":
        opened(payload["view"])
    if method not in SAYING:
        return
    shown(payload["text"], payload["blocks"])
    if method.startswith("chat."):
        assert (payload["parse"], payload["link_names"]) == ("none", False)
    if method == "chat.postMessage":
        assert (payload["unfurl_links"], payload["unfurl_media"]) == (False, False)


def shown(text: str, blocks: list[Any]) -> None:
    """The rules for the words of notifications and the blocks of one message."""
    assert text.strip()
    assert units(text) <= 4000
    assert ENTITIES.fullmatch(text), text
    assert 0 < len(blocks) <= 50
    assert sum(units(value) for each in walk(blocks) for key, value in each.items() if key in ("text", "url")
               if isinstance(value, str)) <= 13_000  # fmt: skip
    Block.parse_all(blocks)
    for block in blocks:
        Block.parse(block).to_dict()  # type: ignore[union-attr]
        if (contract := validators()) is not None:
            contract[block["type"]].validate(block)
    for each in walk(blocks):
        _harmless(each)


def opened(view: Mapping[str, Any]) -> None:
    """The rules for a modal."""
    View(**view).to_dict()
    if CONTRACT.is_file():
        _validator("ModalView").validate(view)
    assert all(0 < units(view[each]["text"]) <= 24 for each in ("title", "submit", "close"))
    assert units(view["private_metadata"]) <= 3000
    assert 0 < len(view["blocks"]) <= 100
    ids = [block["block_id"] for block in view["blocks"] if "block_id" in block]
    assert len(set(ids)) == len(ids)
    for block in view["blocks"]:
        if block["type"] == "input":
            assert 0 < units(block["block_id"]) <= 255
            assert 0 < units(block["label"]["text"]) <= 2000
            _fits(block["element"])
    for each in walk(view):
        _harmless(each)


def _fits(element: Mapping[str, Any]) -> None:
    if element["type"] == "plain_text_input":
        assert 0 < units(element.get("initial_value", "x")) <= element["max_length"] <= 3000
    else:
        assert element["initial_option"] in element["options"]


def offered(options: list[Any]) -> None:
    """The rules for what a menu is given while somebody types into it."""
    assert len(options) <= 100
    for option in options:
        _harmless(option)
        assert 0 < units(option["text"]["text"]) <= 75
        assert 0 < units(option["value"]) <= 150


def links(blocks: list[Any]) -> set[str]:
    """Every address that something leads to."""
    return {each["url"] for each in walk(blocks) if "url" in each}


def words(blocks: list[Any]) -> str:
    """Everything that is shown, in order."""
    return " ".join(each["text"] for each in walk(blocks) if isinstance(each.get("text"), str))


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def walk(part: object) -> Iterator[Mapping[str, Any]]:
    """Every mapping in there, outer ones first."""
    if isinstance(part, Mapping):
        yield part
    for each in part.values() if isinstance(part, Mapping) else part if isinstance(part, list) else ():
        yield from walk(each)


@cache
def validators() -> Mapping[str, jsonschema.Draft7Validator] | None:
    """A validator for each kind of block; None where the contract is not beside the checkout."""
    if not CONTRACT.is_file():
        return None
    return {kind: _validator(name) for kind, name in KINDS.items()}


@cache
def _validator(name: str) -> jsonschema.Draft7Validator:
    whole = json.loads(CONTRACT.read_text(encoding="utf-8"))
    return jsonschema.Draft7Validator({"$ref": f"#/definitions/{name}", "definitions": whole["definitions"]})


def _harmless(each: Mapping[str, Any]) -> None:
    kind = each.get("type")
    if kind is None:  # a style, or an option
        assert set(each) <= {"bold"} or set(each) == {"text", "value"}
        return
    text = each.get("text")
    if isinstance(text, str):
        assert text
        assert units(text) <= LONGEST[kind]
    if kind == "mrkdwn":
        assert DATE.fullmatch(each["text"])
        assert each["verbatim"] is True
    elif kind == "plain_text":
        assert each["emoji"] is False
    else:
        assert kind in HARMLESS, kind
    _pressable(each)
    if kind == "link":
        assert each["url"].startswith(("http://", "https://", "HTTP", "Http"))
        assert len(each["url"]) <= 3000
    if kind in ("context", "actions"):
        assert len(each["elements"]) <= {"context": 10, "actions": 25}[kind]
    ids = [element["action_id"] for element in each.get("elements", ()) if "action_id" in element]
    assert len(set(ids)) == len(ids)


def _pressable(each: Mapping[str, Any]) -> None:
    """The limits of buttons and menus."""
    kind = each.get("type")
    if "action_id" in each:
        assert 0 < units(each["action_id"]) <= 255
    if "placeholder" in each:
        assert 0 < units(each["placeholder"]["text"]) <= 150
    if kind == "button":
        assert units(each["text"]["text"]) <= 75
        assert 0 < units(each["value"]) <= 2000
    if kind == "static_select":
        assert each["options"]
        offered(each["options"])
