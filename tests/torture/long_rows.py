"""Rows that reach over the end of a page of SQLite: for each column that may be long two, which differ at its end."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.model.alert import Delivery, PollOutcome
from bot.model.card import AlertCard, Line, TextCard
from bot.model.company import Alias, Company, Reason
from bot.model.learnt import Learnt
from bot.model.source import Cursor, SourceState
from bot.model.watchlist import Base, Change, Revision
from bot.protocols import Store
from tests.builders import card, delivery
from tests.fakes import START
from tests.store.builders import SLACK, article, told

PAIR = (0, 1)
COLUMNS = (
    "articles.text",
    "story_members.lead",
    "story_members.companies",
    "verdicts.best",
    "alerts.card",
    "deliveries.card of posts",
    "deliveries.card of digests",
    "bases.parsed",
    "revisions.company",
    "revisions.before",
    "sources.etag",
    "sources.error",
    "sources.notes",
    "sources.learnt",
)


def end_of(column: str, number: int) -> str:
    """What stands in the file once: the end of the long value of one of the two rows."""
    return f"end {number} of {column}".upper()


async def write_long_rows(store: Store) -> None:
    """Two rows for each of these columns."""
    for number in PAIR:
        for outcome in _outcomes(number):
            await store.commit(outcome)
        await store.save_base(Base(f"list-{number}.yaml", "hash", "".join(_words("bases.parsed", number)), START))
    await store.record_revision([revision for number in PAIR for revision in _revisions(number)])
    await store.note_polls([state for number in PAIR for state in _states(number)])


def _words(column: str, number: int) -> tuple[str, ...]:
    """10,000 characters that all rows share, and an end of its own."""
    return (*(f"{place:05} and " for place in range(1_000)), end_of(column, number))


def _outcomes(number: int) -> Iterator[PollOutcome]:
    names = ("articles.text", "story_members.lead", "story_members.companies", "verdicts.best", "alerts.card")
    outcomes = {name: _outcome(f"{name}-{number}") for name in (*names, "deliveries.card")}
    for column, outcome in outcomes.items():
        words = _words(column, number)
        [made], [member], [verdict], [alert] = outcome.articles, outcome.members, outcome.verdicts, outcome.alerts
        match column:
            case "articles.text":
                yield replace(outcome, articles=(replace(made, text="".join(words)),))
            case "story_members.lead":
                yield replace(outcome, members=(replace(member, lead="".join(words)),))
            case "story_members.companies":
                yield replace(outcome, members=(replace(member, companies=words),))
            case "verdicts.best":
                reasons = tuple(Reason(word, 0.5) for word in words)
                yield replace(outcome, verdicts=(replace(verdict, best=replace(verdict.best, reasons=reasons)),))
            case "alerts.card":
                yield replace(outcome, alerts=(replace(alert, card=_long_card(words)),))
            case _:
                yield replace(outcome, deliveries=(*outcome.deliveries, *_deliveries(number, alert.id)))


def _outcome(name: str) -> PollOutcome:
    return told(article(name, url=f"https://focus.example/{name}"), f"story of {name}", SLACK)


def _long_card(words: Sequence[str]) -> AlertCard:
    return replace(card(), sources=tuple(words))


def _deliveries(number: int, alert_id: str) -> Iterator[Delivery]:
    post = delivery(f"long-post-{number}", SLACK, alert_id=alert_id)
    yield replace(post, card=_long_card(_words("deliveries.card of posts", number)))
    lines: tuple[Line, ...] = tuple((word,) for word in _words("deliveries.card of digests", number))
    digest = delivery(f"long-digest-{number}", SLACK, "digest", alert_id=alert_id)
    yield replace(digest, card=TextCard("digest", lines))


def _revisions(number: int) -> Iterator[Revision]:
    new = _long_company("revisions.company", number)
    old = _long_company("revisions.before", number)
    for name, change in (
        ("company", Change("phones.yaml", "add", "Lava", new)),
        ("before", Change("phones.yaml", "remove", "Lava", before=old)),
    ):
        yield Revision(f"{name}-{number}", change, "U1", SLACK, START, pending=True)


def _long_company(column: str, number: int) -> Company:
    return Company("Lava", aliases=(Alias("Lava Mobiles"),), exclude=_words(column, number))


def _states(number: int) -> Iterator[SourceState]:
    states = {
        "sources.etag": SourceState("", Cursor(etag="".join(_words("sources.etag", number)))),
        "sources.error": SourceState("", error="".join(_words("sources.error", number))),
        "sources.notes": SourceState("", notes=_words("sources.notes", number)),
        "sources.learnt": SourceState("", learnt=Learnt(held=_words("sources.learnt", number))),
    }
    for column, state in states.items():
        yield replace(state, key=f"feed:https://{number}.example/{column}", last_poll=START)
