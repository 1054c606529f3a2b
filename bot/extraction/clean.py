"""What may not stand in a text that is stored and shown: control characters, direction marks, half characters."""

import re

# Marks that turn the direction of the text around them; joiners stay, for Persian and Indic words need them.
_DIRECTION = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_REMOVED = re.compile(f"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff{_DIRECTION}]")
# Feeds write windows-1252 as if it were Latin-1; HTML reads such characters like this, too:
# https://html.spec.whatwg.org/#numeric-character-reference-end-state
_MEANT = {byte: bytes([byte]).decode("cp1252", "ignore") for byte in range(0x80, 0xA0)}
_HALF = re.compile("[\ud800-\udfff]")


def one_line(text: str) -> str:
    """The text on one line, single spaces, nothing in it that a terminal or a chat would obey."""
    return text if "\n" not in text and is_tidy(text) else " ".join(_safe(text).split())


def paragraphs(text: str) -> str:
    """The text with one line a paragraph, no empty ones, single spaces."""
    if is_tidy(text):
        return text
    lines = (" ".join(line.split()) for line in _safe(text).splitlines())
    return "\n".join(line for line in lines if line)


def is_tidy(text: str) -> bool:
    """Whether these are paragraphs already, as most texts are: then there is nothing to take apart and put together.

    What is printable holds no white space but spaces, and none of the marks and characters that are removed.
    """
    return (
        text.replace("\n", "").isprintable()
        and "  " not in text
        and "\n\n" not in text
        and " \n" not in text
        and "\n " not in text
        and text == text.strip()
    )


def shortened(text: str, limit: int) -> str:
    """At most `limit` characters, cut between words and marked with an ellipsis where something is missing."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ")
    # A long run without spaces is Chinese, Japanese, Thai or rubbish: cut it where the room ends.
    return (cut[:space] if space > limit // 2 else cut).rstrip(" ,;:–—-") + "…"


def _safe(text: str) -> str:
    return _HALF.sub("\ufffd", _REMOVED.sub("", text.translate(_MEANT)))
