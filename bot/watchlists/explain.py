"""What the models object to, as findings in plain words: where, what is wrong, and the fix."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails
from rapidfuzz import fuzz, process

from bot.model.place import Finding
from bot.watchlists.names import shown
from bot.watchlists.schema import AliasEntry, ChannelEntry, CompanyEntry, FileEntry
from bot.watchlists.tree import Document, Path
from bot.watchlists.tree import Mapping as MappingNode

MOST = 50
"""Findings shown of one file; the rest is counted."""

_LONGEST = 160
_QUOTED = re.compile(r"'([^']*)'")
_LIKE_A_KEY = re.compile(r"[a-z_]+")
_NOTHING = ("nothing stands here", "write a name, or delete the line")
_SEE = "`namewatch schema` says what may stand here"


def closest(word: str, known: Iterable[str]) -> str:
    """The one of `known` that `word` was probably meant to be, or ""."""
    found = process.extractOne(word.casefold(), sorted(known), scorer=fuzz.ratio, score_cutoff=60)
    return found[0] if found else ""


def findings(
    document: Document, errors: Sequence[ErrorDetails], models: Mapping[int, type[BaseModel]]
) -> list[Finding]:
    """One finding an error, in the order of the file; `models` are those of the sources, by index."""
    misspelt = {(error["loc"][:-1], _meant(error, models)) for error in errors if error["type"] == "extra_forbidden"}
    listed = []
    for error in errors:
        path: Path = error["loc"]
        if error["type"] == "missing" and ((path[:-1], path[-1]) in misspelt or _reads_as_pair(document, path[:-1])):
            continue
        is_key = error["type"] == "extra_forbidden"
        place = document.place_of_key(path) if is_key else document.place(path)
        listed.append(Finding(place, "error", *_words(document, error, models)))
    listed.sort(key=lambda finding: finding.place)
    if len(listed) > MOST:
        more = Finding(listed[MOST].place, "error", f"and {len(listed) - MOST} more", "mend the first ones")
        return [*listed[:MOST], more]
    return listed


def _model_at(path: Path, models: Mapping[int, type[BaseModel]]) -> type[BaseModel]:
    match path:
        case ("companies", _, "aliases", _, *_):
            return AliasEntry
        case ("companies", _, *_):
            return CompanyEntry
        case ("channels", _, *_):
            return ChannelEntry
        case ("sources", int(index), *_):
            return models.get(index, FileEntry)
    return FileEntry


def _keys(path: Path, models: Mapping[int, type[BaseModel]]) -> list[str]:
    return [field.alias or key for key, field in _model_at(path, models).model_fields.items()]


def _meant(error: ErrorDetails, models: Mapping[int, type[BaseModel]]) -> str:
    return closest(str(error["loc"][-1]), _keys(error["loc"][:-1], models))


def _reads_as_pair(document: Document, path: Path) -> bool:
    """Whether an entry without quotes was taken for a key and a value: `- C3.ai: AI`."""
    node = document.node_at(path)
    if len(path) != 2 or path[0] != "companies" or not isinstance(node, MappingNode) or len(node.pairs) != 1:
        return False
    key = node.pairs[0][0].text
    return not _LIKE_A_KEY.fullmatch(key) and not closest(key, CompanyEntry.model_fields)


def _words(document: Document, error: ErrorDetails, models: Mapping[int, type[BaseModel]]) -> tuple[str, str]:
    path: Path = error["loc"]
    if error["type"] == "extra_forbidden":
        return _unknown_key(document, path, models)
    if error["type"] == "missing":
        return f"`{path[-1]}` is missing", f"add `{path[-1]}: ...`"
    if error["input"] is None:
        return _nothing(document, path)
    if error["type"] == "value_error":
        return _split(str(error["ctx"]["error"]))
    if error["type"] == "literal_error":
        return _choice(str(path[-1]), error["input"], error["ctx"]["expected"])
    say = _SAID.get(error["type"])
    return say(error) if say else (_lower(error["msg"]), _SEE)


def _unknown_key(document: Document, path: Path, models: Mapping[int, type[BaseModel]]) -> tuple[str, str]:
    key, keys = str(path[-1]), _keys(path[:-1], models)
    if _reads_as_pair(document, path[:-1]):
        return f"{shown(key)} reads as a key with a value", 'if both are one name, quote it: "C3.ai: AI"'
    meant = closest(key, keys)
    fix = f"did you mean `{meant}`?" if meant else f"known here: {', '.join(keys)}"
    return f"{shown(key)} is not a key here", fix


def _nothing(document: Document, path: Path) -> tuple[str, str]:
    place = document.place(path)
    line = document.text.splitlines()[place.line - 1] if place.line else ""
    rest = line[place.column - 1 :].strip()
    if rest.startswith("#"):
        return "nothing stands here: `#` begins a comment", f'if it is part of a name, quote it: "{rest[:40]}"'
    if rest[:1] and rest.split()[0] in ("~", "null", "Null", "NULL"):
        word = rest.split()[0]
        return f"`{word}` is nothing in YAML", f'if it is a name, quote it: "{word}"'
    return _NOTHING


def _split(said: str) -> tuple[str, str]:
    message, colon, fix = said.rpartition(": write ")
    if len(message) > _LONGEST:
        message = f"{message[:_LONGEST]}..."
    return (message, f"write {fix}") if colon else (said, _SEE)


def _choice(key: str, given: object, expected: str) -> tuple[str, str]:
    """`expected` is what may stand there, as pydantic says it: 'a', 'b' or 'c'."""
    if key == "version":
        return "this version of the format is not known", "write version: 1"
    choices = [choice for choice in _QUOTED.findall(expected) if choice]
    meant = closest(str(given), choices)
    fix = f"did you mean `{meant}`?" if meant else f"use one of {', '.join(choices)}"
    return f"{shown(str(given))} is not a value of `{key}`", fix


def _shape(given: object) -> str:
    return "a list" if isinstance(given, list) else "a mapping" if isinstance(given, dict) else "a text"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _not_a_text(error: ErrorDetails) -> tuple[str, str]:
    return f"{_shape(error['input'])} stands where one text is meant", "write one text; quote it if it has `: ` or `[`"


def _not_a_list(error: ErrorDetails) -> tuple[str, str]:
    return f"{_shape(error['input'])} stands where a list is meant", "write `- ` before each entry, or [one, two]"


def _not_an_entry(error: ErrorDetails) -> tuple[str, str]:
    return f"{_shape(error['input'])} stands where an entry is meant", "write one text, or keys with values"


def _too_long(error: ErrorDetails) -> tuple[str, str]:
    limit = error["ctx"]["max_length"]
    return f"this is too long: {len(error['input'])} characters, and {limit} are the limit", "shorten it"


def _not_a_number(error: ErrorDetails) -> tuple[str, str]:
    return f"{shown(str(error['input']))} is not a whole number", "write digits alone"


def _not_a_flag(_error: ErrorDetails) -> tuple[str, str]:
    return "this is neither true nor false", "write true or false"


def _above(error: ErrorDetails) -> tuple[str, str]:
    return f"{shown(str(error['input']))} is too large", f"the highest is {error['ctx']['le']}"


def _below(error: ErrorDetails) -> tuple[str, str]:
    return f"{shown(str(error['input']))} is too small", f"the lowest is {error['ctx']['ge']}"


_SAID: dict[str, Callable[[Any], tuple[str, str]]] = {
    "string_type": _not_a_text,
    "list_type": _not_a_list,
    "model_type": _not_an_entry,
    "string_too_long": _too_long,
    "int_parsing": _not_a_number,
    "int_type": _not_a_number,
    "int_from_float": _not_a_number,
    "bool_parsing": _not_a_flag,
    "bool_type": _not_a_flag,
    "less_than_equal": _above,
    "greater_than_equal": _below,
}
