"""Text made to fit where there is only so much room, never cut inside a character. Pure."""

from collections.abc import Callable, Sequence

from wcwidth import iter_graphemes

MORE = "…"
_FIRST_STRONG, _POP = "\u2068", "\u2069"


def units(text: str) -> int:
    """The length as clients count that keep text in UTF-16."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, most: int, size: Callable[[str], int] = units) -> str:
    """At most so many UTF-16 units, whole characters as readers see them; an ellipsis says that there was more.

    `size`: what a piece of the text takes, where that is more than its units.

    Text that runs from right to left stays isolated. A character that is longer than all the room is left out.
    """
    if size(text) <= most:
        return text
    room = most - len(MORE) - len(_POP)
    kept: list[str] = []
    for grapheme in iter_graphemes(text[: most + 1]):
        room -= size(grapheme)
        if room < 0:
            break
        kept.append(grapheme)
    head = "".join(kept)
    return head + MORE + _POP * (head.count(_FIRST_STRONG) - head.count(_POP))


def some(words: Sequence[str], between: str, most: int) -> str:
    """The words one after another as far as they fit, and how many there are besides: `a, b and 3 more`."""
    kept: list[str] = []
    room = most - len(" and 1,000,000 more")
    for word in words:
        word = cut(word, most // 2)  # noqa: PLW2901 - one endless name must not hide the others
        room -= units(word) + len(between)
        if room < 0:
            break
        kept.append(word)
    left = len(words) - len(kept)
    return between.join(kept) + (f" and {left:,} more" if left else "")
