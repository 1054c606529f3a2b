"""`why`: every fate that an article can have is told, and what never came is explained."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.model.alert import PollOutcome
from bot.model.article import Article, Identity
from bot.model.channel import Channel
from bot.model.command import Actor
from bot.model.company import Company, Mention, Reason
from bot.model.ledger import ArticleRecord, Routing, RoutingState, Told, Verdict
from bot.model.source import SourceState
from bot.model.story import FIRST_OF_STORY, StoryMember
from bot.model.watchlist import Change, ChannelRule, Revision, Watchlist
from tests.builders import company, source
from tests.commands.desk import Desk
from tests.fakes import START
from tests.store.builders import article, seen

HERE = Channel("slack", "T1", "#supply-chain")
OTHER = Channel("slack", "T1", "#other")
FOCUS = source("Focus", tags=["taiwan"])
URL = "https://focus.example/story"
TEXT = "Lava and Dixon would build handsets; an apple harvest follows."
ARTICLE = Article(
    "a1", FOCUS.key, Identity("1", URL), URL, "Lava plans a plant", TEXT, START, START - timedelta(minutes=19)
)
LATER = START + timedelta(seconds=60)


def verdict(name: str, confidence: float, *reasons: Reason, watchlist: str = "phones", revision: int = 1) -> Verdict:
    best = Mention(name, name, name, "text", 0, 4, 100.0, "exact", confidence, reasons, confidence > 0.5, "main")
    return Verdict("a1", revision, watchlist, name, confidence > 0.5, confidence, "main", best, LATER)


LAVA = verdict("Lava", 0.97, Reason("full name", 0.6), Reason("far", -0.1), Reason('"handsets" nearby', 0.2))
APPLE = verdict("Apple", 0.12, Reason("exact", 0.3), Reason('"apple harvest"', -0.4), Reason("lower case", -0.3))
SECRET = verdict("Secret", 0.99, watchlist="elsewhere")


def record(
    *verdicts: Verdict,
    state: RoutingState | None = "alerted",
    note: str = "",
    delivery: tuple[str, datetime | None] | None = ("sent", LATER),
    article: Article = ARTICLE,
) -> ArticleRecord:
    routings = [Routing("a1", OTHER, "muted", LATER, note="not yours")]
    if state is not None:
        routings.append(Routing("a1", HERE, state, LATER, "alert-1", note))
    deliveries = (Told(HERE, "post", *delivery),) if delivery else ()
    return ArticleRecord(article, None, verdicts, tuple(routings), deliveries)


DELETED = replace(record(LAVA), deliveries=(Told(HERE, "post", "sent", LATER), Told(HERE, "edit", "gone", LATER)))


def desk(*records: ArticleRecord, companies: tuple[str, ...] = ("Lava", "Apple", "Denso"), reads: str = "") -> Desk:
    phones = Watchlist(
        "phones",
        "phones",
        tuple(company(name) for name in companies),
        (ChannelRule(HERE),),
        sources=(reads,) if reads else (),
    )
    elsewhere = Watchlist("elsewhere", "elsewhere", (company("Secret"),), (ChannelRule(OTHER),))
    made = Desk(phones, elsewhere, sources=[FOCUS, source("Mint")], live=["slack"])
    made.ledger.records = list(records)
    made.ledger.by_url = {one.article.url: one for one in records}
    made.ledger.last = records[0] if records else None
    return made


async def test_an_article_behind_a_redirect_is_found_by_the_link_that_is_shown() -> None:
    link = "https://search.example/rss/articles/CBMi?oc=5"
    made = desk(record(LAVA, article=replace(ARTICLE, url=link, identity=Identity("1", "title:1"))))
    made.ledger.by_url = {"title:1": made.ledger.records[0]}
    assert (await made.say(f"why {link}", HERE))[0] == f'"Lava plans a plant" <{link}> · Focus'


@pytest.mark.parametrize(
    "text", ["why", f"why {URL}", f"why {URL}?utm_source=x#top", "why lava plant", "why Lava's handsets?"]
)
async def test_a_posted_article_in_full(text: str) -> None:
    assert await desk(record(APPLE, LAVA, SECRET)).say(text, HERE) == [
        f'"Lava plans a plant" <{URL}> · Focus',
        "Published 20.08:11 · fetched 20.08:30 · decided 20.08:31",
        "POSTED here 20.08:31",
        '  *Lava* .97 · full name; "handsets" nearby',
        'REJECTED: *Apple* .12 · "apple harvest"; lower case',
        "NOT FOUND: Denso · not in the 62 characters that the source gave",
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (record(LAVA, delivery=("pending", None)), "ALERTED, and waits to be sent, since 20.08:31"),
        (record(LAVA, delivery=("sending", None)), "ALERTED, and is being sent, since 20.08:31"),
        (record(LAVA, delivery=("parked", None)), "ALERTED, but this channel can't be posted to, since 20.08:31"),
        (record(LAVA, delivery=("dead", LATER)), "ALERTED, but not delivered, 20.08:31"),
        (
            replace(record(LAVA), deliveries=(Told(HERE, "post", "dead", LATER, error="dropped by hand"),)),
            "ALERTED, but not delivered, 20.08:31 · dropped by hand",
        ),
        (DELETED, "POSTED here 20.08:31 · somebody deleted the message"),
        (record(LAVA, delivery=None), "POSTED here 20.08:31"),
        (record(LAVA, state="joined"), "JOINED the message of 20.08:31"),
        (
            record(LAVA, state="joined", delivery=None),
            "JOINED a story that this channel has a message of, 20.08:31",
        ),
        (record(LAVA, state="muted", note="until Friday"), "MUTED, 20.08:31 · until Friday"),
        (record(LAVA, state="held"), "HELD, not posted yet, 20.08:31"),
        (
            record(LAVA, state="capped"),
            "HELD for the next digest: the budget of this channel was used up, 20.08:31",
        ),
        (
            record(LAVA, state="old", note="recorded at the source's first poll"),
            "OLD: recorded, not posted, 20.08:31 · recorded at the source's first poll",
        ),
        (record(LAVA, state=None), "NOT POSTED here: the channel did not hear this list when it was decided"),
        (
            record(APPLE, state=None),
            "NOT POSTED: it spells a company that is watched here, and hardly means it",
        ),
        (record(state=None), "NOT POSTED: it names no company that is watched here"),
    ],
)
async def test_each_fate_has_its_words(given: ArticleRecord, said: str) -> None:
    assert (await desk(given).say(f"why {URL}", HERE))[2] == said


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (
            "similar words (0.42): Noida, handsets",
            ["SAME EVENT as an earlier article: similar words (0.42): Noida, handsets"],
        ),
        ("same title", ["SAME EVENT as an earlier article: same title"]),
        (FIRST_OF_STORY, []),
    ],
)
async def test_why_it_joined_a_story_is_told(reason: str, said: list[str]) -> None:
    member = StoryMember("s1", "a1", FOCUS.key, ARTICLE.title, TEXT, URL, "en", LATER, reason)
    told = await desk(replace(record(LAVA, state="joined"), member=member)).say("why", HERE)
    assert [line for line in told if line.startswith("SAME EVENT")] == said


async def test_the_last_edition_counts() -> None:
    changed = replace(verdict("Apple", 0.9, Reason("full name", 0.6), revision=2), at=START + timedelta(hours=1))
    said = await desk(record(APPLE, changed)).say("why", HERE)
    assert said[1].endswith("decided 20.09:30")
    assert said[3] == "  *Apple* .90 · full name"


def added(name: str, *, minutes: float = 5) -> Revision:
    change = Change("phones", "add", name, company(name))
    return Revision(f"r-{name}", change, "Ann", HERE, LATER + timedelta(minutes=minutes), pending=False)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Denso", "DECIDED BEFORE: Denso was added later; not in the text either"),
        ("Dixon", "DECIDED BEFORE: *Dixon* was added 20.08:36; now it would be rejected, .30 · "),
        ("harvest", "DECIDED BEFORE: *harvest* was added 20.08:36; now it would alert, "),
    ],
)
async def test_a_company_that_was_added_later_is_told_apart(name: str, said: str) -> None:
    made = desk(record(LAVA, APPLE), companies=("Lava", "Apple", "Oppo", name))
    made.ledger.history = [added(name)]
    told = await made.say("why", HERE)
    assert told[5].startswith(said)
    assert told[6].startswith("NOT FOUND: Oppo · not in the 62 characters")
    assert told[7:] == [f"[As it is now] test {URL}"]


async def test_what_was_added_before_the_decision_is_not_told_as_later() -> None:
    made = desk(record(LAVA, APPLE))
    made.ledger.history = [added("Denso", minutes=-5)]
    assert (await made.say("why", HERE))[5].startswith("NOT FOUND: Denso")


async def test_a_company_that_was_taken_off_and_added_again_is_not_one_that_was_added_later() -> None:
    made = desk(record(LAVA, APPLE), companies=("Lava", "Apple"))
    made.ledger.history = [added("Lava")]
    assert not [line for line in await made.say("why", HERE) if line.startswith("DECIDED BEFORE")]


@pytest.mark.parametrize(
    ("delivery", "said"),
    [
        ("sent", "#sourcing: POSTED 20.08:31"),
        ("pending", "#sourcing: ALERTED, waits to be sent, since 20.08:31"),
        ("sending", "#sourcing: ALERTED, is being sent, since 20.08:31"),
        ("parked", "#sourcing: ALERTED, can't be posted there, since 20.08:31"),
        ("dead", "#sourcing: ALERTED, not delivered, 20.08:31 · dropped by hand"),
    ],
)
async def test_what_another_channel_has_not_got_yet_is_not_told_as_posted_there(delivery: str, said: str) -> None:
    there = Channel("slack", "T1", "C0SOURCING", "#sourcing", public=True)
    given, error = record(LAVA), "dropped by hand" if delivery == "dead" else ""
    given = replace(
        given,
        routings=(*given.routings, Routing("a1", there, "alerted", LATER, "alert-2")),
        deliveries=(*given.deliveries, Told(there, "post", delivery, None, error=error)),
    )
    assert said in await desk(given).say("why", HERE)


async def test_a_company_that_was_changed_since_is_told() -> None:
    made = desk(record(LAVA, APPLE))
    before, after = company("Lava"), company("Lava", "ラヴァ")
    change = Change("phones", "replace", "Lava", after, before=before)
    made.ledger.history = [Revision("r1", change, "Ann", HERE, LATER + timedelta(minutes=5), pending=False)]
    assert "CHANGED SINCE: aliases of Lava +ラヴァ · 20.08:36" in await made.say("why", HERE)


async def test_a_change_of_a_company_that_the_article_does_not_name_says_nothing_of_it() -> None:
    made = desk(record(LAVA, APPLE), companies=("Lava", "Apple", "Oppo"))
    change = Change("phones", "replace", "Oppo", company("Oppo", "歐珀"), before=company("Oppo"))
    made.ledger.history = [Revision("r1", change, "Ann", HERE, LATER + timedelta(minutes=5), pending=False)]
    assert "CHANGED SINCE" not in "\n".join(await made.say("why", HERE))


async def test_a_company_that_was_renamed_since_is_told_by_both_names() -> None:
    made = desk(record(LAVA, APPLE), companies=("Lava International", "Apple"))
    change = Change("phones", "replace", "Lava", company("Lava International", "Lava"), before=company("Lava"))
    made.ledger.history = [Revision("r1", change, "Ann", HERE, LATER + timedelta(minutes=5), pending=False)]
    assert any(line.startswith("CHANGED SINCE: Lava") for line in await made.say("why", HERE))


async def test_a_company_that_the_file_names_by_now_is_no_company_that_was_not_found() -> None:
    said = await desk(record(APPLE), companies=("Apple", "Dixon")).say("why", HERE)
    assert said[4].startswith("NOT JUDGED THEN: *Dixon* · phones was not as it is now; now it would be rejected, .30")


async def test_many_companies_that_were_added_later_are_counted() -> None:
    names = tuple(f"Company {number}" for number in range(8))
    made = desk(record(), companies=names)
    made.ledger.history = [
        Revision(
            name, Change("phones", "add", name, company(name)), "Ann", HERE, START + timedelta(hours=9), pending=False
        )
        for name in names
    ]
    said = await made.say("why", HERE)
    named = ", ".join(names[:3])
    assert [line for line in said if line.startswith("DECIDED BEFORE")] == [
        f"DECIDED BEFORE: {named} and 5 more were added later; not in the text either"
    ]


async def test_a_list_that_skips_the_source_says_so() -> None:
    said = await desk(record(state=None), reads="Mint").say("why", HERE)
    assert said[-1] == "NOT READ for phones: its from: leaves out Focus"


async def test_many_names_that_were_not_found_are_counted() -> None:
    said = await desk(record(), companies=tuple(f"Company {number}" for number in range(14))).say("why", HERE)
    assert said[-1].startswith("NOT FOUND: Company 0, ")
    assert "Company 9 and 4 more · not in the 62 characters" in said[-1]


async def test_a_text_that_is_no_longer_kept_is_said() -> None:
    said = await desk(record(LAVA, article=replace(ARTICLE, text="", published=None))).say("why", HERE)
    assert said[1].startswith("No date given · fetched")
    assert said[-1] == "NOT FOUND: Apple, Denso · not in the headline, and no text is kept"


async def test_more_than_one_article_is_offered() -> None:
    second = replace(ARTICLE, id="a2", url="https://focus.example/2", title="Lava again")
    made = desk(record(LAVA), record(LAVA, state="muted", article=second))
    assert await made.say("why lava", HERE) == [
        "2 articles match. Which one?",
        '  "Lava again" <https://focus.example/2> · Focus · MUTED 20.08:31',
        '  "Lava plans a plant" <https://focus.example/story> · Focus · POSTED 20.08:31',
        "[Why: Lava again] why https://focus.example/2",
        "[Why: Lava plans a plant] why https://focus.example/story",
    ]
    assert (await made.say('why "lava again"', HERE))[0].startswith('"Lava again"')


async def test_a_question_that_says_too_much_falls_back_to_the_watched_names() -> None:
    said = await desk(record(LAVA)).say("why didn't we get the Lava deal?", HERE)
    assert said[0].startswith('"Lava plans a plant"')


@pytest.mark.parametrize(("publisher", "said"), [("", "a source that is no longer polled"), ("Mint", "Mint")])
async def test_the_address_of_a_source_is_never_shown_for_its_name(publisher: str, said: str) -> None:
    gone = replace(ARTICLE, source="feed:https://x.example/?key=secret", publisher=publisher)
    assert (await desk(record(LAVA, article=gone)).say("why", HERE))[0] == f'"Lava plans a plant" <{URL}> · {said}'


async def test_a_long_title_is_cut_on_its_button() -> None:
    second = replace(ARTICLE, id="a2", url="https://focus.example/2", title="Lava again and " + "again " * 20)
    said = await desk(record(LAVA), record(LAVA, article=second)).say("why lava", HERE)
    assert "[Why: Lava again and again again again again a…] why https://focus.example/2" in said


async def test_nothing_was_posted_yet() -> None:
    assert await desk().say("why", HERE) == [
        "Nothing was decided for #supply-chain yet. Name an article: why <link or words>",
        "[Status] status",
    ]


async def test_a_page_of_a_site_that_is_no_source() -> None:
    assert await desk().say("why https://www.example.org/x", HERE) == [
        "No article of this address was received: example.org is not a source.",
        "To poll it: source add example.org",
        "[Add the source] source add example.org",
    ]
    member = Actor("U1", "Ann", "T1", frozenset({"anyone", "member"}))
    said = await desk().say("why https://www.example.org/x", HERE, member)
    assert said[1:] == ["To have it polled, ask an admin to type: source add example.org"]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (None, "  Focus · not polled yet"),
        (
            SourceState(FOCUS.key, last_poll=START, last_success=START),
            "  Focus · read 20.08:30 · every 10 min, rhythm not known yet",
        ),
        (
            SourceState(FOCUS.key, last_poll=START, failures=1, error="the server answered 503"),
            "  Focus · FAILING (1 poll): the server answered 503 · never read",
        ),
    ],
)
async def test_a_page_of_a_source_that_never_came(state: SourceState | None, said: str) -> None:
    made = desk()
    made.ledger.states = {FOCUS.key: state} if state else {}
    answer = await made.say("why https://www.focus.example/never", HERE)
    assert answer[0] == "No article of this address was received, although focus.example is polled:"
    assert answer[1] == said


async def test_a_site_is_polled_where_a_feed_elsewhere_lists_it() -> None:
    made = desk()
    listed = seen(article(url="https://paper.example/old"), source=FOCUS.key)
    await made.ledger.kept.commit(
        PollOutcome(SourceState(FOCUS.key), START, articles=(article(url="https://paper.example/old"),), seen=(listed,))
    )
    said = await made.say("why https://www.paper.example/new", HERE)
    assert said[:2] == [
        "No article of this address was received, although paper.example is polled:",
        "  Focus · not polled yet",
    ]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (None, "Its first poll is still to come: is the bot running?"),
        (
            SourceState(FOCUS.key, last_poll=START, failures=1, error="the server answered 503"),
            "What it lists is read as soon as it can be read again",
        ),
        (
            SourceState(FOCUS.key, last_poll=START, next_poll=START - timedelta(hours=1)),
            "Its poll is overdue: is the bot running? namewatch run",
        ),
        (
            SourceState(FOCUS.key, last_poll=START, last_success=START),
            "Its feed may not have listed it yet, or never did: look for it there. By its headline: why <words>",
        ),
    ],
)
async def test_what_never_came_has_a_next_step(state: SourceState | None, said: str) -> None:
    made = desk()
    made.ledger.states = {FOCUS.key: state} if state else {}
    assert await made.say("why https://www.focus.example/never", HERE) == [
        "No article of this address was received, although focus.example is polled:",
        (await made.say("why https://www.focus.example/never", HERE))[1],
        said,
        "[Sources] sources focus.example",
    ]


async def test_a_list_that_leaves_the_source_out_says_so_of_what_never_came() -> None:
    said = await desk(reads="Mint").say("why https://focus.example/never", HERE)
    assert "Not read for phones: its from: leaves it out" in said


async def test_search_feeds_have_other_links() -> None:
    made = desk()
    made.lists._sources = (*made.lists.sources(), replace(source("Search"), type="search"))
    said = await made.say("why https://paper.example/x", HERE)
    assert said[1] == "Articles of search feeds have another link here: try words of its headline, why <words>"


async def test_the_words_of_an_address_find_what_came_under_another_one() -> None:
    made = desk(record(LAVA))
    said = await made.say("why https://paper.example/2026/11/lava-plans-a-plant-48213.html", HERE)
    assert said == [
        "No article of this address was received. The words of its address are in:",
        '  "Lava plans a plant" <https://focus.example/story> · Focus · POSTED 20.08:31',
        "[Why: Lava plans a plant] why https://focus.example/story",
    ]


@pytest.mark.parametrize(
    "url",
    [
        "https://www.focus.example/story",
        "https://m.focus.example/story?utm_source=x",
        "http://focus.example/story/#comments",
        "https://www.google.com/url?q=https://focus.example/story&sa=D",
        "https://focus.example/story?share=mail",
        "focus.example/story",
    ],
)
async def test_an_article_is_found_by_other_spellings_of_its_link(url: str) -> None:
    assert (await desk(record(LAVA)).say(f"why {url}", HERE))[0].startswith('"Lava plans a plant"')


@pytest.mark.parametrize("text", ["why latest", "why last", "why the last alert", "why this one?", "latest"])
async def test_words_that_mean_the_last_alert(text: str) -> None:
    made = desk(record(LAVA))
    if text == "latest":
        assert (await made.say(text, HERE))[-1] == "[why] why"
        return
    assert (await made.say(text, HERE))[0].startswith('"Lava plans a plant"')


NEARLY = replace(ARTICLE, text="Mediatec and Denzo said so; sales grow. " + "It rained on the coast. " * 20)


@pytest.mark.parametrize(
    ("name", "threshold", "said"),
    [
        (
            "MediaTek",
            95,
            (
                'NEAR: "Mediatec" is not *MediaTek*: its spelling reaches 88, and `threshold: 95` asks for more. '
                "If it is: set MediaTek alias + Mediatec"
            ),
        ),
        (
            "Denso",
            0,
            (
                'NEAR: "Denzo" is not *Denso*: a word of under 6 letters is found only as it is written. '
                "If it is: set Denso alias + Denzo"
            ),
        ),
        ("Groq", 0, "NOT FOUND: Groq · not in the text"),
    ],
)
async def test_what_comes_near_a_name_says_why_it_is_not_that_name(name: str, threshold: int, said: str) -> None:
    made = desk(record(article=NEARLY))
    phones = Watchlist("phones", "phones", (Company(name, threshold=threshold),), (ChannelRule(HERE),))
    made.lists._lists["phones"] = phones
    assert said in await made.say("why", HERE)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"gap": "cut at 150,000 of 151,000 characters"}, "not in what was read: cut at 150,000 of 151,000 characters"),
        (
            {"gap": "its page could not be had: robots.txt forbids it"},
            "not in what was read: its page could not be had: robots.txt forbids it",
        ),
        ({"text": "Lava."}, "not in the 5 characters that the source gave"),
        ({"text": "Lava said so. " * 40}, "not in the text"),
        ({"text": ""}, "not in the headline, and no text is kept"),
    ],
)
async def test_where_a_name_was_looked_for_is_said(changes: dict[str, str], said: str) -> None:
    changed = replace(ARTICLE, **changes)  # type: ignore[arg-type]
    assert (await desk(record(LAVA, APPLE, article=changed)).say("why", HERE))[-1] == f"NOT FOUND: Denso · {said}"


async def test_a_text_that_was_cut_is_said_also_where_every_name_was_found() -> None:
    cut = replace(ARTICLE, gap="cut at 150,000 of 151,000 characters")
    said = await desk(record(LAVA, article=cut), companies=("Lava",)).say("why", HERE)
    assert said[-1] == "TEXT INCOMPLETE: cut at 150,000 of 151,000 characters"


async def test_a_source_that_reads_no_pages_says_how_it_would() -> None:
    made = desk(record(LAVA, APPLE))
    made.lists._sources = (replace(FOCUS, options={"text": "feed"}),)
    assert (await made.say("why", HERE))[-1].endswith("gave; text: page beside it in its list reads its pages")


async def test_words_that_no_article_has_name_the_failing_sources() -> None:
    made = desk()
    made.ledger.states = {
        FOCUS.key: SourceState(FOCUS.key, last_poll=START, failures=1, error="the server answered 503")
    }
    assert await made.say("why volcano", HERE) == [
        "No article with volcano was received.",
        "1 of 2 sources failing:",
        "  Focus · FAILING (1 poll): the server answered 503 · never read",
        "Try fewer words, or the link: why https://...",
    ]


async def test_an_article_of_another_tenant_is_not_there() -> None:
    foreign = replace(ARTICLE, source="T2|feed:https://focus.example/feed")
    said = await desk(record(LAVA, article=foreign)).say("why lava", HERE)
    assert said[0] == "No article that is kept names *Lava*."
    mine = replace(ARTICLE, source="T1|feed:https://focus.example/feed")
    assert (await desk(record(LAVA, article=mine)).say("why lava", HERE))[0].startswith('"Lava plans')


@pytest.mark.parametrize("url", ["http://[::1", "https://", "https://:80/"])
async def test_a_broken_address_is_answered(url: str) -> None:
    assert (await desk().ask(f"why {url}", HERE)).failed
