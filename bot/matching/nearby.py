"""Arguments from the words near a candidate: corporate ones, everyday ones, Han words around a Han name."""

import re
from collections.abc import Iterator
from itertools import compress, count
from typing import Literal

from bot.matching import lexicon
from bot.matching.argument import Argument
from bot.matching.candidate import Candidate
from bot.matching.han import REACH, boundary
from bot.matching.legal import cjk_beginning

_NEAR = 12
_NEAR_EVERYDAY = 8
_NEAR_HAN = 24
_MOST = 3
_HAN_CUT_MOST = 3.0
_LONG_HAN_NAME = 4
_TICKER_BESIDE = re.compile(
    r"\s?[(（\[<]\s?(?:[A-Z0-9]{1,6}\.[A-Z]{1,3}|[0-9]{4,6}|(?i:nasdaq|nyse|lse|twse|tse)\s?:\s?\w+)"
)
_HAN = re.compile("[\u3400-\u9fff]")
_CORPORATE_HAN = re.compile("|".join(sorted(map(re.escape, lexicon.CORPORATE_HAN), key=len, reverse=True)))
_EVERYDAY_HAN = re.compile("|".join(sorted(map(re.escape, lexicon.EVERYDAY_HAN), key=len, reverse=True)))
_NOTHING = re.compile("(?!)")

Kind = Literal["sure", "distinctive", "open", "members"]
"""How much of its own a spelling has: enough, some, none (it is also a word or a person; the plural of a word, which
may be what the members of a club are called)."""

_CORPORATE: dict[Kind, str] = {
    "sure": "corporate_word_sure",
    "distinctive": "corporate_word",
    "open": "corporate_word",
    "members": "corporate_word",
}
_EVERYDAY: dict[Kind, frozenset[str]] = {"open": lexicon.EVERYDAY, "members": lexicon.EVERYDAY - lexicon.TEAM_SPORT}


def nearby(found: Candidate, kind: Kind, said: str) -> Iterator[Argument]:
    """Corporate words near the candidate; near a name that is also a word, the words of its everyday sense too.

    `said` is the folded word that another argument has named already; it is not repeated.
    """
    for rank, word in enumerate(corporate(found, said)):
        yield Argument(f'"{word}" nearby', _CORPORATE[kind], 1 / (rank + 2) if kind == "sure" else 1.0)
    yield from ticker_beside(found)
    if kind == "members":
        for word in team_sport(found, said):
            yield Argument(f'"{word}" nearby', "members.sport")
    if kind in _EVERYDAY:
        for word in _named(found, _NEAR_EVERYDAY, _EVERYDAY[kind], _EVERYDAY_HAN, said):
            yield Argument(f'"{word}" nearby', "everyday_word")


def ticker_beside(found: Candidate) -> Iterator[Argument]:
    """Whether a ticker follows."""
    if _TICKER_BESIDE.match(found.reading.original, found.end):
        yield Argument("ticker beside it", "ticker_beside")


def corporate(found: Candidate, said: str) -> list[str]:
    """The first words of business near the candidate."""
    return _named(found, _NEAR, lexicon.CORPORATE, _CORPORATE_HAN, said)


def team_sport(found: Candidate, said: str) -> list[str]:
    """The first words of sport between teams near the candidate."""
    return _named(found, _NEAR, lexicon.TEAM_SPORT, _NOTHING, said)


def _named(found: Candidate, near: int, words: frozenset[str], pattern: re.Pattern[str], said: str) -> list[str]:
    """The first words of the list near the candidate, as the article writes them, each once."""
    reading = found.reading
    hits: dict[str, str] = {}
    texts, begin = reading.tokens.texts, max(0, found.first - near)
    for at in compress(count(begin), map(words.__contains__, texts[begin : found.last + 1 + near])):
        if texts[at] not in hits and texts[at] != said and texts[at] not in found.name:
            hits[texts[at]] = reading.written(at)
            if len(hits) == _MOST:
                break
    start, end = max(0, found.place - _NEAR_HAN), found.place_end + _NEAR_HAN
    if len(hits) < _MOST and not reading.folded.text[start:end].isascii():
        for match in pattern.finditer(reading.folded.text, start, end):
            apart = match.end() <= found.place or match.start() >= found.place_end
            if apart and match.group() != said:
                first, last = reading.folded.span(match.start(), match.end())
                hits.setdefault(match.group(), reading.original[first:last])
    return list(hits.values())[:_MOST]


def han_words(found: Candidate) -> Iterator[Argument]:
    """Whether the words around a Han name leave it whole."""
    if found.scripts != ("han",) or found.ticker:
        return
    token = found.reading.tokens[found.first]
    name, text = found.name[0], found.reading.folded.text
    before = text[max(token.folded_start, found.place - REACH) : found.place]
    after = text[found.place_end : min(token.folded_end, found.place_end + _NEAR_HAN)]
    after = after.removeprefix(cjk_beginning(after))
    edge = boundary(before, name, after[:REACH])
    if edge.loss <= 0:
        yield Argument("a word of its own", "han_whole")
    elif edge.word:
        amount = min(_HAN_CUT_MOST, 1 + edge.loss)
        yield Argument(f'part of "{edge.word}"', "han_word_cut", amount if len(name) < _LONG_HAN_NAME else amount / 2)
    if len(name) < _LONG_HAN_NAME and (head := next((h for h in lexicon.HEADS_HAN if after.startswith(h)), "")):
        yield Argument(f'"{head}" after it', "han_head_after")
