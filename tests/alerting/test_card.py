"""The card of an alert: what it says of each company, and how it grows with its story."""

from datetime import UTC, datetime

import pytest

from bot.alerting.card import alert_card, company_lines, grow, reason_in_words
from bot.model.article import Article, Identity
from bot.model.card import AlertCard, CompanyLine, Snippet
from bot.model.company import Field, Mention, Reason, Subject
from bot.model.ledger import Verdict

AT = datetime(2026, 11, 20, 8, 31, tzinfo=UTC)
TITLE = "Lava to build handsets in Noida"
TEXT = "A plan would have Lava International and Dixon Technologies build handsets, after which Lava would sell them."
ARTICLE = Article("a1", "feed:x", Identity("1"), "https://example.org/1", TITLE, TEXT, AT, lang="en")


def mention(
    company: str, spelling: str, field: Field = "text", *, alert: bool = True, reasons: tuple[Reason, ...] = ()
) -> Mention:
    start = (TITLE if field == "title" else TEXT).index(spelling)
    end = start + len(spelling)
    return Mention(company, spelling, spelling, field, start, end, 100.0, "exact", 0.9, reasons, alert, "main")


def verdict(best: Mention, subject: Subject = "main") -> Verdict:
    return Verdict("a1", 1, "w1", best.company, True, 0.97, subject, best, AT)


def line(company: str, subject: Subject = "main", watchlist: str = "phone-makers") -> CompanyLine:
    return CompanyLine(company, watchlist, subject, Snippet(company), "full name")


FULL = mention("Lava International", "Lava International", reasons=(Reason("full name", 0.6), Reason("far", -0.1)))
DIXON = mention("Dixon Technologies", "Dixon Technologies")


def test_a_company_line_has_passage_marks_and_reason() -> None:
    lines = company_lines(ARTICLE, [("phone-makers", verdict(FULL), [FULL])])
    at = TEXT.index("Lava International")
    assert lines == (
        CompanyLine(
            "Lava International",
            "phone-makers",
            "main",
            Snippet(TEXT, ((at, at + len("Lava International")),)),
            "full name",
            "Lava International",
        ),
    )


def test_all_mentions_of_the_company_are_marked_and_rejected_ones_are_not() -> None:
    start = TEXT.rindex("Lava")
    weak = Mention(
        "Lava International", "Lava", "Lava", "text", start, start + 4, 100.0, "exact", 0.8, (), True, "main"
    )
    rejected = mention("Lava International", "plan", alert=False)
    (only,) = company_lines(ARTICLE, [("l", verdict(FULL), [rejected, weak, FULL])])
    assert [only.snippet.text[a:b] for a, b in only.snippet.marks] == ["Lava International", "Lava"]


def test_main_subjects_come_first_and_the_rest_keeps_its_order() -> None:
    given = [("l", verdict(DIXON, "passing"), [DIXON]), ("l", verdict(FULL), [FULL])]
    assert [line.company for line in company_lines(ARTICLE, given)] == ["Lava International", "Dixon Technologies"]


def test_a_name_in_the_headline_alone_shows_the_opening_of_the_text() -> None:
    best = mention("Lava International", "Lava", "title")
    (only,) = company_lines(ARTICLE, [("l", verdict(best), [best])])
    assert only.snippet == Snippet(TEXT)


def test_a_headline_mention_that_decided_still_shows_where_the_text_names_the_company() -> None:
    best = mention("Lava International", "Lava", "title")
    (only,) = company_lines(ARTICLE, [("l", verdict(best), [best, FULL])])
    assert only.snippet.marks


@pytest.mark.parametrize(
    ("reasons", "expected"),
    [
        ((Reason('"handsets" nearby', 0.2), Reason("full name", 0.6)), 'full name; "handsets" nearby'),
        ((Reason("full name", 0.6), Reason("lower case", -0.5)), "full name"),
        ((Reason("a", 0.1), Reason("b", 0.2), Reason("c", 0.3), Reason("d", 0.4)), "d; c; b"),
        ((Reason("same", 0.1), Reason("same", 0.2)), "same"),
        ((), '"Lava" in the title'),
        ((Reason("lower case", -0.5),), '"Lava" in the title'),
    ],
)
def test_the_reason_names_the_strongest_arguments_for_it(reasons: tuple[Reason, ...], expected: str) -> None:
    assert reason_in_words(verdict(mention("Lava International", "Lava", "title", reasons=reasons))) == expected


def test_the_card_of_a_first_article() -> None:
    passing, main = line("Oppo", "passing"), line("Lava")
    assert alert_card(ARTICLE, "Focus Taiwan", [passing, main], AT) == AlertCard(
        (main, passing), TITLE, "https://example.org/1", ("Focus Taiwan",), AT, ("en",), 1
    )


CARD = AlertCard((line("Lava"),), TITLE, "https://example.org/1", ("Focus Taiwan",), AT, ("en",), 1)


@pytest.mark.parametrize(
    ("source", "lang", "new", "sources", "langs", "companies"),
    [
        ("Mint", "zh", (), ("Focus Taiwan", "Mint"), ("en", "zh"), ["Lava"]),
        ("Focus Taiwan", "en", (), ("Focus Taiwan",), ("en",), ["Lava"]),
        ("Mint", "", (line("Dixon"),), ("Focus Taiwan", "Mint"), ("en",), ["Lava", "Dixon"]),
        ("Mint", "", (line("Lava"),), ("Focus Taiwan", "Mint"), ("en",), ["Lava"]),
        ("Mint", "", (line("Lava", watchlist="chat"),), ("Focus Taiwan", "Mint"), ("en",), ["Lava", "Lava"]),
    ],
)
def test_a_card_grows_with_its_story(
    source: str,
    lang: str,
    new: tuple[CompanyLine, ...],
    sources: tuple[str, ...],
    langs: tuple[str, ...],
    companies: list[str],
) -> None:
    grown = grow(CARD, source=source, lang=lang, new=new)
    assert (grown.sources, grown.langs, [line.company for line in grown.companies]) == (sources, langs, companies)
    assert grown.articles == 2
    assert (grown.headline, grown.url, grown.at) == (CARD.headline, CARD.url, CARD.at)


def test_a_card_grows_to_main_subjects_first() -> None:
    card = alert_card(ARTICLE, "Focus Taiwan", [line("Oppo", "passing")], AT)
    grown = grow(card, source="Mint", lang="en", new=[line("Lava")])
    assert [line.company for line in grown.companies] == ["Lava", "Oppo"]
