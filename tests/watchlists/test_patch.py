"""Changes from chat as a patch: git takes it, and the file then says what was in force."""

import subprocess
from pathlib import Path

import pytest

from bot.model.channel import CONSOLE, Channel
from bot.model.command import Actor
from bot.model.company import Alias, Company
from bot.model.watchlist import Change, ChannelRule
from bot.store.memory import MemoryStore
from bot.watchlists.patch import patch
from bot.watchlists.repo import FileRepo
from tests.fakes import CountingIds, ManualClock
from tests.watchlists.types import SOURCE_TYPES

ANN = Actor("U1", "Ann\n+ evil")
NEWS = Channel.parse("slack:#news")
CHANGES = [
    Change("", "add", "Nokia", Company("Nokia", (Alias("ノキア"),))),
    Change("", "remove", "Oppo"),
    Change("", "replace", "Lava", Company("Lava International", (Alias("Lava"),), context=("phone",))),
    Change("", "hear", str(NEWS), rule=ChannelRule(NEWS, digest="daily 08:30")),
]
FILES = {
    "plain.yaml": "# ours\ncompanies:\n  - Lava # first\n  - Oppo\n",
    "crlf.yaml": "companies:\r\n  - Lava\r\n  - Oppo\r\n",
    "no final newline.yaml": "companies:\n- Lava\n- Oppo",
    "bom.yaml": "\ufeffcompanies: [Lava, Oppo]\n",
    "deep/手機 list.yaml": "companies:\n    - \"Lava\"\n    - 'Oppo'\n",
    'quote".yaml': "companies:\n  - Lava\n  - Oppo\n",
    "odd lines.yaml": "# a\u2028# b\x85# c\ncompanies:\n  - Lava\n  - Oppo\n",
}


def git(folder: Path, *arguments: str, data: bytes | None = None) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, input=data, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


async def opened(folder: Path, store: MemoryStore) -> FileRepo:
    return await FileRepo.open(folder, store, ManualClock(), CountingIds(len(await store.revisions(""))), SOURCE_TYPES)


@pytest.mark.parametrize("name", FILES)
async def test_git_applies_the_patch_and_nothing_waits_any_more(tmp_path: Path, name: str) -> None:
    folder, store = tmp_path / "watchlists", MemoryStore()
    path = folder / name
    path.parent.mkdir(parents=True)
    path.write_bytes(FILES[name].encode())
    git(tmp_path, "init", "-q")
    path.chmod(0o444)
    repo = await opened(folder, store)
    key = repo.lists()[0].key
    for change in CHANGES:
        await repo.apply([Change(key, change.action, change.name, change.company, change.rule)], ANN, NEWS)
    in_force = repo.lists()[0]
    assert repo.pending(key) == 4
    ((exported, one),) = await repo.unwritten(tmp_path)
    assert (exported, one.refused) == (key, ())
    text = patch([one])
    assert "2026-11-20 08:30 UTC  Ann + evil  slack:#news  +Nokia\n" in text
    path.chmod(0o644)
    git(tmp_path, "apply", "--check", data=text.encode())
    git(tmp_path, "apply", data=text.encode())
    await repo.reload()
    (after,) = repo.lists()
    assert [one.name for one in after.companies] == ["Lava International", "Nokia"]
    assert {(one.name, one.context) for one in after.companies} == {
        (one.name, one.context) for one in in_force.companies
    }
    assert repo.pending(key) == 0
    assert await repo.unwritten(tmp_path) == ()
    assert await store.revisions("", pending_only=True) == ()


async def test_a_list_of_the_store_becomes_a_new_file(tmp_path: Path) -> None:
    folder, store = tmp_path / "watchlists", MemoryStore()
    folder.mkdir()
    git(tmp_path, "init", "-q")
    folder.chmod(0o555)
    repo = await opened(folder, store)
    made = await repo.create(NEWS, ANN)
    await repo.apply([Change(made.key, "add", "Lava", Company("Lava"))], ANN, NEWS)
    assert repo.pending(made.key) == 1
    folder.chmod(0o755)
    text = patch([one for _, one in await repo.unwritten(tmp_path)])
    git(tmp_path, "apply", data=text.encode())
    assert (folder / "news.yaml").read_text() == (
        "version: 1\nname: news\nchannels:\n  - slack:#news\ncompanies:\n  - Lava\n"
    )
    await repo.reload()
    assert [(one.key, [each.name for each in one.companies]) for one in repo.lists()] == [("news.yaml", ["Lava"])]
    assert repo.pending(made.key) == 0


async def test_what_is_in_its_file_is_not_exported(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(FILES["plain.yaml"])
    repo = await opened(tmp_path, MemoryStore())
    await repo.apply([Change("a.yaml", "add", "Nokia", Company("Nokia"))], ANN, CONSOLE)
    assert repo.pending("a.yaml") == repo.pending("unknown") == 0
    assert await repo.unwritten(tmp_path) == ()
