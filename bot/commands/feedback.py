"""`useful`, `wrong` and `mute this`: what people say of an alert by its buttons.

It is kept and shown; nothing is learnt by itself.
"""

import asyncio
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.commands.ballots import NotThis, Useful
from bot.commands.changes import may_know
from bot.commands.companies import as_name
from bot.commands.desk import Desk
from bot.commands.hush import MuteWhat
from bot.commands.lookup import find, name_key
from bot.commands.phrases import channel_name, refusal
from bot.model.alert import Alert
from bot.model.card import CompanyLine, Line, Snippet, Strong
from bot.model.channel import Channel
from bot.model.command import Action, Command, Menu, Reply
from bot.model.company import Company
from bot.model.vote import Tally, Vote, tally
from bot.model.watchlist import Watchlist

DAYS = 30
"""How far back votes count."""
TIMES = (("1 h", "1h"), ("until 9:00", "until 9:00"), ("1 week", "1w"))
COMPANIES = 2
"""Companies of one alert that can be muted by a menu of their own."""
_WORD_BEFORE = re.compile(r"([^\W_][\w'’-]{3,}) $")
_WORD_AFTER = re.compile(r"^ ([^\W_][\w'’-]{3,})")
_LITTLE = frozenset(
    re.findall(
        r"\S+",
        """about after also been before between from have into more over said says than that their them then they this
    under were what when which while will with your""",
    )
)


@dataclass(frozen=True, slots=True)
class _Spelling:
    """A company of an alert, as a list that is heard here has it, and how the alert's article spells it."""

    watchlist: Watchlist
    company: Company
    line: CompanyLine

    @property
    def alias(self) -> str:
        return self.line.alias or self.line.company


async def useful(desk: Desk, command: Command, request: Useful) -> Reply:
    """Count the alert as useful, for every spelling that it came by."""
    alert = await _alert(desk, command, request.alert_id)
    if isinstance(alert, Reply):
        return alert
    spellings = _spellings(desk, command.channel, alert.card.companies)
    if not spellings:
        return _not_watched(alert.card.companies)
    await _vote(desk, command, alert, spellings, useful=True)
    lines = [await _counts(desk, command.channel, each) for each in spellings]
    return Reply((("Thanks: noted as useful.",), *lines))


async def not_this(desk: Desk, command: Command, request: NotThis) -> Reply:
    """Count the alert as not about a company, and offer what would keep its like away; asks which one where needed."""
    alert = await _alert(desk, command, request.alert_id)
    if isinstance(alert, Reply):
        return alert
    lines = alert.card.companies
    wanted = name_key(request.company)
    meant = [line for line in lines if request.company in ("", _key(line)) or wanted == name_key(line.company)]
    names = list(dict.fromkeys(line.company for line in meant or lines))
    if not meant or len(names) > 1:
        options = {line.company: Action(line.company, f"wrong {alert.id} {_key(line)}") for line in lines}
        ask = "Which company is it not about?" if meant else f'The alert does not name "{request.company}".'
        return Reply(((ask,),), menus=(Menu("Not this company", tuple(options.values())),))
    spellings = _spellings(desk, command.channel, meant)
    if not spellings:
        return _not_watched(meant)
    await _vote(desk, command, alert, spellings, useful=False)
    counts = [await _counts(desk, command.channel, each) for each in spellings]
    one = spellings[0]
    named = f'this "{one.alias}"' if name_key(one.alias) != name_key(one.company.name) else "the alert"
    said = (f"Thanks: noted that {named} is not about ", Strong(one.company.name), ".")
    by_hand = f"set {as_name(one.company.name)}"
    hint = f"Nothing changes by itself. By hand: {by_hand} exclude + <phrase>, {by_hand} context + <word>"
    return Reply((said, *counts, (hint,)), _remedies(one))


async def mute_what(desk: Desk, command: Command, request: MuteWhat) -> Reply:
    """Offer to mute the story of an alert, its companies, its source or all, each for three times; or one company."""
    if request.company:
        hits = await asyncio.to_thread(find, desk.heard(command.channel), request.company)
        name = hits[0].company.name if hits else request.company
        asked = f"Mute {name} for how long? Its end reports what it held back."
        return Reply(((asked,),), menus=_times([(name, as_name(name))]))
    alert = await _alert(desk, command, request.alert_id)
    if isinstance(alert, Reply):
        return alert
    names = list(dict.fromkeys(line.company for line in alert.card.companies))
    subjects = [("This story", f"story {alert.id}"), *((name, as_name(name)) for name in names[:COMPANIES])]
    subjects += [(f"Source {name}", f"source {name}") for name in alert.card.sources[:1]]
    subjects.append((f"All of {channel_name(command.channel)}", "all"))
    more = [(f"The others: mute <company> 1h · {', '.join(names[COMPANIES:])}",)] if names[COMPANIES:] else []
    return Reply((("Mute what, and for how long? Its end reports what it held back.",), *more), menus=_times(subjects))


def _times(subjects: Sequence[tuple[str, str]]) -> tuple[Menu, ...]:
    """A menu of times for each of these: its label, and what `mute` calls it."""
    return tuple(
        Menu(label, tuple(Action(f"{label} · {words}", f"mute {what} {when}") for words, when in TIMES))
        for label, what in subjects
    )


async def opinions(desk: Desk, here: Channel, watchlist: Watchlist, company: Company) -> Mapping[str, Tally]:
    """By spelling, what people said of it in the last 30 days in channels that people here may know of."""
    votes = await desk.store.votes(watchlist.key, company.name, desk.clock.now() - timedelta(days=DAYS))
    seen = [vote for vote in votes if may_know(desk, vote.channel, here)]
    return {alias: tally(vote for vote in seen if vote.alias == alias) for alias in sorted({v.alias for v in seen})}


def in_words(tallies: Iterable[Tally]) -> str:
    """`5 useful, 1 not this company`; "" where nobody said anything."""
    found = list(tallies)
    useful_, wrong = sum(each.useful for each in found), sum(each.wrong for each in found)
    return f"{useful_} useful, {wrong} not this company" if useful_ or wrong else ""


async def _alert(desk: Desk, command: Command, alert_id: str) -> Alert | Reply:
    """The alert that is meant, of this channel and no other; without an id the one above, or the last one."""
    here = command.channel
    if not alert_id:
        record = await desk.told(command)
        ids = [each.alert_id for each in record.routings if each.channel == here] if record else []
        if not ids:
            return refusal(f"Nothing was posted to {channel_name(here)} yet.")
        alert_id = ids[0]
    alert = await desk.store.alert(alert_id)
    if alert is None or alert.channel != here:
        return refusal("This alert is not known here. It may be of another channel, or of a store that was replaced.")
    return alert


def _key(line: CompanyLine) -> str:
    """What a button calls a company by: short, whatever its name."""
    return hashlib.blake2b(line.company.encode(errors="replace"), digest_size=4).hexdigest()


def _spellings(desk: Desk, here: Channel, lines: Sequence[CompanyLine]) -> list[_Spelling]:
    return [
        _Spelling(one, company, line)
        for line in lines
        for one in desk.heard(here)
        if one.name == line.watchlist and (company := one.company(line.company)) is not None
    ]


def _not_watched(lines: Sequence[CompanyLine]) -> Reply:
    names = " and ".join(dict.fromkeys(line.company for line in lines))
    return refusal(f"{names} stands on no list of this channel any more, so there is nothing to count this for.")


async def _vote(desk: Desk, command: Command, alert: Alert, spellings: Sequence[_Spelling], *, useful: bool) -> None:
    now, here, who = desk.clock.now(), command.channel, command.actor.id
    await desk.store.vote(
        [
            Vote(each.watchlist.key, each.company.name, each.alias, here, who, useful, alert.id, now)
            for each in spellings
        ]
    )


async def _counts(desk: Desk, here: Channel, spelling: _Spelling) -> Line:
    """`Lava · 5 useful, 1 not this company in 30 days`."""
    tallies = await opinions(desk, here, spelling.watchlist, spelling.company)
    said = in_words([tallies.get(spelling.alias, Tally())])
    return (Strong(spelling.alias), f" · {said} in {DAYS} days · list {spelling.watchlist.name}")


def _remedies(spelling: _Spelling) -> tuple[Action, ...]:
    """What would keep such articles away, each one press."""
    name = as_name(spelling.company.name)
    actions = [
        Action(f'Exclude "{phrase}"', f"set {name} exclude + {as_name(phrase)}")
        for phrase in _phrases(spelling.line.snippet)
    ]
    if spelling.company.evidence != "strict":
        actions.append(Action("Stricter evidence", f"set {name} evidence strict"))
    actions.append(Action("Mute it 1 week", f"mute {name} 1w"))
    actions.append(Action("Edit it", f"set {name}"))
    return tuple(actions)


def _phrases(snippet: Snippet) -> list[str]:
    """The name with the word before it, and with the word after it, where those say something: `lava lamp`."""
    if not snippet.marks:
        return []
    start, end = snippet.marks[0]
    named = snippet.text[start:end]
    before, after = _WORD_BEFORE.search(snippet.text[:start]), _WORD_AFTER.search(snippet.text[end:])
    phrases = [f"{named} {after[1]}"] if after and after[1].casefold() not in _LITTLE else []
    if before and before[1].casefold() not in _LITTLE:
        phrases.append(f"{before[1]} {named}")
    return phrases
