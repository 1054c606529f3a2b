"""What every platform shows of an alert's companies, before it is drawn in the platform's own idiom."""

from collections.abc import Sequence

from bot.chat.drawing.foreign import one_line
from bot.model.card import CompanyLine, Snippet

SUBJECTS = {"main": "main subject", "passing": "in passing"}
"""How a message says what a company is to an article."""


def names(companies: Sequence[CompanyLine]) -> tuple[list[str], list[str]]:
    """Main subjects, and those named in passing alone; each name once, safe to show."""
    main = list(dict.fromkeys(one_line(line.company) for line in companies if line.subject == "main"))
    others = list(dict.fromkeys(one_line(line.company) for line in companies if line.subject != "main"))
    return main, [name for name in others if name not in main]


def by_passage(companies: Sequence[CompanyLine]) -> tuple[tuple[CompanyLine, ...], ...]:
    """Companies that one passage names stand together, so that nobody reads it twice; in the order of the first."""
    groups: dict[str, list[CompanyLine]] = {}
    for position, line in enumerate(companies):
        groups.setdefault(line.snippet.text or f"{position}", []).append(line)
    return tuple(map(tuple, groups.values()))


def together(snippets: Sequence[Snippet]) -> Snippet:
    """One passage with the marks of all; where two overlap, the one that begins first stays."""
    marks: list[tuple[int, int]] = []
    for start, end in sorted({mark for snippet in snippets for mark in snippet.marks}):
        if not marks or start >= marks[-1][1]:
            marks.append((start, end))
    return Snippet(snippets[0].text, tuple(marks))


def pieces(snippet: Snippet) -> list[tuple[str, bool]]:
    """The passage in its order as (words, whether they are marked), each piece safe to show.

    Cleaned piece by piece, so that marks stay on their words; spaces between pieces are kept.
    """
    found, at = list[tuple[str, bool]](), 0
    for start, end in snippet.marks:
        found += [(spaced(snippet.text[at:start]), False), (spaced(snippet.text[start:end]), True)]
        at = end
    return [(words, marked) for words, marked in [*found, (spaced(snippet.text[at:]), False)] if words]


def spaced(words: str) -> str:
    """On one line, with the spaces at its ends that set it apart from its neighbours."""
    line = one_line(words)
    before = words[: len(words) - len(words.lstrip(" "))]
    return before + line + (" " if line and words.endswith(" ") else "")


def reason(line: CompanyLine, *, named: bool) -> str:
    """Why this company, and of which list; with its name in front where the passage names several."""
    facts = [one_line(line.reason), f"list {one_line(line.watchlist)}" if line.watchlist else ""]
    before = f"{one_line(line.company)}: " if named else ""
    return before + " · ".join(fact for fact in facts if fact)
