"""`undo`, `log` and `export`: what was changed in the lists heard here, by whom, and the way back."""

from collections.abc import Iterable, Mapping, Sequence

from bot.commands.desk import Desk
from bot.commands.paging import pages
from bot.commands.phrases import channel_name, is_near, problem, refusal
from bot.commands.requests import EditSource, Export, Log, SourceVerb, Undo
from bot.commands.sources import edit_source
from bot.commands.tune import also_there
from bot.model.card import Line, When
from bot.model.channel import CONSOLE, Channel
from bot.model.command import Action, Command, Reply
from bot.model.difference import in_words
from bot.model.watchlist import Change, Revision

PAGE = 20
SOMEWHERE = "a channel elsewhere"
LEFT = "a list that was left"
SOMEBODY = "somebody in another channel"
_VERBS: dict[str, SourceVerb] = {"poll": "add", "unpoll": "remove", "hold": "pause", "release": "resume"}
_DONE = {"hear": "hears it", "unhear": "hears it no more", "tune": "hears it otherwise"}


async def undo(desk: Desk, command: Command, request: Undo) -> Reply:
    """Take the last change back: your own at once, that of somebody else once you are sure."""
    here = command.channel
    sure_of_sources = "admin" in command.actor.rights
    history = await _history(desk, here)
    standing = _standing([each for each in history if sure_of_sources or not each.change.is_of_source])
    if not standing:
        return refusal("Nothing was changed in chat here, so there is nothing to take back. What was: log")
    last = standing[-1]
    mine = last.channel == here and last.actor == (command.actor.name or command.actor.id)
    said: Line = (f"{what(desk, last.change, here)} by {who(desk, last, here)}, ", When(last.at))
    if not mine and not request.sure:
        return refusal(("The last change is not yours: ", *said), actions=[Action("Take it back", "undo anyway")])
    back = last.change.inverse()
    if back is None:
        return refusal(("How it was before is not known: ", *said), "Change it as it should be: set, add or remove.")
    if back.is_of_source:
        return await edit_source(desk, command, _of_source(back, last))
    await desk.repo.apply([back], command.actor, here, last.id)
    lines = (("Taken back: ", *said), *also_there(desk, back.watchlist, here))
    return Reply(lines, (Action("Log", "log"),), public=True)


async def log(desk: Desk, command: Command, request: Log) -> Reply:
    """The changes that were made in chat to the lists heard here, the newest first, a page at a time."""
    here = command.channel
    newest = list(reversed(await _history(desk, here)))
    start = (request.page - 1) * PAGE
    page = newest[start : start + PAGE]
    if not page:
        return problem("Nothing was changed in chat here." if not newest else f"There is no page {request.page}.")
    names = {one.key: f" · list {one.name}" for one in desk.heard(here)}
    lines: list[Line] = [
        (
            When(each.at),
            f" · {what(desk, each.change, here)} · {who(desk, each, here)}{names.get(each.change.watchlist, '')}",
            " · not in git" if each.pending else "",
        )
        for each in page
    ]
    lines.append((f"{start + 1}-{start + len(page)} of {len(newest)}",))
    return Reply(tuple(lines), pages("log", request.page, more=start + PAGE < len(newest)))


async def export(desk: Desk, command: Command, request: Export) -> Reply:  # noqa: ARG001 - it has no words of its own
    """The changes that no file has yet, list by list."""
    here = command.channel
    names = {one.key: one.name for one in desk.heard(here)}
    pending = [each for each in await _history(desk, here) if each.pending]
    if not pending:
        return Reply((("Every change made here stands in the files: there is nothing to export.",),))
    lines: list[Line] = [
        (
            f"{names.get(each.change.watchlist, LEFT)}: {what(desk, each.change, here)} · {who(desk, each, here)} · ",
            When(each.at),
        )
        for each in pending
    ]
    return Reply((*lines, ("As a patch for git, where the bot runs: namewatch export",)))


async def _history(desk: Desk, here: Channel) -> list[Revision]:
    """The changes of the lists heard here, and of sources that are readable here or were changed here; oldest first."""
    heard = {one.key for one in desk.heard(here)}
    addresses = tuple(f"({source.url})" for source in desk.readable(here))
    every = await desk.store.revisions("")
    newest = {each.change.watchlist: each.id for each in every}

    def concerns(change: Change, channel: Channel) -> bool:
        if change.is_of_source:
            return channel == here or change.name.endswith(addresses)
        return change.watchlist in heard

    return [each for each in every if concerns(each.change, each.channel) or _left(each, here, newest)]


def _left(revision: Revision, here: Channel, newest: Mapping[str, str]) -> bool:
    """Whether it is how this channel left a list that nobody has changed since: that alone can be taken back."""
    own = revision.change.action == "unhear" and revision.channel == here
    return own and newest[revision.change.watchlist] == revision.id


def _of_source(change: Change, undone: Revision) -> EditSource:
    """The command that makes this change of a source; its address says which."""
    address = change.name.rpartition(" (")[2].removesuffix(")")
    return EditSource(_VERBS[change.action], address, undoes=undone.id)


def _standing(history: Sequence[Revision]) -> list[Revision]:
    """The changes that were not taken back since, without those that took one back."""
    undone = {each.undoes for each in history}
    return [each for each in history if not each.undoes and each.id not in undone]


def what(desk: Desk, change: Change, here: Channel) -> str:
    """The change in words; a channel by its name, where people here may know it."""
    if not change.is_of_channel:
        return in_words(change)
    channel = next((each for each in (here, *_channels(desk)) if change.name in _written(each)), None)
    named = SOMEWHERE
    if channel is not None and may_know(desk, channel, here):
        named = channel_name(channel)
    if named != SOMEWHERE and change.before is not None and change.rule is not None:
        return in_words(change).replace(change.name, named)
    return f"{named} {_DONE[change.action]}"


def _written(channel: Channel) -> tuple[str, str]:
    """How a list may name a channel: by its id, and by its name."""
    return str(channel), f"{channel.platform}:{channel.name}"


def who(desk: Desk, revision: Revision, here: Channel) -> str:
    """Who made it, where people here may know."""
    return revision.actor if may_know(desk, revision.channel, here) else SOMEBODY


def may_know(desk: Desk, channel: Channel, here: Channel) -> bool:
    """Whether people here may know what was done in that channel."""
    return here in (channel, CONSOLE) or any(each == channel and is_near(each, here) for each in _channels(desk))


def _channels(desk: Desk) -> Iterable[Channel]:
    return (rule.channel for one in desk.repo.lists() for rule in one.channels)
