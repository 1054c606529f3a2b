"""Counts in words."""

import pytest

from bot.text import counted


@pytest.mark.parametrize(
    ("number", "many", "said"),
    [
        (0, "", "0 lists"),
        (1, "", "1 list"),
        (2, "", "2 lists"),
        (1200, "", "1,200 lists"),
        (1, "companies", "1 list"),
        (3, "lists of companies", "3 lists of companies"),
    ],
)
def test_a_count_has_its_plural(number: int, many: str, said: str) -> None:
    assert counted(number, "list", many) == said
