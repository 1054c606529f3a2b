"""A text as words: runs of letters of one kind, and numbers. Pure."""

import re

from bot.text import fold

_HAN = "\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_HAN}]+|\d+(?:[.,]\d+)*|[^\W\d_{_HAN}][^\W_{_HAN}]*")
_THOUSANDS = re.compile(r",(?=\d{3}(?!\d))")


def words(text: str) -> list[str]:
    """The folded words in reading order. 120,000 is 120000, and a number is a word of its own: "40bn", "10月"."""
    return [_number(word) if word[0].isdigit() else word for word in _WORD.findall(fold(text).text)]


def _number(word: str) -> str:
    return _THOUSANDS.sub("", word).replace(",", ".") if "," in word else word
