"""What must be answered before a company is watched: is it known otherwise, is it several, will it be noisy."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.commands.companies import as_name
from bot.commands.desk import Desk
from bot.commands.lookup import Hit, find, name_key, nearest
from bot.commands.noisy import about_noise, as_it_is, is_bare, is_everywhere, near_words, with_words
from bot.commands.phrases import place_of
from bot.model.card import Line, Strong
from bot.model.command import Action
from bot.model.company import Company
from bot.model.watchlist import Watchlist

ALIKE = 0.85
"""How alike a new name must be to a known one to be asked about."""
MOST_WORDS = 8
"""Words of a name that is looked through for several companies."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a company is not watched at once: the question, its answers, and the companies that it may be instead."""

    lines: tuple[Line, ...]
    actions: tuple[Action, ...]
    instead: tuple[Company, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """The lists that a channel hears, and the others that people there may know of."""

    heard: Sequence[Watchlist]
    others: Sequence[Watchlist]


async def doubt_of(desk: Desk, known: Known, company: Company, *, looks: bool = True) -> Doubt | None:
    """The first thing that is doubtful about a company that nobody watches here under this name; None for nothing.

    `looks`: whether stored articles are asked what the name would have alerted, which takes a part of a second.
    """
    if is_bare(company) and is_everywhere(company.name):
        return _too_common(known, company)
    if found := await asyncio.to_thread(_about_a_known_one, known, company):
        return found
    noise = await about_noise(desk, known.heard, company, looks=looks)
    return _noisy(known, company, noise) if noise else None


def _about_a_known_one(known: Known, company: Company) -> Doubt | None:
    if company.aliases or company.context or company.exclude or company.tickers:
        return None
    there = find(known.others, company.name)
    parts = () if there else _several(known, company.name)
    if parts:
        return _one_or_several(known, company.name, parts)
    offered = [hit for hit in there or _alike(known.others, company.name) if _says_more(hit.company, company)]
    if offered:
        return _known_elsewhere(company.name, offered[0])
    near = next(iter(_alike(known.heard, company.name)), None)
    return _nearly(company.name, near) if near else None


def _says_more(known: Company, company: Company) -> bool:
    return replace(known, place=company.place) != company


def _alike(lists: Sequence[Watchlist], name: str) -> list[Hit]:
    """The companies whose whole name, or an alias, is nearly this one."""
    words = len(name_key(name).split())
    near = nearest(lists, name, limit=3, least=ALIKE)
    return [hit for hit in near if any(len(name_key(text).split()) == words for text in names_of(hit.company))]


def names_of(company: Company) -> tuple[str, ...]:
    """Every way to write it."""
    return (company.name, *(alias.text for alias in company.aliases))


def _several(known: Known, name: str) -> tuple[str, ...]:
    """The names that this one falls into, each of a company that is known by itself; () where it does not."""
    words, lists = name.split(), [*known.heard, *known.others]
    if not 1 < len(words) <= MOST_WORDS:
        return ()
    return next((parts for parts in _partings(words) if all(find(lists, part) for part in parts)), ())


def _partings(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Every way to cut the words into two or more names, the fewest cuts first."""
    ways = range(1, 2 ** (len(words) - 1))
    for way in sorted(ways, key=lambda each: each.bit_count()):
        parts = [words[0]]
        for at, word in enumerate(words[1:]):
            if way >> at & 1:
                parts.append(word)
            else:
                parts[-1] += f" {word}"
        yield tuple(parts)


def _one_or_several(known: Known, name: str, parts: tuple[str, ...]) -> Doubt:
    line = f'"{name}": one company, or {len(parts)}? {" and ".join(parts)} are known each by itself.'
    # What is watched here goes by its name; what another list knows comes with all that the list says of it.
    found = [(part, find(known.heard, part), find(known.others, part)) for part in parts]
    each = tuple(Company(part) if here else there[0].company for part, here, there in found)
    actions = (Action("One", as_it_is(Company(name))), Action(f"{len(parts)} companies", all_of(each)))
    return Doubt(((line,),), actions, each)


def _known_elsewhere(name: str, hit: Hit) -> Doubt:
    company, also = hit.company, ""
    if aliases := [alias.text for alias in company.aliases]:
        also = f", also {', '.join(aliases)}"
    line = (f'"{name}" is known on the list {hit.watchlist.name}: ', Strong(company.name), f"{also}. Which one?")
    actions = (
        Action(f"Add {company.name}", as_it_is(company)),
        Action(f"Hear {hit.watchlist.name}", f"use {as_name(hit.watchlist.name)}"),
        Action(f"Add {name} alone", as_it_is(Company(name))),
    )
    return Doubt((line,), actions, (company,))


def all_of(companies: Sequence[Company]) -> str:
    """One command that adds all of them and asks no more; a line each where one says more than a name."""
    said = [as_it_is(company).removeprefix("add ") for company in companies]
    more = any(company.aliases or company.context or company.exclude for company in companies)
    return "add \n" + "\n".join(said) if more and len(said) > 1 else f"add {', '.join(said)}"


def _nearly(name: str, hit: Hit) -> Doubt:
    where = place_of(hit.watchlist, hit.company)
    line = (f'"{name}" is nearly ', Strong(hit.company.name), f", which is watched already · {where}")
    actions = (
        Action(f"Show {hit.company.name}", f"show {as_name(hit.company.name)}"),
        Action("Watch it all the same", as_it_is(Company(name))),
    )
    return Doubt((line,), actions)


def _too_common(known: Known, company: Company) -> Doubt:
    line = f'"{company.name}" is a word of nearly every article, so nothing would tell the company from the word.'
    return Doubt(((line,), _how(known, company)), (Action("Watch it all the same", as_it_is(company)),))


def _noisy(known: Known, company: Company, lines: tuple[Line, ...]) -> Doubt:
    actions = [Action("Watch it all the same", as_it_is(company))]
    if words := near_words(known.heard):
        actions.insert(0, Action(f"Watch it near {', '.join(words)}", with_words(company, words)))
    return Doubt((*lines, _how(known, company)), tuple(actions))


def _how(known: Known, company: Company) -> Line:
    command = with_words(company, near_words(known.heard))
    return (f"Name words that stand near it: {command}. If it is meant as it is, put it in quotes.",)
