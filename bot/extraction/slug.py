"""The words of an address: all that is known of an article whose page was not read."""

import re
from urllib.parse import unquote, urlsplit

from bot.extraction.clean import one_line

_SUFFIX = re.compile(r"\.(?:s?html?|php|aspx?|jsp|cfm)$", re.IGNORECASE)
_BETWEEN = re.compile(r"[-_+.~]+|%20")
_FEWEST_WORDS = 3


def title_in(url: str) -> str:
    """The words of the last part of the path that has some; the address itself where none has, "" for no address.

    `/2026/11/lava-opens-a-plant-48213.html` gives "lava opens a plant".
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    for part in reversed(unquote(parts.path).split("/")):
        words = [word for word in _BETWEEN.split(_SUFFIX.sub("", part)) if any(char.isalpha() for char in word)]
        said = one_line(" ".join(word for word in words if not _is_id(word)))
        if len(words) >= _FEWEST_WORDS or (said and not said.isascii()):
            return said
    return one_line(f"{parts.netloc}{unquote(parts.path)}{'?' + parts.query if parts.query else ''}")


def _is_id(word: str) -> bool:
    """Letters and digits in one, and many of them: `idUSKBN2A1B3C`, not `5G`."""
    return len(word) >= 8 and any(char.isdigit() for char in word)
