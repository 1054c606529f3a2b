"""The button below an answer that takes its change back: that very one, whatever was changed since."""

from collections.abc import Sequence

from bot.commands.desk import Desk
from bot.model.command import Action, Command
from bot.model.watchlist import Change, Revision

MARK = 8
"""Characters at the end of a revision's id that say which one is meant; those are made by chance."""


def mark_of(revision: Revision) -> str:
    """What `undo` calls a change by."""
    return revision.id[-MARK:]


def undo_of(revision: Revision) -> Action:
    """The step that takes this change back."""
    return Action("Undo", f"undo {mark_of(revision)}")


async def way_back(desk: Desk, command: Command, changes: Sequence[Change]) -> Action:
    """The step that takes back what this command has just done to one list."""
    who, last = command.actor.name or command.actor.id, changes[-1]
    history = await desk.store.revisions(last.watchlist)
    mine = (each for each in reversed(history) if (each.actor, each.channel) == (who, command.channel))
    made = next((each for each in mine if each.change.action == last.action), None)
    return undo_of(made) if made else Action("Undo", "undo")
