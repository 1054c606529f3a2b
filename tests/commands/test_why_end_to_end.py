"""`why` after real polls: what the bot itself decided, told from the ledger of each store."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.commands.dispatch import Dispatcher
from bot.model.command import Actor, Command
from bot.model.source import Entry
from bot.model.watchlist import ChannelRule
from bot.protocols import Store
from tests.commands.desk import Lists, plain
from tests.fakes import START
from tests.store.conftest import empty_file, opened, sqlite_url, store  # noqa: F401 - fixtures
from tests.town import HERE, PLAIN, Town, news

MEMBER = Actor("U1", "Ann", HERE.tenant, frozenset({"anyone", "member"}))
DIGEST = replace(PLAIN, digest="daily 18:30", zone="Asia/Taipei")
FIRST = Entry(
    "1", "https://focus.example/1", "Oppo picks Denso for its plant in Noida", "Oppo Ltd said so at the fair."
)
AGAIN = replace(FIRST, id="2", url="https://wire.example/2", body="Oppo Ltd said so, Denso agreed; it rains.")


async def asked(town: Town, text: str, under: str = "") -> list[str]:
    repo = Lists(*town.lists, sources=town.sources)
    dispatch = Dispatcher(repo, town.store, town.clock, frozenset({"slack"}), _reachable)
    return plain(await dispatch(Command(text, MEMBER, HERE, under)))


async def _reachable(_: object) -> str:
    return ""


async def posted(town: Town) -> None:
    await town.hear(FIRST)


async def joined(town: Town) -> None:
    await town.hear(FIRST)
    town.clock.advance(minutes=5)
    await town.hear(AGAIN, wire=True)


async def muted(town: Town) -> None:
    await town.mute("company", "oppo", START + timedelta(hours=2), "Oppo")
    await town.mute("company", "denso", START + timedelta(hours=2), "Denso")
    await town.hear(FIRST)


async def paused(town: Town) -> None:
    await town.mute("pause", label="#x")
    await town.hear(FIRST)


async def recorded(town: Town) -> None:
    town.sources[0] = replace(town.sources[0], first_poll=replace(town.sources[0].first_poll, kind="record"))
    await town.hear(FIRST)


async def over_budget(town: Town) -> None:
    await town.hear(*(news(name, n) for n, name in enumerate(["MediaTek", "Foxconn", "Pegatron", "Wistron"])))
    town.clock.advance(minutes=5)
    await town.hear(FIRST, wire=True)


@pytest.mark.parametrize(
    ("rule", "happens", "text", "said"),
    [
        (PLAIN, posted, "why", ["POSTED here 20.08:30"]),
        (PLAIN, joined, "why https://focus.example/1", ["POSTED here 20.08:30; 1 article joined"]),
        (
            PLAIN,
            joined,
            "why https://wire.example/2",
            [
                "JOINED the message of 20.08:30",
                (
                    'SAME EVENT as "Oppo picks Denso for its plant in Noida" <https://focus.example/1>'
                    " · Focus 20.08:30: same title"
                ),
            ],
        ),
        (PLAIN, muted, "why oppo noida", ["MUTED, 20.08:30 · Oppo is muted until 20.10:30"]),
        (PLAIN, paused, "why Denso", ["HELD, not posted yet, 20.08:30 · this channel is paused"]),
        (
            DIGEST,
            posted,
            "why",
            [
                (
                    "HELD, not posted yet, 20.08:30 · this channel has a digest: daily 18:30, the next one "
                    "Fri 18:30 Asia/Taipei"
                ),
            ],
        ),
        (
            PLAIN,
            recorded,
            "why",
            ["OLD: recorded, not posted, 20.08:30 · recorded at the source's first poll"],
        ),
        (
            replace(PLAIN, budget="4/h"),
            over_budget,
            "why noida",
            [
                (
                    "HELD for the next digest: the budget of this channel was used up, 20.08:35"
                    " · the budget of 4 posts an hour is used up"
                ),
            ],
        ),
    ],
    ids=lambda each: getattr(each, "__name__", None) or (str(each) if isinstance(each, str) else ""),
)
async def test_each_fate_is_told_as_the_bot_decided_it(
    store: Store,  # noqa: F811
    rule: ChannelRule,
    happens: Callable[[Town], Awaitable[None]],
    text: str,
    said: list[str],
) -> None:
    town = Town(store, rule=rule)
    await happens(town)
    told = await asked(town, text)
    assert told[2 : 2 + len(said)] == said


async def test_a_digest_that_told_it_is_named(store: Store) -> None:  # noqa: F811
    town = Town(store, rule=DIGEST)
    await posted(town)
    await town.until("2026-11-20 10:35")
    told = await asked(town, "why https://focus.example/1")
    assert told[2].startswith("IN A DIGEST here 20.10:")
    assert "in the digest of Fri 18:30" in told[2]


async def test_below_an_alert_it_is_the_alert_that_is_explained(store: Store) -> None:  # noqa: F811
    town = Town(store)
    await town.hear(FIRST)
    (first,) = [delivery for verb, delivery in town.chat.calls if verb == "send"]
    town.clock.advance(minutes=5)
    await town.hear(news("MediaTek", 7), wire=True)
    assert not (await asked(town, "why"))[0].startswith('"Oppo')
    below = f"message-{first.id}"
    assert (await asked(town, "why", under=below))[0].startswith('"Oppo')
    assert "Oppo" not in (await asked(town, "mute story"))[0]
    assert (await asked(town, "mute story", under=below))[0].startswith("*Oppo")
    assert "Oppo" not in "".join(await asked(town, "useful"))
    assert "Oppo" in "".join(await asked(town, "useful", under=below))
