"""`namewatch run`: poll, match, deliver, listen, until told to stop."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from typing import Annotated

import typer

from bot.app import Bot, Setup, fetcher_for, live, opened
from bot.cli.logs import configure_logs
from bot.cli.pauses import pauses_in_force
from bot.cli.shown import complain, settings_here, show_findings, tell
from bot.cli.stopping import Signals, leave
from bot.cli.summary import homes, summary
from bot.clock import SystemClock
from bot.config import Settings
from bot.errors import ChannelGone
from bot.intake import Polled
from bot.model.command import Reply
from bot.outbox import Drained
from bot.station import station_of
from bot.text import counted

Once = Annotated[bool, typer.Option("--once", help="One full pass over all sources, then exit.")]
NoPost = Annotated[bool, typer.Option("--no-post", help="Poll and decide, but deliver nothing and open no chat.")]


def run(once: Once = False, no_post: NoPost = False) -> int:
    """Watch: poll, match, deliver, listen to chat. Ctrl-C stops."""
    settings, variables = settings_here()
    configure_logs(settings.log)
    signals = None if once else Signals()
    status = asyncio.run(_run(settings, variables, signals, post=not no_post))
    return status if once else leave(status)


async def _run(settings: Settings, variables: Mapping[str, str], signals: Signals | None, *, post: bool) -> int:
    """One pass where no signals are to be heard."""
    once = signals is None
    async with AsyncExitStack() as stack:
        station = station_of(settings, SystemClock())
        if not once:
            await stack.enter_async_context(station)
        setup = await stack.enter_async_context(opened(settings, variables))
        # Until the store is open there is nothing to end in order.
        stop = signals.stop() if signals else asyncio.Event()
        begins = setup.repo.is_new and not once
        errors = 0 if begins else show_findings(setup.repo.findings)  # an empty folder is where everybody begins
        if errors and not setup.repo.lists():
            complain("nothing to watch: no list can be used; mend the lines above, then start again")
            return 1
        pauses = pauses_in_force(await setup.store.mutes(), SystemClock().now())
        at_work = await homes(setup.platforms) if post and not once else ()
        listens = setup.console.interactive and not once
        with suppress(ChannelGone):  # what else is written fails too, and is kept for the next start
            setup.console.say(Reply(summary(setup, pauses, at_work, post=post, listens=listens)))
        async with fetcher_for(settings) as fetcher:
            bot = Bot(setup, fetcher, station)
            failed = False
            if once:
                failed = await _once(bot, setup, post=post) or errors > 0
            else:
                await _serve(bot, setup, stop, post=post)
        if setup.console.gone:
            complain(f"{setup.console.gone}; alerts that were not shown wait for the next start")
        return int(failed or bool(setup.console.gone))


async def _serve(bot: Bot, setup: Setup, stop: asyncio.Event, *, post: bool) -> None:
    """Run until told to stop, or until nobody can hear: the terminal is gone and there is no chat."""
    if post and not live(setup.platforms):
        setup.console.on_gone = stop.set
        if setup.console.gone:
            stop.set()
    await bot.serve(stop, post=post)


async def _once(bot: Bot, setup: Setup, *, post: bool) -> bool:
    """One pass; True where something failed, which is named on stderr; what still waits is counted."""
    polled, drained = await bot.once(post=post)
    failed = [each for each in polled if each.error]
    for each in polled:
        news = () if setup.ops else each.news
        for sentence in news:  # which name their source
            complain(sentence)
        for sentence in filter(None, (*each.notes, each.error)):
            complain(f"{each.source.name}: {sentence}")
    counts = await setup.store.outbox_counts()
    waiting = counts.get("pending", 0) + counts.get("sending", 0)
    held = await bot.digests.held_back() if post and waiting else 0
    tell(_pass_in_words(polled, drained, waiting, held))
    undelivered = post and (waiting > held or drained.dead or drained.parked)
    return bool(failed or undelivered)


def _pass_in_words(polled: tuple[Polled, ...], drained: Drained, waiting: int, held: int) -> str:
    read = sum(not each.error for each in polled)
    articles, named = sum(each.articles for each in polled), sum(each.named for each in polled)
    until = f" ({held} until quiet hours or a pause end)" if held else ""
    return (
        f"{read} of {counted(len(polled), 'source')} read, {counted(articles, 'new article')}, "
        f"{named} with a watched company; {counted(drained.sent, 'message')} delivered, {waiting} waiting{until}, "
        f"{drained.parked} parked, {drained.dead} dead"
    )
