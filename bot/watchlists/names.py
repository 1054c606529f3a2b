"""Names as people type them: cleaned of what can't be seen, folded for comparison, quoted in messages."""

import re
import unicodedata
from functools import lru_cache

from bot.model import company
from bot.text import fold_key

MIN_NAME, MAX_NAME = company.MIN_NAME, company.MAX_NAME
SHOWN = 60

# Words of nearly every article, watched only where they are quoted. Only as written here: ON, NO, IT are companies.
FUNCTION_WORDS = frozenset(
    re.findall(
        r"\S+",
        """a an and are as at be but by for from has he her his i in is it its no not of on or our she so that the
        their they this to was we were will with you 的 了 是 在 和 有 我 你 他 她""",
    )
)
_SECRET = re.compile(r"hooks\.slack\.com|/api/webhooks/|\bxox[a-z]-|\bxapp-", re.IGNORECASE)
_SPACE = re.compile(r"[^\S ]+")
_VARIATION_SELECTORS = frozenset(range(0xFE00, 0xFE10)) | frozenset(range(0xE0100, 0xE01F0))


def is_invisible(char: str) -> bool:
    """Whether a character draws nothing: zero-width, soft hyphen, direction mark, variation selector."""
    return unicodedata.category(char) == "Cf" or ord(char) in _VARIATION_SELECTORS


def clean(text: str) -> str:
    """The text as it is kept: invisible characters gone, tabs and breaks a space, trimmed; spaces stay as written."""
    if not (text.isascii() and text.isprintable()):
        text = "".join(char for char in text if not is_invisible(char))
    return _SPACE.sub(" ", text).strip()


@lru_cache(maxsize=65536)
def fold_name(text: str) -> str:
    """The key by which two spellings are one company; a name of signs alone is its own key."""
    return fold_key(text) or text.casefold().strip()


def has_secret(text: str) -> bool:
    """Whether a text holds a webhook address or a token, which must not be repeated anywhere."""
    return bool(_SECRET.search(text))


def shown(text: str) -> str:
    """The text between backquotes for a message: one line, at most 60 characters, never a secret."""
    if has_secret(text):
        return "`(a secret)`"
    line = "".join(char if char.isprintable() else " " for char in clean(text)).replace("`", "'")
    return f"`{line[: SHOWN - 3]}...`" if len(line) > SHOWN else f"`{line}`"


def fault_in_name(text: str) -> str:
    """Why this can't be watched as a name, or ""."""
    faults = (
        (not text, "the name is empty: write one"),
        (not_text(text), f"{shown(text)} holds characters that no text has: write it without them"),
        (
            not any(unicodedata.category(char)[0] in "LN" for char in text),
            f"{shown(text)} has no letter and no digit: write a name",
        ),
        (len(text) < MIN_NAME, f"{shown(text)} is too short: write {MIN_NAME} characters or more"),
        (
            len(text) > MAX_NAME,
            f"{shown(text)} is too long: {len(text)} characters, and {MAX_NAME} are the limit: write less",
        ),
    )
    return next((fault for applies, fault in faults if applies), "")


def not_text(text: str) -> bool:
    """Whether a text holds control characters, halves of surrogate pairs or private code points."""
    return any(unicodedata.category(char) in ("Cc", "Cs", "Co") for char in text)
