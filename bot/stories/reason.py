"""Why an article joined, in words. Pure."""

import re
from collections.abc import Iterable

from bot.stories.rarity import is_han
from bot.text import Folded, fold

SHOWN = 4
"""How many of the words shared are named."""


def similar_words(alike: float, shared: Iterable[str], title: str, lead: str) -> str:
    """`similar words (0.42): Noida, handsets`: words as the article writes them, in the order of `shared`."""
    text = fold(f"{title}\n{lead}")
    spans: list[tuple[int, int]] = []
    for term in shared:
        begin, end = _place(text, term)
        touching = [span for span in spans if begin <= span[1] and span[0] <= end] if is_han(term) else []
        if touching:  # overlapping pairs of Han characters are one word
            at = spans.index(touching[0])
            spans[at] = (min(begin, spans[at][0]), max(end, spans[at][1]))
        elif end:
            spans.append((begin, end))
        if len(spans) == SHOWN:
            break
    words = dict.fromkeys(text.original[slice(*text.span(*span))] for span in spans)
    return f"similar words ({alike:.2f}){': ' if words else ''}{', '.join(words)}"


def _place(text: Folded, term: str) -> tuple[int, int]:
    """Where a term first stands, with the s that was cut; (0, 0) for one written otherwise, such as "120,000"."""
    pattern = re.escape(term) if is_han(term) else rf"(?<![^\W_]){re.escape(term)}s?(?![^\W_])"
    found = re.search(pattern, text.text)
    return found.span() if found else (0, 0)
