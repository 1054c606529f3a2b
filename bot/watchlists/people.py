"""Words that are first of all names of people: noise on a list, unless something stands beside them."""

from bot.matching.gazetteer import given_names, surnames


def kind_of_name(word: str) -> str:
    """`a first name` or `a surname` for a folded word that is one, "" for any other."""
    if word in given_names():
        return "a first name"
    return "a surname" if word in surnames() else ""
