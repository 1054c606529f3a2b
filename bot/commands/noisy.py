"""Which names will be noisy: those that are first of all something else, and the question that they raise."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from itertools import chain

from bot.commands.companies import as_command, as_name
from bot.commands.desk import Desk
from bot.commands.lookback import DAYS, LookBack, in_words, look_back, told
from bot.commands.lookup import name_key
from bot.commands.words import quoted
from bot.matching.gazetteer import given_names, is_place, surnames
from bot.matching.words import frequency, is_ordinary
from bot.model.card import Line
from bot.model.company import Company
from bot.model.watchlist import Watchlist
from bot.text import counted

EVERYWHERE = 1e-3
"""Share among all words from which a word stands in nearly every article: watched alone only when it is quoted."""
_SHORT = 2
"""Characters of a name in Chinese, Japanese or Korean that is a part of many other words."""
_SUGGESTED = 3
_EXAMPLES = ("phone", "factory")


def is_everywhere(name: str) -> bool:
    """Whether this is a word of nearly every article."""
    return frequency(name_key(name)) >= EVERYWHERE


def is_bare(company: Company) -> bool:
    """Whether nothing but its name tells the company."""
    return not company.context and not company.tickers


def kind_of_word(name: str) -> str:
    """What a name is besides: `an everyday word`, `a surname`, `a place`; "" where it is nothing but a name."""
    word = name_key(name)
    if not word.isascii() and len(word) <= _SHORT:
        return "a word of two characters, which others hold or mean something else"
    if word.isdigit():
        return "a number"
    if word in given_names():
        return "a first name"
    if word in surnames():
        return "a surname"
    if " " not in word and is_ordinary(word):
        return "an everyday word"
    return "the name of a place" if is_place(word) else ""


async def about_noise(
    desk: Desk, heard: Sequence[Watchlist], company: Company, *, looks: bool = True
) -> tuple[Line, ...]:
    """What the name is besides, and (`looks`) what it would have alerted, with examples; nothing for a mere name."""
    kind = await asyncio.to_thread(kind_of_word, company.name) if is_bare(company) else ""
    if not kind:
        return ()
    said = f'"{company.name}" is also {kind}: an article must show that the company is meant.'
    if not looks:
        return ((said,),)
    watchlist = heard[0] if len(heard) == 1 else Watchlist("", "")
    back = await look_back(desk, watchlist, company)
    return ((said,), (_fired(back),), *told(desk, back.newest))


def _fired(back: LookBack) -> str:
    if not back.held:
        return f"No article of the last {DAYS} days has it, so nobody can say yet how noisy it would be."
    held = f"{'at least ' if back.more else ''}{counted(back.held, 'article')}"
    such = ", such as:" if back.fired else "."
    return f"In {DAYS} days {held} had the word; {in_words(back)} would have alerted{such}"


def near_words(heard: Sequence[Watchlist]) -> tuple[str, ...]:
    """Words that tell the companies of these lists, the most usual first: they may tell one more; () for none."""
    counts = Counter(chain.from_iterable(company.context for one in heard for company in one.companies))
    return tuple(word for word, _ in counts.most_common(_SUGGESTED))


def with_words(company: Company, words: Sequence[str]) -> str:
    """The command that adds the company with context words."""
    near = ", ".join(map(as_name, words or _EXAMPLES))
    return f"add {as_command(company) if company.aliases or company.exclude else as_name(company.name)} near {near}"


def as_it_is(company: Company) -> str:
    """The command that adds the company as it was written, and asks no more."""
    return f"add {as_command(company).replace(as_name(company.name), quoted(company.name), 1)}"
