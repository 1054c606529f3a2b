"""`namewatch outbox`: what was not delivered and why; let it be tried anew, or drop it."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Annotated

import typer

from bot.chat.drawing.foreign import one_line
from bot.cli.shown import complain, settings_here, tell
from bot.clock import SystemClock
from bot.directory import Directory
from bot.errors import UsageError
from bot.model.alert import Delivery, DeliveryState
from bot.model.card import AlertCard
from bot.model.channel import Channel
from bot.protocols import Store
from bot.store import open_store
from bot.text import counted

_STATES: dict[DeliveryState, str] = {
    "dead": "dead letter",
    "parked": "parked until somebody acts",
    "sending": "is being sent",
    "pending": "waits",
}
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
    return asyncio.run(_outbox(settings.database_url.get_secret_value(), do, ids or ()))


async def _outbox(url: str, do: What, ids: Sequence[str]) -> int:
    store = await open_store(url)
    try:
        return await work(store, do, ids)
    finally:
        await store.close()


async def work(store: Store, do: What, ids: Sequence[str]) -> int:
    """Do it, and say what was done; 1 where there are dead letters, or nothing is of these ids."""
    found = sorted(await store.undelivered(), key=lambda each: _STATES_ORDER.index(each.state))
    if do is What.LIST:
        return _list(found, await _names(store))
    if not ids:
        raise UsageError(f"Say which: namewatch outbox {do} <id>, or: namewatch outbox {do} all")
    meant = [each.id for each in found] if "all" in ids else [_meant(found, end) for end in ids]
    act = store.replay if do is What.REPLAY else store.drop
    count = await act(meant, SystemClock().now())
    if not count:
        complain(f"nothing to {do}: namewatch outbox lists what can be")
        return 1
    _say(f"{counted(count, 'message')} {'tried anew' if do is What.REPLAY else 'dropped'}")
    return 0


async def _names(store: Store) -> Callable[[Channel], str]:
    """What channels are called, as far as the bot has found that out."""
    directory = Directory(store, {}, SystemClock())
    await directory.open()
    return directory.in_words


def _list(found: Sequence[Delivery], called: Callable[[Channel], str]) -> int:
    """What somebody must see to comes first, and what can be done about it last; 1 where there are dead letters."""
    for each in found:
        _say(in_words(each, called(each.channel)))
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


def in_words(delivery: Delivery, channel: str) -> str:
    """`0123456789ab · dead letter · slack:T0/C0 · post "headline" · tried 2 times: the message was deleted`."""
    card = delivery.card
    first = card.headline if isinstance(card, AlertCard) else "".join(map(_plain, card.lines[0] if card.lines else ()))
    reason = f": {delivery.error}" if delivery.error else ""
    tried = f"tried {counted(delivery.attempt, 'time')}" if delivery.attempt else "not tried yet"
    repeat = ", may have arrived" if delivery.doubtful else ""
    return one_line(
        f"{delivery.id[-12:]} · {_STATES[delivery.state]} · {channel} · {delivery.kind} "
        f'"{first[:80]}" · {tried}{repeat}{reason}'
    )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _plain(span: object) -> str:
    return span if isinstance(span, str) else str(getattr(span, "text", ""))
