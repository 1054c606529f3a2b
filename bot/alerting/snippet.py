"""A readable passage around a mention: one line, cut where a reader would cut it. Pure."""

import re
from collections.abc import Sequence
from itertools import accumulate

from wcwidth import iter_graphemes

from bot.model.card import Snippet

WIDTH = 160
BEFORE, AFTER = "… ", " …"

_SPACES = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
# A sentence ends before white space and anything but a small letter ("Inc. said" goes on), or at a full-width stop.
_SENTENCE_END = re.compile(r"""[.!?…]["”’»)\]]*\s+(?=[^\sa-z])|[。！？][」』”）]*\s*""")
# Scripts that write no spaces between words: a cut between any two characters reads well.
_UNSPACED = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
_NO_BEGINNING = " ,.;:!?)]}，。、；：！？）」』”’"

Span = tuple[int, int]


def snippet(text: str, mentions: Sequence[Span], width: int = WIDTH) -> Snippet:
    """The passage around the first of `mentions` (best first), at most `width` code points, with its marks.

    `mentions` are (start, end) code points of `text`; every one that lies whole inside the passage is marked, in
    reading order and without overlaps. White space is one space; "…" stands where a sentence is cut. A mention longer
    than `width` is shown whole. Without mentions it is the opening of the text.
    """
    best = mentions[0] if mentions else (0, 0)
    low, high = max(0, best[0] - 4 * width), min(len(text), best[1] + 4 * width)
    near = [span for span in mentions if low <= span[0] < span[1] <= high]
    flat, marks = _one_line(text[low:high], [(start - low, end - low) for start, end in near])
    anchor = marks[0] if marks else (0, 0)
    cuts = _cuts(flat)
    start, begun = _start(flat, anchor, cuts, width, whole=low == 0, last=high == len(text))
    room = width - (0 if begun else len(BEFORE))
    end, ended = _end(flat, (start, anchor[1]), cuts, start + room, last=high == len(text))
    before, after = "" if begun else BEFORE, "" if ended else AFTER
    moved = [(s - start + len(before), e - start + len(before)) for s, e in marks if start <= s and e <= end]
    return Snippet(before + flat[start:end].rstrip() + after, _disjoint(moved))


def _one_line(text: str, spans: Sequence[Span]) -> tuple[str, list[Span]]:
    def moved(offset: int) -> int:
        return len(_SPACES.sub(" ", text[:offset]).lstrip(" "))

    flat = _SPACES.sub(" ", text).strip(" ")
    return flat, [(moved(start), min(moved(end), len(flat))) for start, end in spans]


def _cuts(flat: str) -> tuple[list[int], list[int]]:
    """Where `flat` may be cut well (between words), and where at worst (between graphemes); both sorted."""
    edges = [0, *accumulate(len(grapheme) for grapheme in iter_graphemes(flat))]
    good = [
        edge
        for edge in edges
        if edge in (0, len(flat)) or " " in flat[edge - 1 : edge + 1] or _UNSPACED.search(flat[edge - 1 : edge + 1])
    ]
    return good, edges


def _start(
    flat: str, anchor: Span, cuts: tuple[list[int], list[int]], width: int, *, whole: bool, last: bool
) -> tuple[int, bool]:
    """Where the passage starts, and whether that is the beginning of a sentence."""
    begins = [0] if whole else []
    begins += [found.end() for found in _SENTENCE_END.finditer(flat) if found.end() <= anchor[0]]
    if last and (fitting := [begin for begin in begins if len(flat) - begin <= width]):
        return fitting[0], True
    if begins and anchor[1] - begins[-1] <= width * 3 // 4:
        return begins[-1], True
    target = max(1, anchor[0] - width // 3)
    for choice in cuts:
        if start := next((cut for cut in choice if target <= cut <= anchor[0]), 0):
            while start < anchor[0] and flat[start] in _NO_BEGINNING:
                start += 1
            return start, False
    return anchor[0], anchor[0] == 0


def _end(flat: str, held: Span, cuts: tuple[list[int], list[int]], limit: int, *, last: bool) -> tuple[int, bool]:
    """Where the passage that holds `held` ends, at `limit` if it can, and whether a sentence ends there."""
    start, least = held
    if last and len(flat) <= limit:
        return len(flat), True
    ends = [found.end() for found in _SENTENCE_END.finditer(flat, start) if found.end() <= limit]
    if ends and ends[-1] >= max(least, start + (limit - start) * 3 // 5):
        return ends[-1], True
    for choice in cuts:
        if end := next((cut for cut in reversed(choice) if least <= cut <= limit - len(AFTER) and cut > start), 0):
            return end, False
    return max(least, start), False


def _disjoint(spans: Sequence[Span]) -> tuple[Span, ...]:
    kept: list[Span] = []
    for start, end in sorted(set(spans), key=lambda span: (span[0], -span[1])):
        if start < end and (not kept or start >= kept[-1][1]):
            kept.append((start, end))
    return tuple(kept)
