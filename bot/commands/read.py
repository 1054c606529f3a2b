"""`list` and `show`: what is watched here, and one company in full."""

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.commands.changes import what, who
from bot.commands.companies import as_name
from bot.commands.desk import Desk
from bot.commands.feedback import in_words as opinion_in_words
from bot.commands.feedback import opinions
from bot.commands.help import unknown
from bot.commands.lookback import DAYS, in_words, look_back, told
from bot.commands.lookup import Hit, find, name_key, nearest
from bot.commands.paging import pages
from bot.commands.phrases import did_you_mean, place_of, problem, refusal, who_may
from bot.commands.requests import List, Show, Unknown
from bot.commands.status import ending, heading, summary, wishes_here
from bot.errors import StoreError, StoreUnavailable
from bot.model.alert import Delivery
from bot.model.card import Line, Span, Strong, TextCard, When
from bot.model.channel import Channel
from bot.model.command import Action, Command, Reply
from bot.model.company import Alias, Company
from bot.model.ledger import CompanyCounts, CompanyFates
from bot.model.mute import Release
from bot.model.watchlist import BY_FILE, Change, Revision, Watchlist
from bot.text import Script, counted, fold, fold_key, tokens

PAGE = 40
"""Companies on one page of `list`."""
NONE = CompanyCounts()


async def list_companies(desk: Desk, command: Command, request: List) -> Reply:
    """Every list that the channel hears with its companies, those that hold the filter, a page at a time."""
    heard = desk.heard(command.channel)
    if not heard:
        return problem("This channel hears no list, so nothing is watched here. Start one: add <company>")
    shown = await asyncio.to_thread(_holding, heard, request.filter)
    if request.filter and not shown:
        return nothing_like(heard, request.filter)
    start = (request.page - 1) * PAGE
    page = shown[start : start + PAGE]
    lines: list[Line] = [summary(desk, command.channel, heard)]
    for watchlist in heard:
        mine = [company for one, company in page if one is watchlist]
        if mine or (not request.filter and request.page == 1):
            lines += await _section(desk, command.channel, watchlist, mine)
    if not request.filter:
        lines += wishes_here(heard, command.channel)
    actions: tuple[Action, ...] = ()
    if shown and len(page) < len(shown):
        lines.append(
            (f"{start + 1}-{start + len(page)} of {len(shown)}" if page else f"There are {len(shown)} in all",)
        )
        words = f"list {request.filter}".strip()
        actions = pages(words, request.page, more=start + PAGE < len(shown)) if page else (Action("First page", words),)
    return Reply(tuple(lines), actions)


async def show_company(desk: Desk, command: Command, request: Show) -> Reply:
    """A company's aliases, rules, last 30 days and last change, for each list heard here that holds it."""
    heard = desk.heard(command.channel)
    hits = await asyncio.to_thread(find, heard, request.name)
    if not hits:
        return nothing_like(heard, request.name)
    if request.stories:
        return await _stories(desk, command, request, hits[0])
    lines: list[Line] = []
    for hit in hits:
        lines += await _in_full(desk, hit, command.channel)
    names = dict.fromkeys(hit.company.name for hit in hits)
    actions = [
        action
        for name in names
        for action in (
            Action("Edit", f"set {as_name(name)}"),
            Action("Mute...", f"mute {as_name(name)} ..."),
            Action("See rejected", f"show {as_name(name)} rejected"),
            Action("Stories", f"show {as_name(name)} stories"),
            Action("Remove", f"remove {as_name(name)}"),
        )
    ]
    return Reply(tuple(lines), tuple(actions))


async def _stories(desk: Desk, command: Command, request: Show, hit: Hit) -> Reply:
    """The newest stored stories that would have alerted; told to the whole channel where that was asked for."""
    if request.here and "member" not in command.actor.rights:
        return refusal(f"Who may change this channel's lists may post here. Ask {who_may('member', command.channel)}.")
    back = await look_back(desk, hit.watchlist, hit.company)
    if not back.fired:
        return problem(f"No article of the last {DAYS} days names {hit.company.name} so that it alerts.")
    lines: list[Line] = [(Strong(hit.company.name), f" · {in_words(back)} in {DAYS} days"), *told(desk, back.newest)]
    if request.here and command.channel.platform != "console":
        return await _posted(desk, command.channel, hit.company.name, tuple(lines), [each.id for each in back.newest])
    post = Action("Post them here", f"show {as_name(hit.company.name)} stories here")
    return Reply(tuple(lines), () if request.here else (post,), public=request.here)


async def _posted(desk: Desk, here: Channel, name: str, lines: tuple[Line, ...], articles: Sequence[str]) -> Reply:
    """Owe the channel a message with these stories; the same ones are owed once, however often they are asked for."""
    if reason := await desk.why_not(here):
        return refusal(f"I can't post here yet: {reason}")
    now = desk.clock.now()
    id_ = str(uuid.uuid5(uuid.NAMESPACE_OID, f"stories {here} {name} {' '.join(sorted(articles))}"))
    delivery = Delivery(id_, here, "notice", TextCard("notice", lines), (), now, now)
    try:
        await desk.store.release(Release(now, deliveries=(delivery,)))
    except StoreUnavailable:
        raise
    except StoreError:  # its id is there already
        return problem(f"These stories of {name} were posted here before. See them: show {as_name(name)} stories")
    return Reply(((f"{counted(len(articles), 'story', 'stories')} of {name} are posted here now.",),))


async def _section(desk: Desk, here: Channel, watchlist: Watchlist, companies: Sequence[Company]) -> list[Line]:
    counts = await desk.store.company_counts(watchlist.key, desk.clock.now() - timedelta(days=7))
    now = desk.clock.now()
    mutes = [each for each in await desk.store.mutes() if each.scope == "company" and each.holds(here, now)]
    muted = {each.subject: each for each in mutes}
    lines: list[Line] = [await heading(desk, here, watchlist)]
    for company in companies:
        mute = muted.get(fold_key(company.name))
        lines.append((*_row(company, counts), *((" · muted", *ending(mute)) if mute else ())))
    return lines


def _row(company: Company, counts: Mapping[str, CompanyCounts]) -> Line:
    count, named = counts.get(company.name, NONE), f"  {company.name}{_beside(company)}"
    if not count.matched or count.last is None:
        return (named,)
    return (f"{named} · {counted(count.stories, 'story', 'stories')}/7 d · last ", When(count.last))


def _beside(company: Company) -> str:
    """The alias that tells most beside the name: one in another script, else one that says more than the name does."""
    own, key = _scripts(company.name), name_key(company.name)
    foreign = [one.text for one in company.aliases if (found := _scripts(one.text)) and own.isdisjoint(found)]
    others = [one.text for one in company.aliases if not one.weak and name_key(one.text) not in key]
    return "".join(f" {alias}" for alias in (*foreign, *others)[:1])


def _scripts(name: str) -> frozenset[Script]:
    return frozenset(token.script for token in tokens(fold(name)))


def _holding(heard: Sequence[Watchlist], wanted: str) -> list[tuple[Watchlist, Company]]:
    """The companies with the wanted letters in a name, an alias or a ticker; all where nothing is wanted."""
    key = name_key(wanted)
    return [(one, company) for one in heard for company in one.companies if not wanted or _holds(company, key)]


def _holds(company: Company, key: str) -> bool:
    names = (company.name, *(alias.text for alias in company.aliases), *company.tickers)
    return any(key in name_key(name) for name in names)


async def no_command(desk: Desk, command: Command, request: Unknown) -> Reply:
    """What may have been meant by what is no command; the name of a company that is watched here asks to see it."""
    hits = () if request.suggestion else await asyncio.to_thread(find, desk.heard(command.channel), request.text)
    if not hits:
        return unknown(request)
    names = list(dict.fromkeys(hit.company.name for hit in hits))
    shows = [Action(f"Show {name}", f"show {as_name(name)}") for name in names]
    said = f'No command "{request.word}". {" and ".join(names)} {"is" if len(names) == 1 else "are"} watched here'
    return refusal(f"{said}: show {as_name(names[0])}", actions=[*shows, Action("Help", "help")])


def nothing_like(heard: Sequence[Watchlist], name: str) -> Reply:
    """That no company here is called so, with those that are nearly."""
    near = (
        nearest(heard, name)
        or tuple(Hit(one, company) for one in heard for company in one.companies if _holds(company, name))[:3]
    )
    if not near:
        add = Action("Watch it", f"add {as_name(name)}")
        return problem(f'No "{name}" on this channel\'s lists. See them: list. To watch it: add', actions=[add])
    names = list(dict.fromkeys(hit.company.name for hit in near))
    shows = [Action(f"Show {one}", f"show {as_name(one)}") for one in names]
    return problem(f'No "{name}" on this channel\'s lists. {did_you_mean(names)}', actions=shows)


async def _in_full(desk: Desk, hit: Hit, here: Channel) -> list[Line]:
    company, watchlist = hit.company, hit.watchlist
    lines: list[Line] = [(Strong(company.name), f" · {place_of(watchlist, company)}")]
    rows = (
        [("Aliases", ", ".join(map(_alias, company.aliases)))],
        [("Tickers", ", ".join(company.tickers))],
        [("Context", ", ".join(company.context)), ("Exclude", ", ".join(company.exclude))],
    )
    told = (" · ".join(f"{name}: {words}" for name, words in row if words) for row in rows)
    lines += [(said,) for said in told if said]
    threshold = f" · threshold {company.threshold}" if company.threshold else ""
    lines.append((f"Evidence {company.evidence} · passing {company.passing or watchlist.passing}{threshold}",))
    votes = await opinions(desk, here, watchlist, company)
    lines.append(await _month(desk, hit, here, opinion_in_words(votes.values())))
    if len(votes) > 1:
        lines += [(f"  {alias}: {opinion_in_words([said])}",) for alias, said in votes.items()]
    revisions = [one for one in await desk.store.revisions(watchlist.key) if _is_of(one.change, company)]
    return [*lines, _last_change(desk, revisions[-1], here)] if revisions else lines


def _is_of(change: Change, company: Company) -> bool:
    """Whether it is of this company, also what gave it its name."""
    return company.name in (change.name, change.company.name if change.company else "")


def _alias(alias: Alias) -> str:
    return f"{alias.text} (weak, needs evidence)" if alias.weak else alias.text


async def _month(desk: Desk, hit: Hit, here: Channel, opinion: str) -> Line:
    """What came of it here: stories that were posted or were not, and articles that don't mean it."""
    company, key, since = hit.company.name, hit.watchlist.key, desk.clock.now() - timedelta(days=DAYS)
    count = (await desk.store.company_counts(key, since)).get(company, NONE)
    fates = await desk.store.company_fates(key, company, here, since)
    said = f"{DAYS} days: {fates.posted} posted, {count.rejected} rejected, {fates.muted} muted"
    others = "".join(f", {number} {words}" for number, words in _others(fates) if number)
    last: tuple[Span, ...] = (" · last ", When(count.last)) if count.last else ()
    return (said + others, *last, f" · {opinion}" if opinion else "")


def _others(fates: CompanyFates) -> tuple[tuple[int, str], ...]:
    return (
        (fates.waiting, "waiting"),
        (fates.undelivered, "undelivered"),
        (fates.old, "recorded only"),
        (fates.unheard, "before this channel heard it"),
    )


def _last_change(desk: Desk, revision: Revision, here: Channel) -> Line:
    pending = ", not in git" if revision.pending else ""
    where = "file" if revision.channel == BY_FILE else f"chat{pending}"
    said = f", {what(desk, revision.change, here)} by {who(desk, revision, here)} ({where})"
    return ("Last change: ", When(revision.at), said)
