"""Handlers of `mute`, `unmute`, `pause`, `resume`, `digest` and `quiet`: when this channel hears."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from rapidfuzz import fuzz, process

from bot.alerting.digest import mute_report
from bot.alerting.hearing import closed
from bot.alerting.windows import Wishes, wishes_of, zone_of
from bot.commands import hush
from bot.commands.desk import Desk
from bot.commands.ids import id_of
from bot.commands.lookup import find, nearest
from bot.commands.phrases import NOTHING_CHANGED, channel_name, did_you_mean, listed, problem, refusal, sentence
from bot.commands.until import moment_of
from bot.decide.release import digest_of
from bot.model.card import Line, Strong, When
from bot.model.channel import Channel
from bot.model.command import Action, Command, Reply
from bot.model.mute import Mute, Release, Scope, Waiting
from bot.model.watchlist import Change, ChannelRule
from bot.text import counted, fold_key

ALIKE = 75
"""How alike, of 100, the name of a source must be to words that name nothing."""
MUTED_FOR = timedelta(hours=24)
NO_STORY = "This story is not known here. The last one: mute story"
_UNTIL = re.compile(r"\s+(?:for|until|till)\s+\S|\s+\d", re.IGNORECASE)


async def mute(desk: Desk, command: Command, request: hush.Mute) -> Reply:
    """Begin a mute, or change its time."""
    found = await _meant(desk, command, request.what)
    if isinstance(found, Reply):
        return found
    scope, subject, label = found
    return await _begin(desk, command, scope, subject, label, request.when, MUTED_FOR)


async def unmute(desk: Desk, command: Command, request: hush.Unmute) -> Reply:
    """End a mute, and say what it held back."""
    mine = [each for each in await desk.store.mutes() if each.channel == command.channel and each.scope != "pause"]
    wanted = _names_of(desk, command, request.what)
    meant = [each for each in mine if not wanted or wanted & {fold_key(each.label), each.scope, "all"}]
    if not mine:
        return problem("Nothing is muted here.")
    if not meant or (not wanted and len(mine) > 1):
        names = listed([each.label for each in mine], 5)
        return refusal(f"Muted here: {names}. Which one?", actions=[_unmute(each) for each in mine[:5]])
    now = desk.clock.now()
    async with desk.store.deciding():
        untold = await desk.store.untold(command.channel, muted=True)
        await desk.store.release(Release(now, ended=tuple(each.id for each in meant)))
    lines: list[Line] = []
    for each in meant:
        mine_told = [one for one in untold if one.subject == each.id]
        cards = {one.alert.id: one.alert.card for one in mine_told}
        report = mute_report(each.label, tuple(cards.values()), len(mine_told)).lines if mine_told else ()
        lines += report or [(Strong(each.label), " is heard again here: nothing was held back")]
    return Reply(tuple(lines), public=True)


def _names_of(desk: Desk, command: Command, typed: str) -> set[str]:
    """What a mute may be called by who types this: its label, that of a source, that of the company with this alias."""
    named = {
        typed,
        typed.removeprefix("source "),
        *(hit.company.name for hit in find(desk.heard(command.channel), typed)),
    }
    return {fold_key(name) for name in named} if typed else set()


async def pause(desk: Desk, command: Command, request: hush.Pause) -> Reply:
    """Hold everything for this channel, or for every channel."""
    if request.everywhere and "admin" not in command.actor.rights:
        return refusal("You may not pause every channel.", "Ask an admin. For this channel alone: pause")
    channel = None if request.everywhere else command.channel
    label = "Every channel" if request.everywhere else channel_name(command.channel)
    return await _begin(desk, command, "pause", "", label, request.when, None, channel=channel)


async def resume(desk: Desk, command: Command, request: hush.Resume) -> Reply:
    """End a pause; what waited comes as a digest."""
    if request.everywhere and "admin" not in command.actor.rights:
        return refusal("You may not end the pause of every channel.", "Ask an admin. For this channel alone: resume")
    channel = None if request.everywhere else command.channel
    pauses = [each for each in await desk.store.mutes() if each.scope == "pause"]
    mine = tuple(each.id for each in pauses if each.channel == channel)
    if not mine:
        paused_all = any(each.channel is None for each in pauses)
        more = " Every channel is: an admin ends that by resume --all" if paused_all else ""
        return problem(f"{'Nothing' if request.everywhere else 'This channel'} is not paused.{more}")
    async with desk.store.deciding():
        await desk.store.release(Release(desk.clock.now(), ended=mine))
    waiting = [each for each in await desk.store.waiting() if each.cause != "mute" and channel in (None, each.channel)]
    late = [each for each in await desk.store.overdue(desk.clock.now(), channel) if each.kind != "edit"]
    held = [counted(sum(each.articles for each in waiting), "article")] if waiting else []
    held += [counted(len(late), "late message")] if late else []
    told = f"{' and '.join(held)} waited: {await _comes(desk, command, channel, waiting)}" if held else "nothing waited"
    return Reply(((f"The pause is over: {told}.",),), public=True)


async def _comes(desk: Desk, command: Command, channel: Channel | None, waiting: Sequence[Waiting]) -> str:
    """When what waited for the end of a pause is told: later where the channel does not hear yet all the same."""
    hold = None
    if channel is not None:
        hold = closed(wishes_here(desk, command), await desk.store.mutes(), channel, desk.clock.now())
    what = "the digest" if waiting else "that"  # which are messages already, and wait for no digest
    if hold is None or (hold.cause == "digest" and (not waiting or any(each.cause == "pause" for each in waiting))):
        return f"{what} comes now"
    return f"{what} comes later: {hold.note}"


async def digest(desk: Desk, command: Command, request: hush.Digest) -> Reply:
    """Show or change when this channel hears; `now` and `muted` tell what waits."""
    if request.wish in ("now", "muted"):
        return await _tell(desk, command, muted=request.wish == "muted")
    wishes = {"digest": request.wish, "zone": request.zone}
    return await _tune(desk, command, **{name: wish for name, wish in wishes.items() if wish})


async def quiet(desk: Desk, command: Command, request: hush.Quiet) -> Reply:
    """Show or change when this channel hears nothing."""
    wishes = {"quiet": request.wish, "zone": request.zone}
    return await _tune(desk, command, **{name: wish for name, wish in wishes.items() if wish})


async def _meant(desk: Desk, command: Command, what: str) -> tuple[Scope, str, str] | Reply:
    """What to mute: its scope, what it is compared by, and how people call it."""
    kind, _, name = what.partition(" ")
    if fold_key(what) in ("all", "everything"):
        return "all", "", "Everything"
    if kind.casefold() == "story":
        return await _story(desk, command, name.strip())
    wanted = name if kind.casefold() == "source" and name else what
    sources = [each for each in desk.readable(command.channel) if fold_key(wanted) in (fold_key(each.name), each.url)]
    heard = desk.heard(command.channel)
    hits = () if kind.casefold() == "source" and name else find(heard, what)
    if hits:
        return "company", fold_key(hits[0].company.name), hits[0].company.name
    if sources:
        return "source", sources[0].key, sources[0].name
    if when := _no_time(desk, command, what):
        return refusal(f'"{when}" is no time: write 2h, 3d, until friday or tomorrow 9am.')
    near = [hit.company.name for hit in nearest(heard, what)]
    actions = [Action(f"Mute {each}", f"mute {each}") for each in near]
    if not near:
        names = [each.name for each in desk.readable(command.channel)]
        sources_like = process.extract(what, names, scorer=fuzz.WRatio, processor=fold_key, score_cutoff=ALIKE, limit=3)
        near = [f"the source {name}" for name, _, _ in sources_like]
        actions = [Action(f"Mute {name}", f"mute source {name}") for name, _, _ in sources_like]
    meant = did_you_mean(near) if near else "See them: list, sources"
    return refusal(f'No company and no source "{what}" is heard here. {meant}', actions=actions)


def _no_time(desk: Desk, command: Command, what: str) -> str:
    """The words behind what is heard here, where they are to say until when and say no time; "" where they are not."""
    for found in _UNTIL.finditer(what):
        name = fold_key(what[: found.start()])
        sources = {fold_key(each.name) for each in desk.readable(command.channel)}
        if name in sources | {"all", "everything", "story"} or find(desk.heard(command.channel), name):
            return what[found.start() :].strip()
    return ""


async def _story(desk: Desk, command: Command, alert_id: str) -> tuple[Scope, str, str] | Reply:
    """The story of an alert of this channel, or of the alert above, or of the last one."""
    if alert_id:
        alert = await desk.store.alert(alert_id)
        known = alert is not None and alert.channel == command.channel
        return ("story", alert.story_id, alert.card.headline) if alert and known else refusal(NO_STORY)
    record = await desk.told(command)
    if record is None or record.member is None:
        return refusal("No story was posted here yet.")
    return "story", record.member.story_id, record.article.title


async def _begin(
    desk: Desk,
    command: Command,
    scope: Scope,
    subject: str,
    label: str,
    when: str,
    default: timedelta | None,
    *,
    channel: Channel | None = None,
) -> Reply:
    here = command.channel if scope != "pause" else channel
    now, wishes = desk.clock.now(), wishes_here(desk, command)
    try:
        until = moment_of(when, now, zone_of(wishes.zone), default)
    except ValueError as error:
        return refusal(f"{sentence(error)}.")
    id_ = id_of("mute", here, scope, subject, now)
    await desk.store.mute(Mute(id_, here, scope, subject, label, now, until, command.actor.id))
    done = "is paused" if scope == "pause" else "is muted here"
    end = "resume" if here else "resume --all"
    time = (" until ", When(until), f" ({wishes.in_words(until)})") if until else (f" until it is ended: {end}",)
    held = (
        "What comes is held and told in a digest then." if scope == "pause" else "What it held back is reported then."
    )
    back = (
        Action("Resume", "resume" if here else "resume --all")
        if scope == "pause"
        else Action("Unmute", f"unmute {label}")
    )
    return Reply(((Strong(label), f" {done}", *time), (held,)), (back,), public=True)


async def _tell(desk: Desk, command: Command, *, muted: bool) -> Reply:
    now, wishes, channel = desk.clock.now(), wishes_here(desk, command), command.channel
    async with desk.store.deciding():
        untold = await desk.store.untold(channel, muted=muted)
        if not untold:
            return problem("Nothing that was muted waits here." if muted else "Nothing waits here.")
        await desk.store.release(
            digest_of(channel, untold, wishes, now, _OneId(id_of("digest", channel, str(muted), "", now)))
        )
    return Reply(((f"{counted(len(untold), 'article')} in a digest: it comes now.",),))


async def _tune(desk: Desk, command: Command, **wishes: str) -> Reply:
    """Write the wishes into every list that this channel hears, for it has one schedule; without any they are shown."""
    here, changed = command.channel, False
    if wishes:
        lists = [(one, rule) for one in desk.heard(here) for rule in one.channels if rule.channel == here]
        if not lists:
            return refusal(
                "This channel stands on no list yet, so there is nowhere to write that. First: add <company>"
            )
        own = _own_zone(desk, command)
        if "zone" not in wishes and set(wishes.values()) != {"off"} and not any(rule.zone for _, rule in lists):
            # Written down, so that the hours mean the same to everybody, and to the file.
            wishes |= {"zone": own} if own != "UTC" else {}
        for one, rule in lists:
            if (tuned := _tuned(rule, wishes)) != rule:
                await desk.repo.apply([Change(one.key, "tune", str(here), rule=tuned)], command.actor, here)
                changed = True
    now = wishes_here(desk, command)
    said = (
        f"Digest {now.digest or 'off'} · quiet {now.quiet or 'off'} · {now.zone}"
        f" · budget {f'{now.budget} posts an hour' if now.budget else 'off'}"
    )
    lines: list[Line] = [(Strong(channel_name(here)), f" · {said}")]
    if now.digest is not None:
        lines.append((f"The next digest: {now.in_words(now.next_digest(desk.clock.now()))}",))
    if wishes and not changed:
        lines.append(("It was like that already. " + NOTHING_CHANGED,))
    return Reply(tuple(lines), public=changed)


def _tuned(rule: ChannelRule, wishes: dict[str, str]) -> ChannelRule:
    return replace(
        rule,
        digest=wishes.get("digest", rule.digest),
        quiet=wishes.get("quiet", rule.quiet),
        zone=wishes.get("zone", rule.zone),
    )


def wishes_here(desk: Desk, command: Command) -> Wishes:
    """When this channel wants to hear, by every list that it hears; where none names a zone, that of who asks."""
    here = command.channel
    rules = [rule for one in desk.heard(here) for rule in one.channels if rule.channel == here]
    wishes = wishes_of(here, rules)
    named = any(rule.zone for rule in rules)
    return wishes if named else replace(wishes, zone=_own_zone(desk, command))


def _own_zone(desk: Desk, command: Command) -> str:
    for zone in (desk.zone, command.actor.zone):
        with suppress(ValueError):  # what a platform tells of somebody may be no zone that is known here
            return zone_of(zone).key
    return "UTC"


def _unmute(mute: Mute) -> Action:
    return Action(f"Unmute {mute.label}", f"unmute {mute.label}")


class _OneId:
    """Implements Ids for one message."""

    def __init__(self, id_: str) -> None:
        self._id = id_

    def new(self) -> str:
        """The id."""
        return self._id
