"""`set <company>` alone: everything of a company as a form, and the form as it comes back.

A form carries no more than a mark of the company as it was shown. What others changed meanwhile is found in the history
of the list, so that a form that stood open for a day takes nothing of theirs back.
"""

import asyncio
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.commands.companies import as_name
from bot.commands.desk import Desk
from bot.commands.filled import EVIDENCE, LISTS, PASSING, PASSING_OF_LIST, Unfit, merged, texts
from bot.commands.lookup import Hit, find, nearest
from bot.commands.phrases import MAY_NOT, channel_name, did_you_mean, place_of, refusal, sentence, who_may
from bot.commands.requests import FIELDS, EditCompany, FilledIn
from bot.commands.tune import replaced
from bot.errors import ChangeRefused
from bot.model.card import Line, Strong
from bot.model.command import Action, Command, Menu, Reply
from bot.model.company import Company
from bot.model.form import Blank, Form
from bot.model.place import NOWHERE
from bot.model.watchlist import Watchlist

TRIES = 3
"""How often a change is made anew that somebody else was quicker than."""
_LABELS = {
    "alias": "Aliases",
    "context": "Context",
    "exclude": "Exclude",
    "evidence": "Evidence",
    "passing": "Named in passing",
}
_HINTS = {
    "alias": "Other ways to write it, one a line",
    "context": "Words that stand near it, one a line: they count as evidence for a weak spelling",
    "exclude": "Phrases that are something else, one a line",
}


@dataclass(frozen=True, slots=True)
class _Base:
    """The company as a form showed it, and as it is now: None where it is gone."""

    shown: Company
    watchlist: Watchlist
    now: Company | None


async def edit_company(desk: Desk, command: Command, request: EditCompany) -> Reply:
    """The form of the company that is meant, or the question which one is."""
    heard = desk.heard(command.channel)
    hits = await asyncio.to_thread(find, heard, request.name)
    if len(hits) == 1:
        return _form(command, hits[0])
    if hits:
        steps = tuple(
            Action(f"{hit.company.name} · {place_of(hit.watchlist, hit.company)}", f"set #{_mark(hit)}") for hit in hits
        )
        return refusal(f'"{request.name}" stands here {len(hits)} times.', menus=(Menu("Which one?", steps),))
    if hit := await asyncio.to_thread(_begins_with, heard, request.name):
        rest = request.name[len(hit[0]) :].strip()
        return refusal(
            f'"{rest}" is nothing that a company has: {", ".join(FIELDS)} can be set.',
            f"Such as: set {as_name(hit[1].company.name)} evidence strict",
            actions=[Action(f"Edit {hit[1].company.name}", f"set {as_name(hit[1].company.name)}")],
        )
    names = [hit.company.name for hit in await asyncio.to_thread(nearest, heard, request.name)]
    meant = did_you_mean(names) if names else "See them: list"
    return refusal(
        f'No "{request.name}" on this channel\'s lists. {meant}',
        "One thing of a company: set Lava alias + ラヴァ, set Lava evidence strict",
        actions=[Action(f"Edit {name}", f"set {as_name(name)}") for name in names],
    )


def _begins_with(heard: Sequence[Watchlist], typed: str) -> tuple[str, Hit] | None:
    """The longest beginning of what was typed that names a company, and that company."""
    words = typed.split()
    for at in range(len(words) - 1, 0, -1):
        if hits := find(heard, " ".join(words[:at])):
            return " ".join(words[:at]), hits[0]
    return None


async def fill_in(desk: Desk, command: Command, request: FilledIn) -> Reply:
    """Change what a form changed, and nothing else; an empty form is shown again."""
    for _ in range(TRIES):
        base = await _base(desk, command, request.mark)
        if base is None:
            return refusal("What this form showed is not known here any more. Open it again: set <company>")
        if base.now is None:
            return refusal(f"{base.shown.name} is not watched any more. To watch it: add {as_name(base.shown.name)}")
        hit = Hit(base.watchlist, base.now)
        if not command.filled:
            return _form(command, hit)
        if (reply := await _changed(desk, command, base, hit)) is not None:
            return reply
    return refusal("Others change this company right now. Open the form again in a moment: set <company>")


async def _changed(desk: Desk, command: Command, base: _Base, hit: Hit) -> Reply | None:
    """What a filled form did, or what is wrong with it; None where somebody else was quicker."""
    if "member" not in command.actor.rights:
        return refusal(MAY_NOT, f"Ask {who_may('member', command.channel)}.")
    try:
        after = merged(base.shown, hit.company, dict(command.filled))
    except Unfit as error:
        words = "; ".join(f"{_LABELS[name]}: {fault}" for name, fault in error.faults)
        return replace(refusal(f"{sentence(words)}."), faults=error.faults)
    if after == hit.company:
        return Reply(((Strong(after.name), " is like that already: nothing was changed"),))
    try:
        return await replaced(desk, command, hit, after)
    except ChangeRefused:
        now = next((one for one in desk.heard(command.channel) if one.key == hit.watchlist.key), None)
        if now is None or now.company(hit.company.name) == hit.company:
            raise
    return None


def _form(command: Command, hit: Hit) -> Reply:
    company = hit.company
    passing = f"as the list has it ({hit.watchlist.passing})"
    blanks = (
        *(_several(company, name) for name in LISTS),
        Blank("evidence", _LABELS["evidence"], company.evidence, "How sure a mention must be", _same(EVIDENCE)),
        Blank(
            "passing",
            _LABELS["passing"],
            company.passing or PASSING_OF_LIST,
            "What becomes of articles that are about something else",
            ((PASSING_OF_LIST, passing), *_same(PASSING)),
        ),
    )
    lines: list[Line] = [(Strong(company.name), f" · {place_of(hit.watchlist, company)}")]
    lines += [(f"{blank.label}: {_said(blank)}",) for blank in blanks]
    name = as_name(company.name)
    lines.append(
        (f"To change it: set {name} alias + ラヴァ, set {name} exclude - lava lamp, set {name} evidence strict",)
    )
    form = Form(f"{company.name} · {channel_name(command.channel)}", f"set #{_mark(hit)}", blanks)
    return Reply(tuple(lines), form=form if "member" in command.actor.rights else None)


def _said(blank: Blank) -> str:
    return dict(blank.choices).get(blank.value) or ", ".join(blank.value.splitlines()) or "none"


def _several(company: Company, name: str) -> Blank:
    """A blank with an entry a line, each as it is read back."""
    written = "\n".join(map(as_name, texts(company, name)))
    return Blank(name, _LABELS[name], written, _HINTS[name], lines=True)


async def _base(desk: Desk, command: Command, mark: str) -> _Base | None:
    """What the form showed: what is watched now, or what was once, by the history of the lists heard here."""
    heard = desk.heard(command.channel)
    found = await asyncio.to_thread(_marked, heard, mark)
    if found is not None:
        return _Base(found.company, found.watchlist, found.company)
    for watchlist in heard:
        shown: Company | None = None
        name: str | None = None
        for revision in await desk.store.revisions(watchlist.key):
            change = revision.change
            if isinstance(change.before, Company) and _mark(Hit(watchlist, change.before)) == mark:
                shown, name = change.before, change.name
            if shown is not None and change.name == name and not change.is_of_channel:
                name = change.company.name if change.company else None
        if shown is not None:
            return _Base(shown, watchlist, watchlist.company(name) if name else None)
    return None


def _marked(heard: Iterable[Watchlist], mark: str) -> Hit | None:
    hits = (Hit(one, company) for one in heard for company in one.companies)
    return next((hit for hit in hits if _mark(hit) == mark), None)


def _mark(hit: Hit) -> str:
    """What a form calls a company by: its list and all that is said of it, but not where that stands."""
    said = repr((hit.watchlist.key, replace(hit.company, place=NOWHERE)))
    return hashlib.blake2b(said.encode(errors="replace"), digest_size=6).hexdigest()


def _same(words: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple((word, word) for word in words)
