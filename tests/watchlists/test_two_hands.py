"""Chat and a text editor edit one file in turns, and files are cut anywhere: nothing is lost.

The long form: NAMEWATCH_PAIRED_EDITS=10000 python -m pytest tests/watchlists/test_two_hands.py (make torture).
"""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from bot.model.channel import CONSOLE
from bot.model.command import OPERATOR_ACTOR
from bot.model.company import Company
from bot.model.watchlist import Change
from bot.store.memory import MemoryStore
from bot.watchlists.repo import FileRepo
from tests.fakes import CountingIds, ManualClock
from tests.watchlists import editor
from tests.watchlists.types import SOURCE_TYPES

PAIRS = int(os.environ.get("NAMEWATCH_PAIRED_EDITS", "30"))
FIFTY = "# phones\nname: Phones\ncompanies:\n" + "".join(f"  - Company {number}\n" for number in range(50))
STYLES = Path(__file__).parent / "styles"


async def opened(folder: Path) -> FileRepo:
    return await FileRepo.open(folder, MemoryStore(), ManualClock(), CountingIds(), SOURCE_TYPES)


def names(repo: FileRepo) -> set[str]:
    return {company.name for watchlist in repo.lists() for company in watchlist.companies}


async def test_no_edit_is_lost_between_chat_and_an_editor(tmp_path: Path) -> None:
    file = tmp_path / "phones.yaml"
    file.write_text(FIFTY, encoding="utf-8")
    repo = await opened(tmp_path)
    expected = names(repo)
    person = await asyncio.create_subprocess_exec(
        sys.executable, editor.__file__, str(file), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert person.stdin is not None
    assert person.stdout is not None
    patterns = sorted(editor.PATTERNS)
    try:
        for number in range(PAIRS):
            chat, hand = f"Chat {number // 2 % 20}", f"Hand {number // 2 % 20}"
            what = "remove" if number % 2 else "add"
            company = None if number % 2 else Company(chat)
            await repo.apply(
                [Change("phones.yaml", "remove" if number % 2 else "add", chat, company)], OPERATOR_ACTOR, CONSOLE
            )
            expected ^= {chat}
            assert names(repo) == expected
            person.stdin.write(f"{patterns[number % 3]} {what} {hand}\n".encode())
            await person.stdin.drain()
            assert await person.stdout.readline() == b"done\n"
            expected ^= {hand}
            # every other time the chat comes before the bot has looked at the file
            if number % 4 < 2:
                await repo.reload()
                assert names(repo) == expected
    finally:
        person.stdin.close()
        await person.wait()
    await repo.reload()
    assert names(repo) == names(await opened(tmp_path)) == expected
    assert os.listdir(tmp_path) == ["phones.yaml"]  # noqa: PTH208 - nothing else runs on this loop


@pytest.mark.parametrize("style", ["crlf", "flow_over_lines", "full_file", "json_over_lines", "nested_lists", "cjk"])
async def test_a_file_cut_at_every_byte_shrinks_no_list(tmp_path: Path, style: str) -> None:
    whole = (STYLES / f"{style}.yaml").read_bytes()
    file = tmp_path / "phones.yaml"
    file.write_bytes(whole)
    store = MemoryStore()
    repo = await FileRepo.open(tmp_path, store, ManualClock(), CountingIds(), SOURCE_TYPES)
    before = [(one.name, one.aliases) for one in repo.lists()[0].companies]
    for end in range(len(whole)):
        file.write_bytes(whole[:end])
        await repo.reload()
        started = await FileRepo.open(tmp_path, store, ManualClock(), CountingIds(), SOURCE_TYPES)
        # what is cut off behind the last company takes none of them along
        for each in (repo, started):
            assert [(one.name, one.aliases) for one in each.lists()[0].companies] == before, end
        file.write_bytes(whole)
        await repo.reload()
    file.write_bytes(whole)
    await repo.reload()
    assert not [one for one in repo.findings if one.severity == "error"]
