"""`undo`, `log` and `export`: what was changed in the lists heard here, by whom, and the way back."""

from collections.abc import Iterable, Mapping, Sequence

from bot.commands.desk import Desk
from bot.commands.paging import pages
from bot.commands.phrases import channel_name, is_near, listed, place_of, problem, refusal
from bot.commands.requests import EditSource, Export, Log, SourceVerb, Undo
from bot.commands.sources import edit_source
from bot.commands.tune import also_there
from bot.commands.way_back import mark_of
from bot.model.card import Line, When
from bot.model.channel import CONSOLE, Channel
from bot.model.command import Action, Command, Reply
from bot.model.difference import in_words
from bot.model.watchlist import BY_FILE, Change, Revision, Watchlist

PAGE = 20
SAID = 5
"""Changes of one command that are named when they are taken back."""
SOMEWHERE = "a channel elsewhere"
LEFT = "a list that was left"
SOMEBODY = "somebody in another channel"
_VERBS: dict[str, SourceVerb] = {"poll": "add", "unpoll": "remove", "hold": "pause", "release": "resume"}
_DONE = {"hear": "hears it", "unhear": "hears it no more", "tune": "hears it otherwise"}


async def undo(desk: Desk, command: Command, request: Undo) -> Reply:
    """Take a change back: your own at once, that of somebody else once you are sure; the last one, or the marked one.

    What one command did is one change, however many companies it was of.
    """
    here = command.channel
    sure_of_sources = "admin" in command.actor.rights
    history = await _history(desk, here)
    made = _together([each for each in history if sure_of_sources or not each.change.is_of_source])
    standing = _standing(made)
    if request.mark:
        chosen = next((some for some in made if any(mark_of(each) == request.mark for each in some)), None)
        if chosen is None:
            return refusal("That change is not known here any more. What was changed: log")
        if chosen not in standing:
            return refusal(("That was taken back already: ", *_said(desk, chosen, here)))
        return await _taken_back(desk, command, request, chosen)
    if not standing:
        return refusal("Nothing was changed in chat here, so there is nothing to take back. What was: log")
    return await _taken_back(desk, command, request, standing[-1])


async def _taken_back(desk: Desk, command: Command, request: Undo, made: Sequence[Revision]) -> Reply:
    here, last, said = command.channel, made[-1], _said(desk, made, command.channel)
    mine = last.channel == here and last.actor == (command.actor.name or command.actor.id)
    if not mine and not request.sure:
        sure = Action("Take it back", f"undo {mark_of(last)} anyway")
        return refusal((f"{'This' if request.mark else 'The last'} change is not yours: ", *said), actions=[sure])
    inverses = [each.change.inverse() for each in reversed(made)]
    backs = [each for each in inverses if each is not None]
    if len(backs) < len(inverses):
        return refusal(("How it was before is not known: ", *said), "Change it as it should be: set, add or remove.")
    if last.change.is_of_source:
        return await edit_source(desk, command, _of_source(backs[0], last))
    now = await desk.repo.apply(backs, command.actor, here, last.id)
    lines = (("Taken back: ", *said), *_at_the_end(now, backs), *also_there(desk, last.change.watchlist, here))
    return Reply(lines, (Action("Log", "log"),), public=True)


def _at_the_end(now: Watchlist, made: Sequence[Change]) -> tuple[Line, ...]:
    """Where companies stand that were put back; their comments are gone, and nobody knows what they stood between."""
    added = {each.company.name for each in made if each.action == "add" and each.company}
    places = [place_of(now, one) for one in now.companies if one.name in added]
    if not places or len(places) == len(now.companies):
        return ()
    stand = "It stands at the end of its" if len(places) == 1 else "They stand at the end of their"
    return ((f"{stand} list now: {places[0]}",),)


def _said(desk: Desk, made: Sequence[Revision], here: Channel) -> Line:
    """`+Lava, +Oppo by Ann, 08:31`."""
    words = listed([what(desk, each.change, here) for each in made], SAID)
    return (f"{words} by {who(desk, made[-1], here)}, ", When(made[-1].at))


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
            " · undo" if each.undoes else "",
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


def _together(history: Iterable[Revision]) -> list[tuple[Revision, ...]]:
    """The changes as they were made, the oldest first: what one command did to one list stands together."""
    made: dict[tuple[object, ...], list[Revision]] = {}
    for each in history:
        alone = each.id if each.change.is_of_source or each.channel == BY_FILE else ""
        key = (each.change.watchlist, each.actor, each.channel, each.at, each.undoes, alone)
        made.setdefault(key, []).append(each)
    return [tuple(some) for some in made.values()]


def _standing(made: Iterable[Sequence[Revision]]) -> list[Sequence[Revision]]:
    """Those that were not taken back since, without those that took one back."""
    made = list(made)
    undone = {each.undoes for some in made for each in some}
    return [some for some in made if not some[0].undoes and not any(each.id in undone for each in some)]


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
