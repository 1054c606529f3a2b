"""What a filled form makes of a company: three ways, so that what others changed meanwhile stays. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.commands.companies import fault_of, names_in
from bot.commands.lookup import name_key
from bot.commands.words import Unreadable, tokens
from bot.model.company import Alias, Company

LISTS = ("alias", "context", "exclude")
"""What has several entries."""
EVIDENCE = ("strict", "normal", "loose")
PASSING = ("alert", "digest", "off")
PASSING_OF_LIST = "list"
"""What a form says of a company that has no `passing` of its own."""


class Unfit(ValueError):
    """A form that can't be taken as it is: `faults` are (name of the blank, what is wrong there)."""

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        """At least one."""
        super().__init__(faults[0][1])
        self.faults = tuple(faults)


def merged(shown: Company, now: Company, filled: Mapping[str, str]) -> Company:
    """The company as it is now with what was made of what the form showed; Unfit says what is wrong in which blank."""
    changes: dict[str, Any] = {}
    faults: list[tuple[str, str]] = []
    for name in (name for name in (*LISTS, "evidence", "passing") if name in filled):
        merge = _several if name in LISTS else _chosen
        try:
            changes[name] = merge(name, shown, now, filled[name])
        except ValueError as error:
            faults.append((name, str(error)))
    if faults:
        raise Unfit(faults)
    known = {alias.text: alias for alias in (*shown.aliases, *now.aliases)}
    if (aliases := changes.pop("alias", None)) is not None:
        changes["aliases"] = tuple(known.get(text, Alias(text)) for text in aliases)
    if changes.get("passing") == PASSING_OF_LIST:
        changes["passing"] = None
    return replace(now, **changes)


def texts(company: Company, name: str) -> tuple[str, ...]:
    """The entries of one of `LISTS`."""
    return tuple(alias.text for alias in company.aliases) if name == "alias" else getattr(company, name)


def _several(name: str, shown: Company, now: Company, filled: str) -> tuple[str, ...]:
    """What was taken away and added in the form, done to what stands there now."""
    was, is_, mine = texts(shown, name), texts(now, name), _read(filled)
    if was == is_:
        return mine
    gone = {name_key(text) for text in was} - {name_key(text) for text in mine}
    kept = [text for text in is_ if name_key(text) not in gone]
    there = {name_key(text) for text in (*kept, *was)}
    return (*kept, *(text for text in mine if name_key(text) not in there))


def _chosen(name: str, shown: Company, now: Company, filled: str) -> str:
    was, is_ = (getattr(each, name) or PASSING_OF_LIST for each in (shown, now))
    if filled not in (EVIDENCE if name == "evidence" else (*PASSING, PASSING_OF_LIST)):
        raise ValueError(f"{filled!r} can't be chosen here")
    if filled == was:
        return str(is_)
    if is_ not in (was, filled):
        raise ValueError(f"Somebody chose {is_} meanwhile. Choose that too, or open the form again to change it")
    return filled


def _read(text: str) -> tuple[str, ...]:
    """The entries, each once; ValueError says what is wrong with which."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        try:
            names = names_in(tokens(line))
        except Unreadable as error:
            raise ValueError(str(error)) from None
        for name in names:
            if problem := fault_of(name, literal=True):
                raise ValueError(problem)
            found.setdefault(name_key(name), name)
    return tuple(found.values())
