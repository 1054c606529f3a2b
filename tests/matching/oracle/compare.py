"""The matcher beside the oracle, on trials drawn from a seed."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.matching import Matcher
from bot.model.company import Company
from bot.model.watchlist import Watchlist
from tests.matching.oracle import material
from tests.matching.oracle.definition import Match, Oracle
from tests.matching.oracle.mutations import mutated, text_of

_COMPANIES = 30
_TEXTS = 6
_CHANGES = 40


@dataclass(frozen=True, slots=True)
class Difference:
    """A text in which the two do not agree."""

    companies: tuple[Company, ...]
    title: str
    text: str
    missed: frozenset[Match]
    extra: frozenset[Match]


@dataclass
class Tally:
    """What was compared."""

    pairs: int = 0
    matches: int = 0
    texts: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def missed(self) -> int:
        return sum(len(difference.missed) for difference in self.differences)

    @property
    def extra(self) -> int:
        return sum(len(difference.extra) for difference in self.differences)

    def __str__(self) -> str:
        return (
            f"{self.pairs:,} pairs of a name and a window in {self.texts:,} texts: {self.matches:,} match, "
            f"{self.missed} missed, {self.extra} extra"
        )


def found_by(matcher: Matcher, title: str, text: str) -> set[Match]:
    """What the matcher offers, accepted or not."""
    return {
        Match(found.company, found.field, found.start, found.end, found.kind, found.similarity)
        for found in matcher.find(title, text)
    }


def compare(companies: Sequence[Company], matcher: Matcher, texts: Sequence[tuple[str, str]], tally: Tally) -> None:
    """Let both read the texts; `matcher` must stand for these companies by now, however it came to them."""
    oracle = Oracle(companies)
    for title, text in texts:
        due, got = oracle.matches(title, text), found_by(matcher, title, text)
        tally.texts += 1
        tally.matches += len(due)
        if due != got:
            missed, extra = frozenset(due - got), frozenset(got - due)
            tally.differences.append(Difference(tuple(companies), title, text, missed, extra))
    tally.pairs += oracle.pairs


def matcher_of(companies: Sequence[Company]) -> Matcher:
    return Matcher(Watchlist("oracle", "Oracle", tuple(companies)))


def trial(names: tuple[str, ...], chance: random.Random, tally: Tally, size: int = _COMPANIES) -> None:
    """One list, some texts about it."""
    companies = material.companies(names, size, chance)
    spelled = [text for company in companies for text in (company.name, *(alias.text for alias in company.aliases))]
    texts = list(texts_about(spelled, chance))
    compare(companies, matcher_of(companies), texts, tally)


def texts_about(spelled: Sequence[str], chance: random.Random) -> Iterator[tuple[str, str]]:
    """Titles and texts that are full of these names, changed."""
    for _ in range(_TEXTS):
        yield text_of(spelled, material.FILLER, chance, 1), text_of(spelled, material.FILLER, chance)


def trial_on_articles(chance: random.Random, tally: Tally) -> None:
    """Real names, and real articles in which some of them stand, changed."""
    names = material.real_names()
    companies = material.companies(names, 2 * _COMPANIES, chance)
    spelled = [company.name for company in companies]
    texts = []
    for article in chance.sample(material.real_texts(), _TEXTS):
        words = article.split(" ")
        for _ in range(4):
            words.insert(chance.randint(0, len(words)), mutated(chance.choice(spelled), chance))
        texts.append((mutated(chance.choice(spelled), chance), " ".join(words)))
    compare(companies, matcher_of(companies), texts, tally)


def trial_live(names: tuple[str, ...], chance: random.Random, tally: Tally) -> None:
    """One matcher whose companies come and go; the texts name those that went, too."""
    companies = list(material.companies(names, _COMPANIES // 2, chance))
    spelled = [company.name for company in companies]
    matcher = matcher_of(companies)
    for _ in range(_CHANGES):
        if companies and chance.random() < 0.5:
            gone = companies.pop(chance.randrange(len(companies)))
            matcher.remove(gone.name)
        else:
            (new,) = material.companies(names, 1, chance)
            if new.name not in {company.name for company in companies}:
                companies.append(new)
                matcher.add(new)
                spelled += [new.name, *(alias.text for alias in new.aliases)]
        compare(companies, matcher, [next(texts_about(spelled, chance))], tally)
