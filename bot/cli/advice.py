"""What to change in a list when a verdict is wrong: one line a company, ready to be pasted."""

import re
from collections.abc import Sequence

from bot.matching.near import Near
from bot.matching.words import frequency
from bot.model.company import Alias, Company, Mention
from bot.text import fold_key
from bot.watchlists.names import FUNCTION_WORDS
from bot.watchlists.write import scalar

_AROUND = 160
_TELLING = 2e-4
"""Share among all words up to which a word says what a text is about."""
_EVERYWHERE = 1e-3
_MOST = 3
_WORD = re.compile(r"[^\W\d_][\w'-]*")


def for_mention(company: Company, mention: Mention, field: str) -> str:
    """What would turn this verdict around; `field` is the whole title or text that the mention stands in."""
    if mention.alert:
        return f"if this is not {company.name}, add {_against(company, mention, field)}"
    vetoes = [phrase for phrase in company.exclude if any(f'"{phrase}"' in reason.text for reason in mention.reasons)]
    if vetoes:
        return f"if this is {company.name}, delete {scalar(vetoes[0], flow=True)} from its exclude"
    return f"if this is {company.name}, add {_for(company, mention, field)}"


def for_near(near: Near) -> str:
    """What would let this spelling count."""
    if "`threshold:" in near.why:
        return f"if this is {near.company.name}, lower its threshold"
    return f"if this is {near.company.name}, add aliases: [{scalar(near.written, flow=True)}]"


def _against(company: Company, mention: Mention, field: str) -> str:
    phrase = _longer(mention, field)
    if phrase:
        return f"exclude: [{scalar(phrase, flow=True)}]"
    alias = next((one for one in company.aliases if one.text == mention.alias), Alias(mention.alias))
    if alias.weak is not True and mention.kind != "ticker":
        return f"aliases: [{{text: {scalar(mention.alias, flow=True)}, weak: true}}] and words of its trade as context"
    return "evidence: strict"


def _for(company: Company, mention: Mention, field: str) -> str:
    if words := _telling(company, mention, field)[:_MOST]:
        return f"context: [{', '.join(scalar(word, flow=True) for word in words)}]"
    return f"aliases: [{{text: {scalar(mention.alias, flow=True)}, weak: false}}], or words of its trade as context"


def _longer(mention: Mention, field: str) -> str:
    """The mention with the word beside it, where the two could be the name of something else: "Lava Records"."""
    after = re.match(r"[ -]([^\W\d_][\w'-]*)", field[mention.end :])
    if after and _goes_with(mention, after[1]):
        return mention.text + after[0]
    before = re.search(r"([^\W\d_][\w'-]*)[ -]$", field[max(0, mention.start - _AROUND) : mention.start])
    return before[0] + mention.text if before and _goes_with(mention, before[1]) else ""


def _goes_with(mention: Mention, word: str) -> bool:
    """Whether both are names ("Lava Records") or both are words ("lava lamp")."""
    alike = word[:1].isupper() == mention.text[:1].isupper()
    return alike and word.casefold() not in FUNCTION_WORDS and frequency(word.casefold()) < _EVERYWHERE


def _telling(company: Company, mention: Mention, field: str) -> list[str]:
    """Words near the mention that say what the text is about, the rarest first."""
    own = {word for name in _names(company) for word in fold_key(name).split()}
    near = field[max(0, mention.start - _AROUND) : mention.end + _AROUND]
    words = {word: frequency(word.casefold()) for word in _WORD.findall(near) if word.casefold() not in own}
    telling = [word for word in words if len(word) > 3 and word.isascii() and 0 < words[word] < _TELLING]
    return sorted(telling, key=lambda word: words[word])


def _names(company: Company) -> Sequence[str]:
    return (company.name, *(alias.text for alias in company.aliases))
