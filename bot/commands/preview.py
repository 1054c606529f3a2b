"""Several companies at once: a preview of what was understood, and the questions that come before they are watched."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.commands.companies import Add
from bot.commands.desk import Desk
from bot.commands.doubts import Doubt, Known, all_of, doubt_of
from bot.commands.lookup import Hit, find
from bot.commands.phrases import listed, refusal
from bot.model.card import Line
from bot.model.command import Action, Command, Reply
from bot.model.company import Company
from bot.model.watchlist import Watchlist
from bot.text import counted

AT_ONCE = 5
"""New companies of one line that are watched without a preview, where nothing about them is doubtful."""
LONGEST = 1900
"""Characters of a command that a button of any platform can hold, or that can be typed again."""
NAMED = 60
"""Names that a preview shows."""
LOOKS = 3
"""New companies of one command of which stored articles are asked: each look takes a part of a second."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An `add` on its way: where it goes, what is watched there already, and what is new.

    `target` is the list that it goes to, where that is settled.
    """

    desk: Desk
    command: Command
    request: Add
    heard: Sequence[Watchlist]
    known: dict[str, Hit]
    new: Sequence[Company]
    target: Watchlist | None = None


def hits_of(lists: Sequence[Watchlist], name: str) -> tuple[Hit, ...]:
    """What the name means here; also where each half of it is a name of one and the same company."""
    found = find(lists, name)
    words = name.split()
    for at in range(1, len(words) if not found else 0):
        first, second = find(lists, " ".join(words[:at])), find(lists, " ".join(words[at:]))
        same = [hit for hit in first if any(hit.company is each.company for each in second)]
        if same:
            return (Hit(same[0].watchlist, same[0].company, name),)
    return found


async def question_about(asked: Asked) -> Reply | None:
    """What must be answered before anything is watched; None where nothing is doubtful."""
    known = Known(asked.heard, asked.desk.open_to(asked.command))
    literal = asked.request.literal
    doubtful = [company for company in asked.new if company.name not in literal]
    doubts: dict[str, Doubt] = {}
    for company in doubtful:
        doubt = await doubt_of(asked.desk, known, company, looks=len(doubts) < LOOKS)
        if doubt is not None:
            doubts[company.name] = doubt
    if len(asked.request.companies) == 1 and not asked.request.unread:
        only = doubts.get(asked.new[0].name)
        return refusal(*only.lines, actions=[_to(asked, action) for action in only.actions]) if only else None
    if doubts or asked.request.pasted or len(asked.new) > AT_ONCE:
        return _preview(asked, doubts)
    return None


def _to(asked: Asked, action: Action) -> Action:
    """The answer for the channel that was named, and for this list alone where that was said."""
    if not action.command.startswith("add "):
        return action
    tail = f"{' only here' if asked.request.only_here else ''}{f' to {asked.request.to}' if asked.request.to else ''}"
    return replace(action, command=action.command + tail)


def _preview(asked: Asked, doubts: dict[str, Doubt]) -> Reply:
    clear = [company for company in asked.new if company.name not in doubts]
    names, known = [company.name for company in clear], list(asked.known)
    facts = [counted(len(asked.request.companies), "company", "companies")]
    facts += [f"{len(clear)} new"] if clear else []
    facts += [f"{len(known)} watched already"] if known else []
    facts += [f"{len(doubts)} to be asked about"] if doubts else []
    facts += [f"{counted(len(asked.request.unread), 'line')} not understood"] if asked.request.unread else []
    lines: list[Line] = [(" · ".join(facts),)]
    lines += [(f"New: {listed(names, NAMED)}",)] if names else []
    lines += [(f"Watched already: {listed(known, NAMED)}",)] if known else []
    for doubt in doubts.values():
        lines += [("  ", *line) for line in doubt.lines[:2]]
    lines += [(f"Not understood: {why}",) for why in asked.request.unread]
    answers = [_to(asked, each) for each in _answers(asked, clear, doubts)]
    if any(len(each.command) > LONGEST for each in answers):
        lines.append(("These are too many for one button: paste half of them at a time.",))
    return refusal(*lines, actions=answers)


def _answers(asked: Asked, clear: Sequence[Company], doubts: dict[str, Doubt]) -> list[Action]:
    """The clear ones alone; all, with what lists know of them; all, as they were written."""
    actions: list[Action] = []
    if clear:
        label = f"Watch the {len(clear)} new" if len(clear) > 1 else f"Watch {clear[0].name}"
        actions.append(Action(label, all_of(clear)))
    meant = [each for one in asked.new for each in (doubts[one.name].instead if one.name in doubts else ()) or (one,)]
    if meant != list(asked.new):
        actions.append(Action(f"Watch {listed([one.name for one in meant], 3)}", all_of(meant)))
    if doubts:
        label = "Watch all as written" if len(asked.new) > 1 else f"Watch {asked.new[0].name} as written"
        actions.append(Action(label, all_of(asked.new)))
    return actions
