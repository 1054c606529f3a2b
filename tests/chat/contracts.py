"""What the platforms say that a payload must look like, from the machine-readable contracts beside the checkout."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from jsonschema import Draft7Validator, Draft202012Validator
from jsonschema.exceptions import best_match
from jsonschema.protocols import Validator

from bot.chat.drawing.fitting import units
from tests.shared_data import SHARED

CONTRACTS = SHARED / "contracts"

_OPENAPI = {
    "send": "MessageCreateRequest",
    "edit": "MessageEditRequestPartial",
    "post": "CreateForumThreadRequest",
    "open": "CreateTextThreadWithMessageRequest",
    "change_channel": "UpdateThreadRequestPartial",
    "original": "IncomingWebhookUpdateRequestPartial",
}
_CALLBACKS = {
    4: "CreateMessageInteractionCallbackRequest",
    5: "CreateMessageInteractionCallbackRequest",
    7: "UpdateMessageInteractionCallbackRequest",
    8: "ApplicationCommandAutocompleteCallbackRequest",
    9: "ModalInteractionCallbackRequest",
}


def discord_faults(name: str, payload: Any) -> list[str]:
    """What is wrong with what goes out to Discord; without the contracts only lengths are looked at."""
    schema = _CALLBACKS.get(payload["type"], "") if name == "callback" else _OPENAPI.get(name, "")
    found = _discord_lengths(_message_of(name, payload))
    payload = _as_documented(payload)
    if not CONTRACTS.is_dir():
        return found
    if schema:
        found += _said(_openapi(schema), payload)
    if name == "sync":
        found += [fault for each in payload for fault in _said(_openapi("ApplicationCommandUpdateRequest"), each)]
    if name == "send":
        # Their schema takes ids in references, and names of commands, for objects: those parts are left to the other.
        alone = {key: value for key, value in payload.items() if key != "message_reference"}
        found += _said(_types("RESTPostAPIChannelMessageJSONBody"), alone)
    return found


def _message_of(name: str, payload: Any) -> Mapping[str, Any]:
    if name == "post":
        return payload.get("message") or {}
    if name == "callback":
        return payload.get("data") or {} if payload["type"] != 9 else {}
    return payload if isinstance(payload, Mapping) else {}


def _discord_lengths(message: Mapping[str, Any]) -> list[str]:
    """Lengths that the contracts leave out: https://discord.com/developers/docs/resources/message"""
    wrong = []
    if units(message.get("content") or "") > 2000:
        wrong.append("content over 2000")
    embeds = message.get("embeds") or []
    texts = [embed.get(part) or "" for embed in embeds for part in ("title", "description")]
    texts += [embed["footer"]["text"] for embed in embeds if embed.get("footer")]
    if sum(map(units, texts)) > 6000:
        wrong.append("embeds over 6000")
    rows = message.get("components") or []
    parts = [part for row in rows for part in row["components"]]
    buttons = [part for part in parts if part["type"] == 2]
    wrong += [fault for part in parts if part["type"] == 3 for fault in _menu_lengths(part)]
    if len(rows) > 5 or any(len(row["components"]) > (1 if 3 in _kinds(row) else 5) for row in rows):
        wrong.append("over 5 rows of 5 buttons or a menu")
    keys = [part["custom_id"] for part in parts]
    if len(set(keys)) < len(keys) or any(not 1 <= units(key) <= 100 for key in keys):
        wrong.append(f"ids: {keys}")
    if any(not 1 <= units(button["label"]) <= 80 for button in buttons):
        wrong.append("a label over 80")
    titles, descriptions = ([units(embed.get(part, "")) for embed in embeds] for part in ("title", "description"))
    if max(titles, default=0) > 256 or max(descriptions, default=0) > 4096:
        wrong.append("title over 256 or description over 4096")
    return wrong


def _kinds(row: Mapping[str, Any]) -> set[int]:
    return {part["type"] for part in row["components"]}


def _menu_lengths(menu: Mapping[str, Any]) -> list[str]:
    options = menu["options"]
    values = [option["value"] for option in options]
    wrong = [] if 1 <= len(options) <= 25 and len(set(values)) == len(values) else ["not 1 to 25 options that differ"]
    texts = [*values, *(option["label"] for option in options)]
    wrong += [] if all(1 <= units(text) <= 100 for text in texts) else ["an option over 100"]
    return wrong if units(menu.get("placeholder") or "") <= 150 else [*wrong, "a placeholder over 150"]


def _as_documented(payload: Any) -> Any:
    """Without two habits of the library that Discord takes: `flags = 0` in embeds, numbers for ids in references."""
    if not isinstance(payload, Mapping):
        return payload
    said = dict(payload)
    if "embeds" in said:
        said["embeds"] = [{key: value for key, value in each.items() if key != "flags"} for each in said["embeds"]]
    if "message_reference" in said:
        numbers = ("message_id", "channel_id", "guild_id")
        said["message_reference"] = {
            key: str(value) if key in numbers else value for key, value in said["message_reference"].items()
        }
    return said


def _said(validator: Validator, payload: Any) -> list[str]:
    """Each fault where it lies deepest, for of a choice of forms every one complains."""
    deepest = [best_match([fault]) for fault in validator.iter_errors(payload)]
    return [f"{fault.json_path}: {fault.message[:300]}" for fault in deepest if fault is not None]


@cache
def _openapi(name: str) -> Validator:
    whole = _read("discord-openapi.json")
    return Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": whole["components"]})


@cache
def _types(name: str) -> Validator:
    whole = _read("discord_api_types_0.38.57.schema.json")
    return Draft7Validator({"$ref": f"#/definitions/{name}", "definitions": whole["definitions"]})


@cache
def _read(file: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads((CONTRACTS / file).read_text(encoding="utf-8"))
    return found
