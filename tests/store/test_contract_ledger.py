"""What every store promises to whoever asks why: articles by URL and words, the last alert, how companies fared."""

from dataclasses import replace
from datetime import datetime

import pytest

from bot.model.alert import PollOutcome, Receipt
from bot.model.article import Article, Identity
from bot.model.channel import CONSOLE, Channel
from bot.model.ledger import CompanyCounts, CompanyFates, RoutingState, Told
from bot.model.source import SourceState
from bot.protocols import Store
from tests.builders import alert, delivery
from tests.fakes import START
from tests.store.builders import (
    SLACK,
    SOURCE,
    article,
    at,
    claim,
    member,
    routing,
    seen,
    send_all,
    sent,
    story,
    told,
    verdict,
)

EMPTY = PollOutcome(SourceState(SOURCE), START)
URL = "https://focus.example/1"


async def keep(store: Store, *articles: Article) -> None:
    await store.commit(replace(EMPTY, articles=articles))


async def test_a_record_holds_everything_that_the_ledger_knows(store: Store) -> None:
    of = article()
    outcome = told(of, channel=SLACK)
    also = replace(
        outcome,
        verdicts=(verdict(of, "Dixon", matched=False), *outcome.verdicts),
        routings=(*outcome.routings, routing(of, CONSOLE, "muted", alert_id="")),
    )
    await store.commit(also)
    (claimed,) = await claim(store)
    await store.settle(sent(claimed, when=at(seconds=3)))
    (record,) = await store.articles_by_url(URL)
    assert record.article == of
    assert record.member == outcome.members[0]
    assert [each.company for each in record.verdicts] == ["Dixon", "Lava"]
    assert [(each.channel, each.state) for each in record.routings] == [(CONSOLE, "muted"), (SLACK, "alerted")]
    assert record.deliveries == (Told(SLACK, "post", "sent", at(seconds=3), "https://chat.example/post-article-1"),)


async def test_a_record_of_what_nobody_heard_of_is_bare(store: Store) -> None:
    await keep(store, replace(article(), publisher=""))
    (record,) = await store.articles_by_url(URL)
    assert (record.member, record.verdicts, record.routings) == (None, (), ())
    assert record.deliveries == ()


async def test_a_delivery_that_waits_has_no_time(store: Store) -> None:
    of = article()
    await store.commit(told(of))
    await store.commit(replace(EMPTY, deliveries=(delivery("e", kind="edit", alert_id=f"alert-{of.id}"),)))
    (record,) = await store.articles_by_url(URL)
    assert record.deliveries == (Told(CONSOLE, "post", "pending"), Told(CONSOLE, "edit", "pending"))


async def test_an_article_that_joined_a_story_shows_the_message_that_told_it(store: Store) -> None:
    first, second = article(), article("article-2", url="https://focus.example/2")
    await store.commit(told(first))
    joined = routing(second, state="joined", alert_id=f"alert-{first.id}")
    await store.commit(replace(EMPTY, articles=(second,), members=(member(second),), routings=(joined,)))
    await send_all(store)
    (record,) = await store.articles_by_url("https://focus.example/2")
    assert record.deliveries == (Told(CONSOLE, "post", "sent", START, "https://chat.example/post-article-1"),)


async def test_articles_of_a_url_come_newest_first(store: Store) -> None:
    await keep(
        store,
        article("b", first_seen=at(hours=1)),
        article("a", first_seen=at(hours=2)),
        article("c"),
        article("d", url="https://focus.example/other"),
        article("e", url=""),
    )
    assert [each.article.id for each in await store.articles_by_url(URL)] == ["a", "b", "c"]
    assert [each.article.id for each in await store.articles_by_url(URL, limit=1)] == ["a"]
    assert await store.articles_by_url("") == ()


async def test_articles_of_a_redirect_are_found_by_the_link_that_is_shown(store: Store) -> None:
    link = "https://search.example/rss/articles/CBMi?oc=5"
    redirected = replace(article("a"), url=link, identity=Identity("e", "title:1", "", ""))
    await keep(store, redirected, article("b"))
    assert [each.article.id for each in await store.articles_by_link(link)] == ["a"]
    assert [each.article.id for each in await store.articles_by_url("title:1")] == ["a"]
    assert await store.articles_by_link("https://search.example/rss/articles/CBMi") == ()
    assert await store.articles_by_link("") == ()


async def test_an_article_is_found_at_every_address_that_it_was_listed_under(store: Store) -> None:
    of, part = article("a"), article("part", url=f"{URL}#ai")
    other = seen(of, entry_id="e9", canonical_url="https://focus.example/other", source="feed:y")
    near = article("near", url=f"{URL}0")
    await store.commit(replace(EMPTY, articles=(of, part, near), seen=(seen(of), other)))
    assert {each.article.id for each in await store.articles_by_url(URL)} == {"a", "part"}
    assert [each.article.id for each in await store.articles_by_url("https://focus.example/other")] == ["a"]
    assert await store.articles_by_url("https://focus.example/oth") == ()


async def test_the_sources_that_list_a_site_are_known_by_what_they_listed(store: Store) -> None:
    of = article("a")
    other = seen(of, entry_id="e9", canonical_url="https://news.example/x", source="feed:y")
    near = seen(of, entry_id="e10", canonical_url="https://focus.example.org/x", source="feed:z")
    await store.commit(replace(EMPTY, articles=(of,), seen=(seen(of), other, near)))
    assert await store.sources_listing(["focus.example"]) == {SOURCE}
    assert await store.sources_listing(["focus.example", "news.example"]) == {SOURCE, "feed:y"}
    assert await store.sources_listing(["nowhere.example"]) == frozenset()


async def test_an_address_of_any_length_is_found(store: Store) -> None:
    long = "https://focus.example/" + "x" * 5000
    of = replace(article("a", url=long), identity=Identity("e", long, "", ""))
    await store.commit(replace(EMPTY, articles=(of,), seen=(seen(of),)))
    assert [each.article.id for each in await store.articles_by_url(long)] == ["a"]
    assert [each.article.id for each in await store.articles_by_link(long)] == ["a"]


async def test_what_a_text_lacked_is_kept(store: Store) -> None:
    await keep(store, replace(article(), gap="its page could not be had: 403"))
    (record,) = await store.articles_by_url(URL)
    assert record.article.gap == "its page could not be had: 403"


async def judged_articles(store: Store) -> None:
    articles = [article(f"a{n}", first_seen=at(hours=n)) for n in range(4)]
    verdicts = (
        verdict(articles[0], when=at(hours=9)),
        verdict(articles[1], "Dixon", when=at(hours=2)),
        verdict(articles[2], matched=False, when=at(hours=3)),
        verdict(articles[3], watchlist="others.yaml", when=at(hours=4)),
    )
    await store.commit(replace(EMPTY, articles=tuple(articles), verdicts=verdicts))


@pytest.mark.parametrize(
    ("companies", "limit", "found"),
    [
        ([("phones.yaml", "Lava")], 5, ["a2", "a0"]),
        ([("phones.yaml", "Lava")], 1, ["a0"]),
        ([("phones.yaml", "Lava"), ("others.yaml", "Lava")], 5, ["a3", "a2", "a0"]),
        ([("phones.yaml", "Lava"), ("phones.yaml", "Dixon")], 5, ["a2", "a1", "a0"]),
        ([("others.yaml", "Dixon")], 5, []),
        ([], 5, []),
    ],
)
async def test_articles_are_found_by_the_companies_that_they_were_judged_for(
    store: Store, companies: list[tuple[str, str]], limit: int, found: list[str]
) -> None:
    await judged_articles(store)
    assert [each.article.id for each in await store.articles_by_company(companies, limit)] == found


async def test_articles_are_found_that_spell_a_company_and_do_not_mean_it(store: Store) -> None:
    articles = [article(f"a{n}", first_seen=at(hours=n)) for n in range(6)]
    verdicts = (
        verdict(articles[0], matched=False, when=at(hours=1)),
        verdict(articles[1], matched=True, when=at(hours=2)),
        verdict(articles[2], matched=False, when=at(hours=3)),
        replace(verdict(articles[2], matched=True, when=at(hours=4)), revision=2),
        verdict(articles[3], "Dixon", matched=False, when=at(hours=5)),
        verdict(articles[4], matched=False, when=at(hours=6), watchlist="others.yaml"),
        verdict(articles[5], matched=True, when=at(hours=7)),
        replace(verdict(articles[5], matched=False, when=at(hours=8)), revision=2),
    )
    await store.commit(replace(EMPTY, articles=tuple(articles), verdicts=verdicts))

    async def found(since: datetime, limit: int = 5) -> list[str]:
        records = await store.articles_rejected("phones.yaml", "Lava", since, limit)
        return [each.article.id for each in records]

    assert await found(at(hours=0)) == ["a5", "a0"]
    assert await found(at(hours=0), 1) == ["a5"]
    assert await found(at(hours=2)) == ["a5"]
    assert await found(at(hours=9)) == []
    assert await store.articles_rejected("phones.yaml", "Nobody", at(hours=0)) == ()


async def test_the_newest_verdict_of_some_lists_has_its_article(store: Store) -> None:
    await judged_articles(store)
    found = [await store.last_judged(lists) for lists in (["phones.yaml"], ["others.yaml", "phones.yaml"], ["x"], [])]
    assert [each.article.id if each else "" for each in found] == ["a0", "a0", "", ""]


async def test_a_message_is_known_by_the_id_that_its_platform_gave_it(store: Store) -> None:
    of, other = article(), article("article-2")
    await store.commit(told(of, channel=SLACK))
    await store.commit(told(other, "story-2", channel=SLACK))
    first, second = await claim(store), await claim(store)
    assert len(first) + len(second) == 1  # of one channel, one at a time
    (claimed,) = first
    settled = replace(sent(claimed), receipt=Receipt("C0123ABCD/17.5", "https://chat.example/m"))
    await store.settle(settled)
    wanted = ("C0123ABCD/17.5", "17.5", "7.5", "17.6", "")
    found = [await store.told_by(SLACK, message) for message in wanted]
    assert [each.article.id if each else "" for each in found] == ["article-1", "article-1", "", "", ""]
    assert await store.told_by(CONSOLE, "17.5") is None


async def test_the_articles_of_a_story_come_in_the_order_in_which_it_took_them(store: Store) -> None:
    first, second = article("z"), article("a")
    await store.commit(told(first))
    joined = replace(member(second, joined=at(hours=1)), reason="same title")
    await store.commit(replace(EMPTY, articles=(second,), members=(joined,)))
    assert [each.article_id for each in await store.members_of("story-1")] == ["z", "a"]
    assert await store.members_of("story-9") == ()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["lava"], ["lava", "lavazza"]),
        (["LAVA", "Noida"], ["lava"]),
        (["noida", "pune"], []),
        (["lava launches"], ["lava"]),
        (["  lava  "], ["lava", "lavazza"]),
        (["100%"], ["percent"]),
        (["%"], ["percent"]),
        (["_"], ["under"]),
        (["a_b"], ["under"]),
        (["/"], ["slash"]),
        (["\\"], ["slash"]),
        (["小米"], ["xiaomi"]),
        (["小 米"], []),
        (["ÉCLAIR"], ["french"]),
        (["strasse"], ["german"]),
        (["STRAẞE"], ["german"]),
        (["ΣΊΓΜΑΣ"], ["greek"]),
        (["'"], ["quote"]),
        (["lava", ""], ["lava", "lavazza"]),
        ([""], []),
        (["   "], []),
        ([], []),
        (["\x00"], ["odd"]),
        (["\U0001f4f1"], ["emoji"]),
    ],
)
async def test_articles_are_found_by_all_their_words_whatever_the_case(
    store: Store, words: list[str], found: list[str]
) -> None:
    texts = {
        "lava": ("Lava launches a phone", "in Noida"),
        "lavazza": ("Coffee", "LAVAZZA opens in Pune"),
        "percent": ("Up 100% in a year", ""),
        "under": ("snake", "a_b"),
        "slash": ("a/b", "c\\d"),
        "xiaomi": ("小米发布新手机", ""),
        "french": ("Un éclair", ""),
        "german": ("Die Straße", ""),
        "greek": ("σίγμας", ""),
        "quote": ("It's", ""),
        "odd": ("a\x00b", ""),
        "emoji": ("\U0001f4f1", ""),
    }
    await keep(store, *(article(name, title, text, url="") for name, (title, text) in texts.items()))
    assert sorted(each.article.id for each in await store.articles_by_words(words, limit=20)) == found


async def test_found_articles_come_newest_first_and_at_most_so_many(store: Store) -> None:
    await keep(store, *(article(f"a{n}", first_seen=at(hours=n)) for n in range(8)))
    assert [each.article.id for each in await store.articles_by_words(["lava"])] == ["a7", "a6", "a5", "a4", "a3"]


async def found_by(store: Store, *words: str, since: datetime | None = None, limit: int = 200) -> list[str]:
    return [each.id for each in await store.search(words, since=since, limit=limit)]


async def test_a_search_goes_back_as_far_as_it_is_told(store: Store) -> None:
    await keep(store, *(article(f"a{n}", text="小米 手機", first_seen=at(hours=n)) for n in range(4)))
    assert await found_by(store, "lava") == ["a3", "a2", "a1", "a0"]
    assert await found_by(store, "lava", since=at(hours=2)) == ["a3", "a2"]
    assert await found_by(store, "機", since=at(hours=3)) == ["a3"]
    assert await found_by(store, "lava", since=at(hours=9)) == []
    assert await found_by(store, "lava", limit=1) == ["a3"]
    assert await found_by(store, "lava", limit=0) == []


async def test_a_search_looks_through_the_newest_edition(store: Store) -> None:
    await keep(store, article(title="Lava", text="first"), article("other", "Oppo"))
    await keep(store, article(title="Dixon", text="second", revision=2))
    assert await found_by(store, "lava", "first") == []
    assert await found_by(store, "Dixon", "on") == ["article-1"]


async def test_a_rare_word_is_found_among_many_that_come_near(store: Store) -> None:
    """ "avalava" has every three characters of "lavala", in another order."""
    for start in range(0, 1500, 500):
        near = (article(f"near-{n:04}", "avalavaxlav", "", first_seen=at(seconds=n)) for n in range(start, start + 500))
        await keep(store, *near)
    await keep(store, article("it", "lavala", "", first_seen=at(seconds=3)))
    assert await found_by(store, "lavala") == ["it"]


async def test_what_waits_for_the_index_is_found_like_what_is_in_it(store: Store) -> None:
    """Half of the articles are indexed, edited ones, gone ones and new ones are not: every answer stays the same."""
    texts = [f"{'lava' if n % 2 else '小米'} {'noida' if n % 3 else 'pune'} {n}" for n in range(100)]
    await keep(store, *(article(f"a{n:03}", text, "", first_seen=at(seconds=n)) for n, text in enumerate(texts)))
    questions = (("lava",), ("小米", "noida"), ("noida",), ("7",), ("pune", "lava"), ("edited",), ("小",))

    async def answers() -> list[list[str]]:
        return [
            await found_by(store, *words, since=since, limit=limit)
            for words in questions
            for since in (None, at(seconds=60))
            for limit in (3, 200)
        ]

    before = await answers()
    await store.index_articles()
    assert await answers() == before
    while await store.index_articles():
        pass
    assert await answers() == before
    for n in range(0, 100, 5):
        await keep(store, article(f"a{n:03}", f"edited {texts[n]}", "", first_seen=at(seconds=n), revision=2))
    await keep(store, *(article(f"b{n:03}", "lava pune", "", first_seen=at(seconds=200 + n)) for n in range(10)))
    edited = await answers()
    assert edited != before
    assert await found_by(store, "edited", limit=2) == ["a095", "a090"]
    while await store.index_articles():
        assert await answers() == edited
    assert await answers() == edited
    await keep(store, article("a000", "once more", "", revision=3))
    await keep(store, article("a000", "and again", "", revision=4))
    assert await found_by(store, "edited", limit=200) == [f"a{n:03}" for n in range(95, 0, -5)]
    assert await found_by(store, "again") == ["a000"]
    while await store.index_articles():
        pass
    assert await found_by(store, "again") == ["a000"]


async def test_the_last_alert_of_a_channel_is_its_own_and_the_newest(store: Store) -> None:
    assert await store.last_alerted(CONSOLE) is None
    for n, channel in enumerate((CONSOLE, CONSOLE, SLACK)):
        of = article(f"a{n}", first_seen=at(hours=n))
        outcome = told(of, f"story-{n}", channel)
        await store.commit(replace(outcome, alerts=(replace(outcome.alerts[0], at=at(hours=n)),)))
    found = [await store.last_alerted(channel) for channel in (CONSOLE, SLACK)]
    assert [each.article.id for each in found if each] == ["a1", "a2"]


async def test_the_last_alert_shows_what_alerted_not_what_joined(store: Store) -> None:
    first, second = article(), article("article-2")
    await store.commit(told(first))
    joined = routing(second, state="joined", alert_id=f"alert-{first.id}", when=at(hours=1))
    await store.commit(replace(EMPTY, articles=(second,), members=(member(second),), routings=(joined,)))
    record = await store.last_alerted(CONSOLE)
    assert record
    assert record.article.id == first.id


async def test_an_alert_of_which_no_article_is_routed_has_no_article(store: Store) -> None:
    await store.commit(replace(EMPTY, stories=(story(),), alerts=(alert(),)))
    assert await store.last_alerted(CONSOLE) is None


async def test_companies_are_counted_by_article_story_and_last_match(store: Store) -> None:
    articles = [article(f"a{n}") for n in range(4)]
    await store.commit(
        replace(
            EMPTY,
            articles=tuple(articles),
            stories=(story("s1"), story("s2"), story("other tenant")),
            members=(
                member(articles[0], "s1"),
                member(articles[1], "s1"),
                member(articles[2], "s2"),
                member(articles[0], "other tenant"),
            ),
            verdicts=(
                verdict(articles[0], when=at(hours=1)),
                verdict(articles[1], when=at(hours=3)),
                verdict(articles[2], matched=False, when=at(hours=5)),
                verdict(articles[3], "Dixon", matched=False, when=at(hours=1)),
                verdict(articles[3], "Lava", watchlist="other.yaml"),
                verdict(articles[3], "Old", when=at(hours=-1)),
            ),
        )
    )
    assert await store.company_counts("phones.yaml", START) == {
        "Lava": CompanyCounts(matched=2, rejected=1, stories=2, last=at(hours=3)),
        "Dixon": CompanyCounts(rejected=1),
    }
    assert await store.company_counts("unknown.yaml", START) == {}


async def fates(store: Store, company: str = "Lava", channel: Channel = SLACK) -> CompanyFates:
    return await store.company_fates("phones.yaml", company, channel, START)


async def test_a_company_is_counted_by_what_became_of_its_stories(store: Store) -> None:
    """A story counts once, by the strongest of what became of its articles in that channel."""
    states: tuple[tuple[str, RoutingState], ...] = (
        ("s1", "joined"), ("s1", "muted"), ("s2", "muted"), ("s2", "old"), ("s3", "held"), ("s4", "capped"),
        ("s5", "old"),
    )  # fmt: skip
    articles = [article(f"a{n}") for n in range(len(states) + 2)]
    unheard, rejected = articles[-2:]
    stories = sorted({name for name, _ in states})
    places = zip(articles, states, strict=False)
    await store.commit(
        replace(
            EMPTY,
            articles=tuple(articles),
            stories=tuple(map(story, stories)),
            members=tuple(member(of, name) for of, (name, _) in places),
            verdicts=(*(verdict(of) for of in articles[:-1]), verdict(rejected, matched=False)),
            routings=(
                *(routing(of, SLACK, state, alert_id="") for of, (_, state) in zip(articles, states, strict=False)),
                routing(unheard, CONSOLE, "alerted", alert_id=""),
            ),
        )
    )
    assert await fates(store) == CompanyFates(posted=1, waiting=2, muted=1, old=1, unheard=1)
    assert await fates(store, channel=CONSOLE) == CompanyFates(posted=1, unheard=5)
    assert await fates(store, "Dixon") == CompanyFates()
    assert await store.company_fates("other.yaml", "Lava", SLACK, START) == CompanyFates()
    assert await store.company_fates("phones.yaml", "Lava", SLACK, at(hours=1)) == CompanyFates()


async def test_what_was_not_delivered_is_not_counted_as_posted(store: Store) -> None:
    await store.commit(told(article("a1"), "s1", SLACK))
    assert await fates(store) == CompanyFates(waiting=1)
    (claimed,) = await claim(store)
    await store.settle(sent(claimed))
    assert await fates(store) == CompanyFates(posted=1)
    await store.commit(told(article("a2"), "s2", SLACK))
    (claimed,) = await claim(store)
    await store.settle(replace(sent(claimed), state="dead", receipt=None))
    assert await fates(store) == CompanyFates(posted=1, undelivered=1)


async def test_a_message_counts_for_those_that_it_names(store: Store) -> None:
    """An article that names two companies of which the channel has muted one is a message of the other."""
    of = article()
    outcome = told(of, channel=SLACK)
    line = outcome.alerts[0].card.companies[0]
    card = replace(outcome.alerts[0].card, companies=(replace(line, company="Dixon"),))
    raised = replace(outcome.alerts[0], card=card)
    judged = (verdict(of, "Lava"), verdict(of, "Dixon"))
    await store.commit(replace(outcome, alerts=(raised,), verdicts=judged, deliveries=()))
    assert await fates(store, "Dixon") == CompanyFates(posted=1)
    assert await fates(store, "Lava") == CompanyFates(muted=1)


async def test_articles_since_a_moment_come_page_by_page_in_the_order_of_their_ids(store: Store) -> None:
    kept = [replace(article(f"a{n}"), first_seen=at(hours=hours)) for n, hours in enumerate((3, 0, 2, 4))]
    await keep(store, *kept)
    assert [each.id for each in await store.articles_since(at(hours=2))] == ["a0", "a2", "a3"]
    first = await store.articles_since(at(hours=2), limit=2)
    assert first == (kept[0], kept[2])
    assert await store.articles_since(at(hours=2), after="a2", limit=2) == (kept[3],)
    assert await store.articles_since(at(hours=2), after="a3") == ()


@pytest.mark.parametrize(
    ("editions", "counts"),
    [
        ([True, True], CompanyCounts(matched=1, last=at(hours=2))),
        ([True, False], CompanyCounts(rejected=1)),
        ([False, True], CompanyCounts(matched=1, last=at(hours=2))),
    ],
)
async def test_of_an_article_in_several_editions_the_last_verdict_counts(
    store: Store, editions: list[bool], counts: CompanyCounts
) -> None:
    for n, matched in enumerate(editions, start=1):
        edition = article(revision=n)
        judged = verdict(edition, matched=matched, when=at(hours=n))
        await store.commit(replace(EMPTY, articles=(edition,), verdicts=(judged,)))
    assert await store.company_counts("phones.yaml", START) == {"Lava": counts}


async def test_an_empty_store_counts_nothing(store: Store) -> None:
    assert set((await store.table_counts()).values()) == {0}
