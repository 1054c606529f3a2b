"""First names, surnames and places: what other packages keep of them, folded. Loaded once, when first asked."""

from collections.abc import Iterable
from functools import cache

import airportsdata
from faker.providers.person.de_DE import Provider as German
from faker.providers.person.en_GB import Provider as British
from faker.providers.person.en_IN import Provider as Indian
from faker.providers.person.en_US import Provider as American
from faker.providers.person.es_ES import Provider as Spanish
from faker.providers.person.fr_FR import Provider as French
from faker.providers.person.it_IT import Provider as Italian

from bot.text import fold

_PEOPLES = (American, British, Indian, German, French, Spanish, Italian)


@cache
def given_names() -> frozenset[str]:
    """First names that are usual in seven countries (Faker, MIT)."""
    kinds = ("first_names", "first_names_male", "first_names_female", "first_names_unisex")
    return _folded(name for people in _PEOPLES for kind in kinds for name in getattr(people, kind, ()))


@cache
def surnames() -> frozenset[str]:
    """Surnames that are usual in those countries (Faker, MIT)."""
    return _folded(name for people in _PEOPLES for name in getattr(people, "last_names", ()))


@cache
def places() -> frozenset[str]:
    """Cities that have an airport, and the states and provinces these lie in (airportsdata, MIT); 6 MB."""
    airports = airportsdata.load("IATA").values()
    return _folded(airport[part] for airport in airports for part in ("city", "subd"))


def is_place(name: str) -> bool:
    """Whether this folded name, its words parted by single spaces, is that of a city or a province."""
    return name in places()


def _folded(names: Iterable[str]) -> frozenset[str]:
    return frozenset(fold(name).text for name in names if len(name) > 1)
