"""From a command to its answer: parse, check the right, hand over to the family's handler."""

from bot.commands.companies import Add, Malformed
from bot.commands.desk import Desk
from bot.commands.edit import add, remove
from bot.commands.help import explain, malformed, spec_of, unknown
from bot.commands.parse import Help, List, Remove, Request, Show, Sources, Unknown, Why, parse
from bot.commands.phrases import problem, refusal
from bot.commands.read import list_companies, show_company
from bot.commands.sources import list_sources
from bot.commands.welcome import welcome
from bot.commands.why import why
from bot.errors import ChangeRefused, StoreUnavailable
from bot.model.channel import Channel
from bot.model.command import Command, Reply
from bot.protocols import Clock, Store, WatchlistRepo, WhyNot

_CHANGES = {Add: "add", Remove: "remove"}


class Dispatcher:
    """Answers commands; an instance is the `Dispatch` that platforms are handed."""

    def __init__(self, repo: WatchlistRepo, store: Store, clock: Clock, live: frozenset[str], why_not: WhyNot) -> None:
        """`live`: the chat platforms that are set up; `why_not` asks them whether a channel can be posted to."""
        self._desk = Desk(repo, store, clock, live, why_not)

    async def __call__(self, command: Command) -> Reply:
        """Do what the command says, or say why not; only what is nobody's plan is raised."""
        request = parse(command.text)
        if refused := _refused(command, request):
            return refused
        try:
            return await self._answer(command, request)
        except ChangeRefused as error:
            return refusal(str(error))
        except StoreUnavailable as error:
            say = refusal if type(request) in _CHANGES else problem
            return say(f"The store can't be used now: {error}. Try again in a minute.")

    def welcome(self, channel: Channel) -> Reply:
        """What is said in a channel that the bot was let into."""
        return welcome(self._desk, channel)

    async def _answer(self, command: Command, request: Request) -> Reply:
        match request:
            case Add() | Remove():
                return await self._change(command, request)
            case List() | Show() | Why() | Sources():
                return await self._look(command, request)
            case _:
                return _say(request)

    async def _change(self, command: Command, request: Add | Remove) -> Reply:
        match request:
            case Add():
                return await add(self._desk, command, request)
            case Remove():
                return await remove(self._desk, command, request)

    async def _look(self, command: Command, request: List | Show | Why | Sources) -> Reply:
        match request:
            case List():
                return await list_companies(self._desk, command, request)
            case Show():
                return await show_company(self._desk, command, request)
            case Why():
                return await why(self._desk, command, request)
            case Sources():
                return await list_sources(self._desk, command, request)


def _say(request: Help | Unknown | Malformed) -> Reply:
    match request:
        case Help():
            return explain(request)
        case Unknown():
            return unknown(request)
        case Malformed():
            return malformed(request)


def _refused(command: Command, request: Request) -> Reply | None:
    """The refusal where the actor lacks the command's right, else None."""
    spec = spec_of(_CHANGES.get(type(request), ""))
    if spec is None or spec.right in command.actor.rights:
        return None
    if command.actor.unsure:
        return refusal(
            f"{spec.name} changes what this channel hears, and whether you may do that can't be told now: "
            f"{command.actor.unsure}.",
            "Try again in a minute.",
        )
    return refusal(
        f"{spec.name} changes what this channel hears, and you may not do that here.",
        f"Ask {'a member of this channel' if spec.right == 'member' else 'an admin'} to type: {command.text.strip()}",
    )
