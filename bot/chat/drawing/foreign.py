"""Text from outside, made safe to show on one line of any chat or terminal. Pure."""

import unicodedata
from urllib.parse import quote, urlsplit

_JOINERS = "\u200c\u200d"
_FIRST_STRONG, _POP = "\u2068", "\u2069"
_URL_CHARS = "%/:?#[]@!$&'()*+,;=-._~"


def one_line(text: str) -> str:
    """The text on one line, without control characters, escape sequences, hidden characters or direction marks.

    White space is one space. Text that runs from right to left is isolated, so that it can't turn what stands beside
    it around. Letters stay as they are: nothing is normalised that a reader sees.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    line = " ".join("".join(map(_shown, text)).split())
    return f"{_FIRST_STRONG}{line}{_POP}" if any(map(_runs_left, line)) else line


def web_link(url: str) -> str:
    """The address in plain ASCII where it is http(s) and names a host, else ""."""
    try:
        parts = urlsplit(url.strip())
        if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
            return ""
    except ValueError:
        return ""
    return quote("".join(char for char in url.strip() if _shown(char).strip()), safe=_URL_CHARS, errors="ignore")


def _shown(char: str) -> str:
    """The character itself, a space for what breaks lines or controls, nothing for what hides."""
    category = unicodedata.category(char)
    if category in ("Cc", "Zl", "Zp", "Zs"):
        return " "
    if category == "Cf":
        return char if char in _JOINERS else ""
    return "\ufffd" if category in ("Cs", "Cn", "Co") else char


def _runs_left(char: str) -> bool:
    return unicodedata.bidirectional(char) in ("R", "AL", "AN")
