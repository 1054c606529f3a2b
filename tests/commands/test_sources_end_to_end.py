"""Sources by command through the whole app: a real folder, a real store, a feed on loopback, and what is polled."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.app import Bot, Setup, fetcher_for, opened
from bot.config import Settings
from bot.model.channel import CONSOLE
from bot.model.command import Actor, Command
from tests.commands.desk import plain
from tests.http.server import Server, serving

ADMIN = Actor("U1", "Ann", "T1", frozenset({"anyone", "member", "admin"}))
MEMBER = Actor("U2", "Bob", "T1", frozenset({"anyone", "member"}))
FEED = b"""<rss version="2.0"><channel><title>The Herald</title><link>http://127.0.0.1/</link>
<item><guid>1</guid><title>Old news</title><link>http://127.0.0.1/1</link></item></channel></rss>"""


@pytest.fixture
async def feed() -> AsyncIterator[Server]:
    async with serving() as server:
        yield server.on("/feed", body=FEED, Content_Type="application/rss+xml")


@asynccontextmanager
async def app(folder: Path) -> AsyncIterator[Setup]:
    lists = folder / "watchlists"
    lists.mkdir(exist_ok=True)
    (lists / "phones.yaml").write_text("companies: [Lava]\n")
    environment = {
        "NAMEWATCH_WATCHLISTS": str(lists),
        "DATABASE_URL": f"sqlite:///{folder / 'n.db'}",
        "NAMEWATCH_ALLOW_NETWORKS": "127.0.0.0/8",
    }
    settings = Settings.read(environment)
    async with opened(settings, environment) as setup:
        yield setup


async def say(setup: Setup, text: str, actor: Actor = ADMIN) -> list[str]:
    return plain(await setup.dispatch(Command(text, actor, CONSOLE)))


def _asked(server: Server) -> int:
    return sum(request.path == "/feed" for request in server.requests)


async def polls(setup: Setup, server: Server) -> int:
    """How often a single pass of the bot asks the feed."""
    before = _asked(server)
    async with fetcher_for(setup.settings) as fetcher:
        await Bot(setup, fetcher).once(post=False)
    return _asked(server) - before


async def test_a_source_is_added_paused_resumed_and_taken_off_and_all_of_it_is_in_the_log(
    tmp_path: Path, feed: Server
) -> None:
    url = feed.url("/feed")
    async with app(tmp_path) as setup:
        said = await say(setup, f"source add {url}")
        assert said[0].startswith("*The Herald* is a source now: feed, 1 entry listed")
        assert url in (tmp_path / "watchlists" / "sources.yaml").read_text()
        assert (await say(setup, f"source add {url}"))[-1] == "Nothing was changed."
        assert await polls(setup, feed) == 1
        assert (await say(setup, "source pause The Herold"))[:2] == [
            'No source "The Herold". Did you mean The Herald?',
            "Nothing was changed.",
        ]
        assert (await say(setup, "source pause The Herald", MEMBER))[-1] != "[Resume] source resume The Herald"
        assert (await say(setup, "source pause The Herald"))[0] == (
            "*The Herald* is not polled for any channel until: source resume The Herald"
        )
    async with app(tmp_path) as setup:  # a restart
        assert await polls(setup, feed) == 0
        summary, line = await say(setup, "sources")
        assert summary == "*1 source · 1 paused*"
        assert line.startswith("The Herald · PAUSED: by Ann, until: source resume The Herald")
        assert "1 source · 1 paused" in await say(setup, "status", MEMBER)
        assert any("PAUSED: by Ann" in line for line in await say(setup, f"why {feed.url('/unheard-of')}", MEMBER))
        assert (await say(setup, f"source resume {url}"))[0] == "*The Herald* is polled again, within seconds"
        assert await polls(setup, feed) == 1
        assert (await say(setup, "source pause The Herald 3d"))[-1] == "[Resume] source resume The Herald"
        assert await polls(setup, feed) == 0
        assert (await say(setup, "undo"))[0] == "*The Herald* is polled again, within seconds"
        assert (await say(setup, f"source remove {url}"))[0].startswith("*The Herald* is polled no more")
        assert url not in (tmp_path / "watchlists" / "sources.yaml").read_text()
        log = [line.partition(" · ")[2] for line in await say(setup, "log", MEMBER)]
    name = f"The Herald ({url})"
    assert [line for line in log if line] == [
        f"-source {name} · Ann",
        f"source {name} resumed · Ann · undo",
        *(f"source {name} {done} · Ann" for done in ("paused", "resumed", "paused")),
        f"+source {name} · Ann",
    ]


async def test_a_pause_ends_by_itself_and_what_is_no_time_is_refused(tmp_path: Path, feed: Server) -> None:
    async with app(tmp_path) as setup:
        url = feed.url("/feed")
        await say(setup, f"source add {url}")
        assert (await say(setup, "source pause The Herald for 9000 days"))[0].startswith(
            '"for 9000 days" is not within'
        )
        assert not (await setup.store.mutes())
        await say(setup, f"source pause {url} 8h")
        assert (await say(setup, "sources"))[1].startswith("The Herald · PAUSED: by Ann · next try ")


async def test_undo_by_who_may_not_touch_sources_takes_back_what_they_did(tmp_path: Path, feed: Server) -> None:
    async with app(tmp_path) as setup:
        await say(setup, "add Quorvel", MEMBER)
        await say(setup, f"source add {feed.url('/feed')}")
        assert (await say(setup, "undo", MEMBER))[0].startswith("Taken back: +Quorvel by Bob")
        assert (await say(setup, "undo"))[0].startswith("*The Herald* is polled no more")
