"""`set` and `rename`: one thing of one company, shown or changed."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from bot.commands.companies import as_name
from bot.commands.desk import Desk
from bot.commands.lookup import Hit, find, name_key, nearest
from bot.commands.phrases import MAY_NOT, did_you_mean, listed, place_of, problem, refusal, shared_with, who_may
from bot.commands.requests import Field, Rename, Set, Tune
from bot.commands.way_back import way_back
from bot.model.card import Line, Strong
from bot.model.channel import Channel
from bot.model.command import Action, Command, Menu, Reply
from bot.model.company import Alias, Company
from bot.model.difference import in_words
from bot.model.watchlist import Change

OFFERED = 5
_ALLOWED: dict[Field, tuple[str, ...]] = {
    "evidence": ("strict", "normal", "loose"),
    "passing": ("alert", "digest", "off"),
}


async def set_one(desk: Desk, command: Command, request: Set) -> Reply:
    """Show or change one thing of the company that is meant; who may only read may ask what it is."""
    hit = await _one(desk, command, request.name, _again(request))
    if isinstance(hit, Reply):
        return hit
    if not request.values:
        return Reply(((Strong(hit.company.name), f" · {request.field}: {_shown(hit, request.field)}"),))
    if "member" not in command.actor.rights:
        return refusal(MAY_NOT, f"Ask {who_may('member', command.channel)}.")
    after = _with(hit.company, request)
    return after if isinstance(after, Reply) else await replaced(desk, command, hit, after)


async def rename(desk: Desk, command: Command, request: Rename) -> Reply:
    """Give a company another name; where the old one ends is found by what is watched here."""
    words = request.words.split()
    heard = desk.heard(command.channel)
    found: list[tuple[str, str]] = []
    for at in range(1, len(words)):
        rest = words[at + 1 :] if words[at].casefold() in ("to", "->", "→") and at + 1 < len(words) else words[at:]
        old = " ".join(words[:at]).strip("\"“”'")
        if await asyncio.to_thread(find, heard, old):
            found.append((old, " ".join(rest).strip("\"“”'")))
    if not found:
        return refusal(
            f'No company that is watched here is called as "{request.words}" begins. Write: rename <old> to <new>'
        )
    if len({new for _, new in found}) > 1:
        actions = [Action(f"{old} to {new}", f"set {as_name(old)} name {as_name(new)}") for old, new in found]
        return refusal("Where does the old name end?", actions=actions[:OFFERED])
    old, new = found[0]
    return await set_one(desk, command, Set(old, "name", "", (new,)))


async def which_company(desk: Desk, command: Command, request: Tune) -> Reply:
    """`exclude lava flow`: ask which company it is about; the likeliest come first."""
    heard = desk.heard(command.channel)
    names = [company.name for one in heard for company in one.companies]
    if not names:
        return refusal("This channel watches nothing, so there is nothing to set. Start: add <company>")
    parts = {name_key(word) for word in request.words.split()}
    # Where a word of it is a word of a name, those companies are likely meant, and no others.
    names = [name for name in names if parts & set(name_key(name).split())] or names
    sign = "+ " if request.field in ("alias", "context", "exclude") else ""
    actions = [Action(name, f"set {as_name(name)} {request.field} {sign}{request.words}") for name in names[:OFFERED]]
    ask = f'"{request.field} {request.words}": of which company? Write: set <company> {request.field} ...'
    template = f"set {{}} {request.field} {sign}{request.words.replace('{', '{{').replace('}', '}}')}"
    more = [Menu("Another company", (), "company", template)] if len(names) > OFFERED else []
    return refusal(ask, actions=actions, menus=more)


async def _one(desk: Desk, command: Command, name: str, again: str) -> Hit | Reply:
    """The one company of the lists heard here that is called so, or the question which one is meant."""
    heard = desk.heard(command.channel)
    hits = await asyncio.to_thread(find, heard, name)
    if len(hits) == 1:
        return hits[0]
    if hits:
        lines: list[Line] = [(Strong(hit.company.name), f" · {place_of(hit.watchlist, hit.company)}") for hit in hits]
        names = {hit.company.name for hit in hits}
        steps = tuple(Action(one, f"set {as_name(one)} {again}") for one in sorted(names)) if len(names) > 1 else ()
        menus = [Menu("Which company?", steps)] if steps else []
        return refusal(f'"{name}" stands here {len(hits)} times. Which one?', *lines, menus=menus)
    near = await asyncio.to_thread(nearest, heard, name)
    meant = did_you_mean([hit.company.name for hit in near]) if near else "See them: list"
    acts = [Action(hit.company.name, f"set {as_name(hit.company.name)} {again}") for hit in near]
    return refusal(f'No "{name}" on this channel\'s lists. {meant}', actions=acts)


def _again(request: Set) -> str:
    return " ".join(filter(None, (request.field, request.sign, ", ".join(map(as_name, request.values)))))


def _shown(hit: Hit, field: Field) -> str:
    company = hit.company
    match field:
        case "alias":
            return ", ".join(alias.text for alias in company.aliases) or "none"
        case "context" | "exclude":
            return ", ".join(getattr(company, field)) or "none"
        case "passing":
            return company.passing or f"{hit.watchlist.passing} (as the list has it)"
        case _:
            return str(getattr(company, field))


def _with(company: Company, request: Set) -> Company | Reply:
    """The company with the change in it, or what is wrong with the value."""
    if request.field in ("alias", "context", "exclude"):
        return _with_several(company, request)
    value = " ".join(request.values)
    if request.sign:
        return refusal(
            f"There is one {request.field}, not several: set {as_name(company.name)} {request.field} {value}"
        )
    if request.field == "threshold":
        number = int(value) if value.isascii() and value.isdigit() else 101
        return _put(company, "threshold", number) if number <= 100 else _no_value(request, ("a number from 0 to 100",))
    if request.field == "name":
        return _put(company, "name", value)
    allowed = _ALLOWED[request.field]
    return (
        _put(company, request.field, value.casefold()) if value.casefold() in allowed else _no_value(request, allowed)
    )


def _put(company: Company, field: str, value: object) -> Company:
    change: dict[str, Any] = {field: value}
    return replace(company, **change)


def _no_value(request: Set, allowed: Sequence[str]) -> Reply:
    return refusal(f'"{" ".join(request.values)}" is no {request.field}: write {listed(allowed, len(allowed))}')


def _with_several(company: Company, request: Set) -> Company | Reply:
    old = [alias.text for alias in company.aliases] if request.field == "alias" else getattr(company, request.field)
    # Words that are said without a sign join what is there: to replace all of it is to take the others away.
    wanted = _less(old, request.values) if request.sign == "-" else _more(old, request.values)
    if list(wanted) == list(old):
        there = "is not there" if request.sign == "-" else "is there already"
        return problem(f"{', '.join(request.values)} {there}: {request.field} of {company.name} stays as it is.")
    if request.field == "alias":
        known = {alias.text: alias for alias in company.aliases}
        return replace(company, aliases=tuple(known.get(text, Alias(text)) for text in wanted))
    return _put(company, request.field, tuple(wanted))


def _more(old: Iterable[str], values: Sequence[str]) -> list[str]:
    kept = list(old)
    keys = {name_key(text) for text in kept}
    return kept + [value for value in dict.fromkeys(values) if name_key(value) not in keys]


def _less(old: Iterable[str], values: Sequence[str]) -> list[str]:
    gone = {name_key(value) for value in values}
    return [text for text in old if name_key(text) not in gone]


async def replaced(desk: Desk, command: Command, hit: Hit, after: Company) -> Reply:
    """Make the company what it is to be; ChangeRefused where it is something else by now, or can't be that."""
    watchlist = hit.watchlist
    change = Change(watchlist.key, "replace", hit.company.name, after, before=hit.company)
    changed = await desk.repo.apply([change], command.actor, command.channel)
    now = changed.company(after.name) or after
    lines: list[Line] = [(f"{in_words(change)} · {place_of(changed, now)}",)]
    lines += also_there(desk, changed.key, command.channel)
    actions = (await way_back(desk, command, [change]), Action(f"Show {now.name}", f"show {as_name(now.name)}"))
    return Reply(tuple(lines), actions, public=True)


def also_there(desk: Desk, key: str, here: Channel) -> list[Line]:
    """That a list which other channels hear changes there too; no line for one that is heard here alone."""
    watchlist = next((one for one in desk.repo.lists() if one.key == key), None)
    others = shared_with(desk.channels(watchlist), here) if watchlist else ""
    if watchlist is None or not others:
        return []
    return [(f"The list {watchlist.name} is shared with {others}: it changes there too.",)]
