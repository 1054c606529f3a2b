"""`namewatch outbox`: what was not delivered and why; let it be tried anew, or drop it."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Annotated

import typer

from bot.alerting.closings import Closings
from bot.alerting.route import rules_of
from bot.app import source_options
from bot.chat.drawing.foreign import one_line
from bot.cli.shown import complain, settings_here, tell
from bot.clock import SystemClock, TimeOrderedIds
from bot.config import Settings
from bot.directory import Directory
from bot.errors import UsageError
from bot.model.alert import Delivery, DeliveryState, head_of
from bot.model.card import AlertCard
from bot.model.channel import Channel
from bot.model.watchlist import Watchlist
from bot.protocols import Clock, Store
from bot.store import open_store
from bot.text import counted
from bot.watchlists.repo import FileRepo

_STATES: dict[DeliveryState, str] = {
    "dead": "dead letter",
    "parked": "parked until somebody acts",
    "sending": "is being sent",
    "pending": "waits",
}
CLOCK = SystemClock()
HELD = "waits until quiet hours or a pause end"
_STATES_ORDER = tuple(_STATES)


class What(StrEnum):
    """What to do with the outbox."""

    LIST = "list"
    REPLAY = "replay"
    DROP = "drop"


Do = Annotated[What, typer.Argument(help="list, replay or drop")]
Ids = Annotated[list[str] | None, typer.Argument(help="Ids as listed, or their last letters; or: all")]


def outbox(do: Do = What.LIST, ids: Ids = None) -> int:
    """What was not delivered, and why. `replay ID` tries it anew, `drop ID` gives it up."""
    settings, _ = settings_here()
    return asyncio.run(_outbox(settings, do, ids or ()))


async def _outbox(settings: Settings, do: What, ids: Sequence[str]) -> int:
    store = await open_store(settings.database_url.get_secret_value())
    try:
        if do is not What.LIST:
            return await work(store, do, ids)
        repo = await FileRepo.open(settings.watchlists, store, CLOCK, TimeOrderedIds(), source_options())
        return await work(store, do, ids, repo.lists(), settings.zone)
    finally:
        await store.close()


async def work(
    store: Store, do: What, ids: Sequence[str], lists: Sequence[Watchlist] = (), zone: str = "", clock: Clock = CLOCK
) -> int:
    """Do it, and say what was done; 1 where there are dead letters, or nothing is of these ids.

    `lists` and `zone` tell when which channel is not to be disturbed.
    """
    found = sorted(await store.undelivered(), key=lambda each: _STATES_ORDER.index(each.state))
    if do is What.LIST:
        directory = Directory(store, {}, clock, zone=zone)
        await directory.open()
        return _list(found, directory.in_words, await _held(store, directory.lists(lists), clock))
    if not ids:
        raise UsageError(f"Say which: namewatch outbox {do} <id>, or: namewatch outbox {do} all")
    meant = [each.id for each in found] if "all" in ids else [_meant(found, end) for end in ids]
    act = store.replay if do is What.REPLAY else store.drop
    count = await act(meant, clock.now())
    if not count:
        complain(f"nothing to {do}: namewatch outbox lists what can be")
        return 1
    _say(f"{counted(count, 'message')} {'tried anew' if do is What.REPLAY else 'dropped'}")
    return 0


async def _held(store: Store, lists: Sequence[Watchlist], clock: Clock) -> Callable[[Delivery], bool]:
    """Whether a message waits for the end of quiet hours or a pause."""
    closings, now = Closings(), clock.now()
    closings.look(rules_of(lists, frozenset({"any"})), await store.mutes(), now)

    def held(delivery: Delivery) -> bool:
        waits = closings.held(delivery.channel, now)
        return delivery.state == "pending" and waits is not None and waits(head_of(delivery))

    return held


def _list(found: Sequence[Delivery], called: Callable[[Channel], str], held: Callable[[Delivery], bool]) -> int:
    """What somebody must see to comes first, and what can be done about it last; 1 where there are dead letters."""
    for each in found:
        _say(in_words(each, called(each.channel), held=held(each)))
    if not found:
        _say("Everything was delivered.")
    dead = sum(each.state == "dead" for each in found)
    if dead:
        tell(
            f"{counted(dead, 'dead letter')}. Once the cause is mended: namewatch outbox replay <id>, or all; "
            "to give it up: namewatch outbox drop <id>"
        )
    return int(dead > 0)


def _meant(found: Sequence[Delivery], end: str) -> str:
    """The one id that ends so; an empty or ambiguous end is refused, since a message that is dropped is gone."""
    ids = [each.id for each in found if end and each.id.endswith(end)]
    if len(ids) == 1:
        return ids[0]
    reason = f"{len(ids)} messages end in {end!r}: write more of the id" if ids else f"no message has the id {end!r}"
    raise UsageError(f"{reason}; namewatch outbox lists them. Nothing was changed")


def in_words(delivery: Delivery, channel: str, *, held: bool = False) -> str:
    """`0123456789ab · dead letter · slack:T0/C0 · post "headline" · tried 2 times: the message was deleted`.

    `held`: until the quiet hours or the pause of its channel end.
    """
    state = HELD if held else _STATES[delivery.state]
    card = delivery.card
    first = card.headline if isinstance(card, AlertCard) else "".join(map(_plain, card.lines[0] if card.lines else ()))
    reason = f": {delivery.error}" if delivery.error else ""
    tried = f"tried {counted(delivery.attempt, 'time')}" if delivery.attempt else "not tried yet"
    repeat = ", may have arrived" if delivery.doubtful else ""
    return one_line(
        f'{delivery.id[-12:]} · {state} · {channel} · {delivery.kind} "{first[:80]}" · {tried}{repeat}{reason}'
    )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _plain(span: object) -> str:
    return span if isinstance(span, str) else str(getattr(span, "text", ""))
