"""The lists, sources and sample articles that ship: they load clean, and the samples show what they should."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.extraction import extract
from bot.matching import Matcher
from bot.model.article import Extract
from bot.model.source import NO_CURSOR, FirstPoll
from bot.model.story import StoryMember
from bot.sources.files import read_files
from bot.stories import Names, Probe, StoryIndex, lead_of
from bot.watchlists.folder import Loaded, load_folder
from tests.fakes import START
from tests.watchlists.test_schema import real_types

FOLDER = Path(__file__).resolve().parents[2] / "watchlists"
ENOUGH = timedelta(minutes=10)


@pytest.fixture(scope="module")
def bundled() -> Loaded:
    return load_folder(FOLDER, source_types=real_types())


@pytest.fixture(scope="module")
def articles() -> list[Extract]:
    fetched = read_files(str(FOLDER / "samples"), NO_CURSOR)
    assert fetched.notes == ()
    return [article for entry in fetched.entries for article in extract(entry)]


def alerts(bundled: Loaded, article: Extract) -> set[str]:
    matchers = [Matcher(watchlist) for watchlist in bundled.lists]
    return {m.company for matcher in matchers for m in matcher.find(article.title, article.text) if m.alert}


def test_the_bundled_files_load_without_a_finding(bundled: Loaded) -> None:
    assert bundled.findings == ()
    assert [watchlist.name for watchlist in bundled.lists] == ["Chips and AI", "Phone makers"]
    assert all(watchlist.channels == () for watchlist in bundled.lists)


def test_only_the_samples_are_for_show_and_alert_at_the_first_poll(bundled: Loaded) -> None:
    (samples,) = [source for source in bundled.sources if source.demo]
    assert (samples.name, samples.url, samples.first_poll) == ("Samples", str(FOLDER / "samples"), FirstPoll("alert"))
    others = [source for source in bundled.sources if not source.demo]
    assert len(others) >= 6
    assert all(source.tags and source.url.startswith("https://") for source in others)
    assert all(source.first_poll == FirstPoll() and (source.every or ENOUGH) >= ENOUGH for source in others)


@pytest.mark.parametrize(
    ("words", "companies"),
    [
        ("Oppo picks Lava", {"Lava International", "Oppo", "Dixon Technologies"}),
        ("Oppo to assemble phones at", {"Lava International", "Oppo"}),
        ("Oppo and Lava International agree", {"Lava International", "Oppo", "Xiaomi"}),
        ("second homes", {"Hon Hai", "Wistron", "Pegatron", "Samsung Electronics", "Apple"}),
        ("AI CHIPS", {"Nvidia", "Groq"}),
        ("DRIVER ASSISTANCE", {"MediaTek", "Denso"}),
        ("OPEN MODELS", {"OpenAI", "Google", "Alibaba", "DeepSeek"}),
        ("Nvidia agrees", {"Nvidia", "Groq"}),
        ("Groq and Nvidia sign", {"Nvidia", "Groq"}),
        ("聯發科攜手", {"MediaTek", "Denso", "Nvidia"}),
        ("小米在印度", {"Xiaomi", "Dixon Technologies", "Vivo", "Hon Hai"}),
        ("night shift", {"Hon Hai"}),
        ("Lava reaches", set()),
        ("apple harvest", set()),
        ("小米粥", set()),
        ("Sheriff Dixon", set()),
        ("Vivo Energy", set()),
        ("lava lamp", set()),
    ],
)
def test_a_sample_article_names_its_companies_and_no_other(
    bundled: Loaded, articles: list[Extract], words: str, companies: set[str]
) -> None:
    (article,) = [one for one in articles if words in one.title or one.text.startswith(words)]
    assert alerts(bundled, article) == companies


def test_every_sample_says_that_it_is_invented(articles: list[Extract]) -> None:
    for path in (FOLDER / "samples").iterdir():
        text = path.read_text(encoding="utf-8")
        assert "nvented" in text or "虛構" in text
    assert len(articles) >= 12


@pytest.mark.parametrize(("word", "count"), [("Noida", 3), ("Groq", 3)])
@pytest.mark.parametrize("backwards", [False, True])
def test_the_samples_of_one_event_make_one_story(
    bundled: Loaded, articles: list[Extract], word: str, count: int, backwards: bool
) -> None:
    told = [article for article in articles if word in article.text and alerts(bundled, article)]
    index = StoryIndex(names=Names.of(bundled.lists))
    for article in reversed(articles) if backwards else articles:
        if alerts(bundled, article):
            join = index.find(Probe(article.title, lead_of(article.text), START))
            story = join.story_id if join else article.entry_id
            index.add(StoryMember(story, article.entry_id, "", article.title, lead_of(article.text), "", "", START, ""))
    assert len(told) == count
    assert len({index.story_of(article.entry_id) for article in told}) == 1
