"""What is watched in a private channel, or in another workspace, is seen from there alone, whatever is typed."""

import os
import random
from dataclasses import replace
from pathlib import Path

import pytest

from bot.commands.dispatch import Dispatcher
from bot.digests import Digests
from bot.directory import Directory, FoundLists
from bot.model.alert import PollOutcome, Process
from bot.model.channel import Channel
from bot.model.command import Actor, Command, OptionKind
from bot.model.company import Reason
from bot.model.ledger import Withheld
from bot.model.source import SourceState
from bot.outbox import Outbox
from bot.store import MemoryStore
from bot.watchlists.repo import FileRepo
from tests.builders import alert, card, delivery
from tests.commands.desk import plain
from tests.commands.test_add import stored
from tests.fakes import START, CountingIds, ManualClock, ScriptedPlatform
from tests.store.builders import article, member, mention, routing, seen, story, verdict

COMMANDS = int(os.environ.get("NAMEWATCH_PRIVACY_COMMANDS", "300"))
OPEN = Channel("slack", "T1", "C1", "#mkopen", public=True)
ALSO_OPEN = Channel("slack", "T1", "C3", "#mkalso", public=True)
BOARD = Channel("slack", "T1", "C2", "#mkboard")
OTHER = Channel("slack", "T2", "C1", "#mkother", public=True)
MARKS = {OPEN: "mkopen", ALSO_OPEN: "mkalso", BOARD: "mkboard", OTHER: "mkother"}
ANN_OF_BOARD = Actor("U1", "ann mkboard", "T1", frozenset({"anyone", "member"}))
KEYS = ["phones.yaml", "phones-2.yaml", "phones-3.yaml", "phones-4.yaml"]
"""Of the lists of these channels."""
MAY_SEE = {
    OPEN: {"mkopen", "mkalso"},
    ALSO_OPEN: {"mkopen", "mkalso"},
    BOARD: {"mkopen", "mkalso", "mkboard"},
    OTHER: {"mkother"},
}
VERBS = """status|list|lists|show {n}|show {n} stories|set {n} alias|set {n} context + {w}|set {n} alias - {w}|add {n}
add {n}, {w}|add {n} to #news|add {n} to {c}|remove {n}|remove {n} from {l}|use {l}|use {l} only here|leave {l}|undo
undo anyway|log|log page 2|export|search {w}|search {n}|why {w}|why|test {n} said {w}|rename {n} {w}|exclude {w}|{n}
sources|help|list {w}|{n} alias {w}|why https://focus.example/{d}|why {n}|why {n} deal|why https://www.other.example/9
why https://a.example/lava-mkother-deal|why lava deal|test https://focus.example/3|test https://other.example/9|status
useful {a}|useful|wrong {a}|wrong {a} {n}|wrong|mute this {a}|mute story {a} 1h|mute {n}|mute {n} 2h|unmute {n}|unmute
show {n} rejected|digest now|digest daily 09:00|digest off|digest|digest all {a}|quiet|pause 1h|resume|set {n}"""
NAMES = ["Lava", "Lava International", "Lavva", "Dixon", "MediaTek", "ラヴァ", "LAVA"]
WORDS = ["phone", "handset", "secret", "news", "聯發科", "plant"]
ONLY_HERE, COPY = "use phones-3 only here", "use phones-2 only here"
ALERTS = [id_.new() for id_ in [CountingIds(10**9)] * 5]
"""Those of these channels, and one that nobody has."""
KINDS: tuple[OptionKind, ...] = ("company", "mutable", "list", "open list", "source")
LISTS = ["phones", "phones-2", "phones-3", "phones-4", "phnes"]


def write(folder: Path) -> None:
    for number, (channel, mark) in enumerate(MARKS.items(), start=1):
        stem = f"phones-{number}" if number > 1 else "phones"
        companies = (
            f"[{{name: Lava International, aliases: [Lava], context: [{mark}]}}, {{name: Dixon, context: [{mark}]}}]"
        )
        (folder / f"{stem}.yaml").write_text(f"channels: ['{channel}']\ncompanies: {companies}\n")  # fmt: skip


def typed(dice: random.Random) -> str:
    pattern = dice.choice([verb.strip() for line in VERBS.splitlines() for verb in line.split("|")])
    return pattern.format(
        n=dice.choice(NAMES),
        w=dice.choice(WORDS),
        l=dice.choice(LISTS),
        c=dice.choice(["C1", "C2", "C3", "#news"]),
        d=dice.randint(0, 3),
        a=dice.choice(ALERTS),
    )


def pressed(buttons: list[str], here: Channel, dice: random.Random) -> str:
    """One of the buttons of any channel, as somebody may forge it here; none with words that are known elsewhere."""
    known = [text for text in buttons if not any(mark in text for mark in {*MARKS.values()} - MAY_SEE[here])]
    return dice.choice(known)


def decided_everywhere() -> PollOutcome:
    """One article that every channel was told of or not, another telling of it, and an alert and a message in each."""
    source, foreign = "feed:https://focus.example/feed", "T2|feed:https://other.example/feed"
    first = replace(article("first", "Lava mkother deal", url="https://other.example/9"), source=foreign)
    second = replace(article("second", "Lava deal", url="https://focus.example/3"), source=source)
    both = (first, second)
    alerts = tuple(
        replace(alert(id_, "story-1", channel), card=replace(card(f"Lava deal {mark}"), sources=(f"Focus {mark}",)))
        for id_, (channel, mark) in zip(ALERTS, MARKS.items(), strict=False)
    )
    return PollOutcome(
        SourceState(source),
        START,
        articles=both,
        seen=tuple(map(seen, both)),
        stories=(story(),),
        members=tuple(replace(member(each), reason="same title") for each in both),
        verdicts=tuple(
            replace(verdict(each, name, watchlist=key), best=replace(mention(), reasons=(Reason(f"near {mark}", 0.5),)))
            for each in both
            for name in ("Lava International", "Dixon")
            for key, mark in zip(KEYS, MARKS.values(), strict=True)
        ),
        alerts=alerts,
        routings=tuple(
            replace(routing(each, one.channel, "held", alert_id=one.id), note=f"for {MARKS[one.channel]}")
            for each in both
            for one in alerts
        ),
        withheld=tuple(Withheld(second.id, one.channel, one.id, "digest", START) for one in alerts),
        deliveries=tuple(
            replace(delivery(f"post-{one.id}", one.channel, alert_id=one.id), card=one.card) for one in alerts
        ),
    )


@pytest.mark.parametrize("seed", [1, 2])
async def test_nothing_is_seen_from_where_it_should_not_be(tmp_path: Path, seed: int) -> None:
    write(tmp_path)
    store, clock = MemoryStore(), ManualClock()
    await store.save_channels({str(each): each for each in MARKS}, START)
    articles = (
        stored(0, "Lava plant").article,
        stored(1, "Lava secret mkother plant", of="T2|feed:https://other.example/feed").article,
    )
    await store.commit(PollOutcome(SourceState("feed:x"), START, articles=articles))
    await store.commit(decided_everywhere())
    repo = await FileRepo.open(tmp_path, store, clock, CountingIds(), {})
    directory = Directory(store, {}, clock)
    await directory.open()
    dispatch = Dispatcher(FoundLists(repo, directory), store, clock, frozenset({"slack"}), _reachable)
    digests = Digests(store, clock, CountingIds(10**6), lists=repo.lists, live=frozenset({"slack"}))
    chat = ScriptedPlatform(name="slack")
    outbox = Outbox(store, {"slack": chat}, clock, Process("one", "host", 1, START, START))
    dice = random.Random(seed)  # noqa: S311 - which commands are tried
    buttons = ["status"]
    for _ in range(COMMANDS // 2):
        here = dice.choice(list(MARKS))
        text = pressed(buttons, here, dice) if dice.random() < 0.3 else typed(dice)
        actor = Actor("U1", f"ann {MARKS[here]}", here.tenant, frozenset({"anyone", "member"}))
        reply = await dispatch(Command(text, actor, here))
        digest_ids = {f"digest all {posted.id}" for _, posted in chat.calls if posted.kind == "digest"}
        buttons = [*buttons, *(step.command for step in reply.steps)][-200:] + sorted(digest_ids)
        offered = await dispatch.suggest(dice.choice(KINDS), dice.choice(["", "m", "ph", "La", "Wi"]), here)
        seen_from(here, "\n".join((*plain(reply), *offered)), text)
        clock.advance(minutes=10)
        await digests.release()
        await outbox.drain()
    for verb, posted in chat.calls:
        seen_from(posted.channel, repr(posted.card), f"{verb} {posted.kind}")
    assert {posted.kind for _, posted in chat.calls} == {"post", "digest"}


def seen_from(here: Channel, said: str, what: str) -> None:
    """Fails where something is said here that may be seen from elsewhere alone."""
    seen = {mark for mark in MARKS.values() if mark in said}
    assert seen <= MAY_SEE[here], (str(here), what, said)
    assert here == BOARD or "T1/C2" not in said, (what, said)
    assert here == OTHER or "T2/" not in said, (what, said)


async def test_a_copy_for_a_private_channel_alone_is_put_on_no_list_that_others_hear(tmp_path: Path) -> None:
    repo, dispatch = await _opened(tmp_path)
    said = {text: plain(await dispatch(Command(text, ANN_OF_BOARD, BOARD))) for text in ("use phones", ONLY_HERE, COPY)}
    assert said[ONLY_HERE][0] == "phones-3 is this channel's own list already."
    assert "for #mkboard alone" in said[COPY][0]
    for watchlist in repo.lists():
        marks = {word for company in watchlist.companies for word in company.context}
        heard = {rule.channel for rule in watchlist.channels}
        assert "mkboard" not in marks or heard == {BOARD}, watchlist.key


async def test_who_changed_a_list_from_a_private_channel_is_not_told_elsewhere(tmp_path: Path) -> None:
    _, dispatch = await _opened(tmp_path)
    for text in ("use phones", "set Dixon alias + DXN from there"):
        await dispatch(Command(text, ANN_OF_BOARD, BOARD))
    for text in ("show Dixon", "log", "undo", "list", "lists", "status", "export"):
        said = "\n".join(plain(await dispatch(Command(text, ANN_OF_BOARD, OPEN))))
        assert "mkboard" not in said, (text, said)
        assert "T1/C2" not in said, (text, said)


async def _opened(folder: Path) -> tuple[FileRepo, Dispatcher]:
    """The lists of all channels, and who answers commands about them."""
    write(folder)
    store, clock = MemoryStore(), ManualClock()
    await store.save_channels({str(each): each for each in MARKS}, START)
    repo = await FileRepo.open(folder, store, clock, CountingIds(), {})
    directory = Directory(store, {}, clock)
    await directory.open()
    return repo, Dispatcher(FoundLists(repo, directory), store, clock, frozenset({"slack"}), _reachable)


async def _reachable(channel: Channel) -> str:
    del channel
    return ""
