"""The digest of a source: each article once, under the first company it names; the rest counted."""

import pytest

from bot.alerting.digest import Item, source_digest
from bot.model.card import Link, Strong


def lines(items: list[Item], more: int = 0) -> list[str]:
    card = source_digest("Focus", "Most of it looked new", items, more)
    assert card.kind == "digest"
    said = []
    for line in card.lines:
        spans = (f"<{span.text}|{span.url}>" if isinstance(span, Link) else span for span in line)
        said.append("".join(f"*{span.text}*" if isinstance(span, Strong) else str(span) for span in spans))
    return said


def item(title: str, *companies: str) -> Item:
    return Item(companies or ("Lava",), title, f"https://focus.example/{title}")


@pytest.mark.parametrize(
    ("items", "more", "said"),
    [
        (
            [item("one"), item("two", "Dixon", "Lava"), item("three")],
            0,
            [
                "*Digest · Focus*",
                "Most of it looked new: 3 articles that would have been posted one by one",
                "*Lava* (2)",
                "  - <one|https://focus.example/one>",
                "  - <three|https://focus.example/three>",
                "*Dixon* (1)",
                "  - <two|https://focus.example/two> · also Lava",
            ],
        ),
        (
            [item("One"), Item(("Lava",), "one", "https://focus.example/other"), Item(("Lava",), "", "")],
            7,
            [
                "*Digest · Focus*",
                "Most of it looked new: 9 articles that would have been posted one by one",
                "*Lava* (2)",
                "  - <one|https://focus.example/other>",
                "  - <(no headline)|>",
                "and 7 more: /watch why <words of the article>",
            ],
        ),
    ],
    ids=["by company", "equal titles, and others by number"],
)
def test_a_digest_lists_each_article_once(items: list[Item], more: int, said: list[str]) -> None:
    assert lines(items, more) == said


def test_a_long_digest_is_cut_with_a_count() -> None:
    said = lines([item(f"n{n}") for n in range(40)], more=1000)
    assert sum(line.startswith("  - ") for line in said) == 15
    assert said[1].endswith("1,040 articles that would have been posted one by one")
    assert said[-1] == "and 1,025 more: /watch why <words of the article>"
