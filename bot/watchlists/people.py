"""Is this word somebody's name? The one place where the lists' advice asks for it."""

from bot.matching.lexicon import GIVEN_NAMES


def kind_of_name(word: str) -> str:
    """`a first name` where this folded word is one, else ""; surnames that are words too count as words."""
    return "a first name" if word in GIVEN_NAMES else ""
