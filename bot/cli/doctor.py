"""`namewatch doctor`: everything that must be right, checked, each with its fix."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from bot.alerting.windows import wishes_of
from bot.app import Setup, fetcher_for, opened, readers
from bot.cli.redaction import REDACTOR
from bot.config import Settings, environment, unknown_variables
from bot.errors import NamewatchError, SourceError
from bot.model.checkup import Checkup
from bot.model.source import NO_CURSOR, Source
from bot.store import describe
from bot.text import counted


def doctor() -> int:
    """Check settings, lists, store, channels, sources. Exit 1 when something is wrong."""
    return asyncio.run(_doctor())


async def _doctor() -> int:
    wrong = 0
    async for checkup in _everything():
        sys.stdout.write(REDACTOR.hide(_line(checkup)))
        sys.stdout.flush()
        wrong += bool(checkup.wrong)
    sys.stdout.write(f"{wrong} to mend\n" if wrong else "All in order\n")
    return int(wrong > 0)


def _line(checkup: Checkup) -> str:
    if checkup.wrong:
        return f"WRONG  {checkup.what}: {checkup.wrong}\n"
    return f"ok     {checkup.what}\n" + (f"note   {checkup.note}\n" if checkup.note else "")


async def _everything() -> AsyncIterator[Checkup]:
    variables = environment(Path.cwd())
    REDACTOR.learn(variables)
    for sentence in unknown_variables(variables):
        yield Checkup("setting", sentence)
    settings = Settings.read(variables)
    yield Checkup("settings that are read")
    try:
        async with opened(settings, variables) as setup:
            yield Checkup(f"store: {describe(settings.database_url.get_secret_value())}")
            for checkup in _lists(setup):
                yield checkup
            async for checkup in _chats(setup):
                yield checkup
            async for checkup in _sources(setup, settings):
                yield checkup
    except NamewatchError as error:
        yield Checkup("start", str(error))


def _lists(setup: Setup) -> list[Checkup]:
    wrong = [
        Checkup(f"list {finding.place}", f"{finding.message} ({finding.fix})")
        for finding in setup.repo.findings
        if finding.severity == "error"
    ]
    right = [
        Checkup(f"list {each.name}: {counted(len(each.companies), 'company', 'companies')}")
        for each in setup.repo.lists()
    ]
    return wrong + right


async def _chats(setup: Setup) -> AsyncIterator[Checkup]:
    """Each platform's own set-up, then each channel; what was opened for it is closed."""
    try:
        for platform in setup.platforms.values():
            for checkup in await platform.examine():
                yield checkup
        async for checkup in _channels(setup):
            yield checkup
    finally:
        for platform in setup.platforms.values():
            await platform.stop()


async def _channels(setup: Setup) -> AsyncIterator[Checkup]:
    rules = [rule for each in setup.repo.lists() for rule in each.channels]
    listed = {rule.channel for rule in rules}
    for channel in sorted(listed | setup.wanted):
        platform, called = setup.platforms.get(channel.platform), setup.directory.in_words(channel)
        if platform is None:
            yield Checkup(f"channel {called}", f"{channel.platform} is not set up: set its token")
        else:
            wrong = await platform.check(channel)
            yield Checkup(f"channel {called}", wrong)
            wishes = wishes_of(channel, (rule for rule in rules if rule.channel == channel))
            if wishes.threads and not wrong and (threadless := await platform.check_threads(channel)):
                yield Checkup(f"threads in {called}", threadless)


async def _sources(setup: Setup, settings: Settings) -> AsyncIterator[Checkup]:
    """Read every source once, all at the same time, without a cursor; nothing is decided or stored."""
    read = readers()
    fetcher = fetcher_for(settings)

    async def checked(source: Source) -> Checkup:
        try:
            fetched = await read[source.type](source, NO_CURSOR, fetcher)
        except SourceError as error:
            return Checkup(f"source {source.name}", f"{error}; check its address in the list, then the network")
        found = f"source {source.name}: {counted(len(fetched.entries), 'entry', 'entries')}"
        return Checkup(found, note="; ".join(fetched.notes))

    async with fetcher:
        for checkup in await asyncio.gather(*(checked(source) for source in setup.sources)):
            yield checkup
