"""From a command to its answer: parse, check the right, hand over to the family's handler."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.commands.add import add
from bot.commands.ballots import NotThis, Useful
from bot.commands.changes import export, log, undo
from bot.commands.companies import Add, Malformed
from bot.commands.desk import Desk
from bot.commands.edit import remove
from bot.commands.feedback import mute_what, not_this, useful
from bot.commands.form import edit_company, fill_in
from bot.commands.help import SPECS, address, explain, malformed
from bot.commands.hush import Digest, Mute, MuteWhat, Pause, Quiet, Resume, Unmute, WholeDigest
from bot.commands.parse import parse
from bot.commands.phrases import MAY_NOT, problem, refusal, sentence, who_may
from bot.commands.quieten import digest, mute, pause, quiet, resume, unmute
from bot.commands.read import list_companies, no_command, show_company
from bot.commands.ready import steps
from bot.commands.rejected import show_rejected
from bot.commands.requests import (
    Address,
    EditCompany,
    EditSource,
    Export,
    FilledIn,
    Help,
    Leave,
    List,
    Lists,
    Log,
    Rejected,
    Remove,
    Rename,
    Search,
    Set,
    Show,
    Sources,
    Status,
    Trial,
    Tune,
    Undo,
    Unknown,
    Use,
    Why,
)
from bot.commands.search import search
from bot.commands.sources import edit_source, list_sources
from bot.commands.status import lists, status
from bot.commands.suggest import suggest
from bot.commands.trial import test
from bot.commands.tune import rename, set_one, which_company
from bot.commands.use import leave, use
from bot.commands.welcome import welcome
from bot.commands.whole import whole_digest
from bot.commands.why import why
from bot.errors import ChangeRefused, StoreUnavailable
from bot.model.channel import Channel
from bot.model.command import Command, CommandSpec, OptionKind, Reply
from bot.protocols import Clock, SourceEditor, Store, WatchlistRepo, WhyNot

Handler = Callable[[Desk, Command, Any], Awaitable[Reply]]

HANDLERS: Mapping[type, tuple[str, Handler]] = {
    Status: ("status", status),
    Add: ("add", add),
    Remove: ("remove", remove),
    List: ("list", list_companies),
    Show: ("show", show_company),
    Rejected: ("show", show_rejected),
    Set: ("set", set_one),
    EditCompany: ("set", edit_company),
    FilledIn: ("set", fill_in),
    Rename: ("set", rename),
    Tune: ("set", which_company),
    Lists: ("lists", lists),
    Use: ("use", use),
    Leave: ("leave", leave),
    Trial: ("test", test),
    Why: ("why", why),
    Search: ("search", search),
    Sources: ("sources", list_sources),
    Mute: ("mute", mute),
    MuteWhat: ("mute", mute_what),
    Useful: ("useful", useful),
    NotThis: ("wrong", not_this),
    Unmute: ("unmute", unmute),
    Pause: ("pause", pause),
    Resume: ("resume", resume),
    Digest: ("digest", digest),
    WholeDigest: ("list", whole_digest),
    Quiet: ("quiet", quiet),
    EditSource: ("source", edit_source),
    Undo: ("undo", undo),
    Log: ("log", log),
    Export: ("export", export),
    Unknown: ("help", no_command),
}
"""By what is asked for: the command in the table, whose right is needed, and who answers."""


SAYINGS: Mapping[type, Callable[[Any], Reply]] = {
    Address: address,
    Help: explain,
    Malformed: malformed,
}
"""What is answered out of the words and the table alone."""


class Dispatcher:
    """Answers commands; an instance is the `Dispatch` that platforms are handed."""

    def __init__(
        self,
        repo: WatchlistRepo,
        store: Store,
        clock: Clock,
        live: frozenset[str],
        why_not: WhyNot,
        editor: SourceEditor | None = None,
        *,
        zone: str = "",
    ) -> None:
        """`live`: the chat platforms that are set up; `why_not` asks them whether a channel can be posted to.

        `editor` changes the sources; without one they are changed where the bot runs. `zone` is that of channels that
        name none, "" for UTC.
        """
        self._desk = Desk(repo, store, clock, live, why_not, editor, zone)

    async def __call__(self, command: Command) -> Reply:
        """Do what the command says, or say why not; only what is nobody's plan is raised."""
        request = parse(command.text)
        if command.within is not None and not self._desk.heard(command.channel):
            # a thread that no list names: what is said there is about its channel
            command = replace(command, channel=command.within)
        command = replace(command, channel=self._desk.named(command.channel))
        if say := SAYINGS.get(type(request)):
            return say(request)
        name, handler = HANDLERS[type(request)]
        spec = SPECS[name]
        if spec.right not in command.actor.rights:
            return _refused(spec, command, request)
        try:
            return await handler(self._desk, command, request)
        except ChangeRefused as error:
            # The refusal itself closes with that.
            return refusal(re.sub(r"(?:[;,] nothing was changed|\.)?$", ".", sentence(error), count=1))
        except StoreUnavailable as error:
            sad = problem if spec.right == "anyone" else refusal
            return sad(f"The store can't be used now: {error}. Try again in a minute.")

    async def make_ready(self) -> None:
        """Load what the first commands would wait for, in a thread, a little at a time; nothing waits for this."""
        for step in steps(self._desk.repo.lists()):
            await asyncio.to_thread(step)

    def welcome(self, channel: Channel) -> Reply:
        """What is said in a channel that the bot was let into."""
        return welcome(self._desk, channel)

    async def suggest(self, kind: OptionKind, typed: str, channel: Channel) -> tuple[str, ...]:
        """What may be meant by what is typed so far of an option; implements Suggest."""
        return await suggest(self._desk, kind, typed, channel)


def _refused(spec: CommandSpec, command: Command, request: Any) -> Reply:
    """The refusal where the actor lacks the command's right, or where nobody can tell whether they have it."""
    sources = spec.right == "admin"
    if command.actor.unsure:
        changes = "the sources" if sources else "what this channel hears"
        return refusal(
            f"Whether you may change {changes} can't be told now: {command.actor.unsure}.", "Try again in a minute."
        )
    typed = "press it" if isinstance(request, MuteWhat) else f"type: {command.text.strip()}"
    return refusal(
        "You may not change the sources." if sources else MAY_NOT,
        f"Ask {who_may(spec.right, command.channel)} to {typed}",
    )
