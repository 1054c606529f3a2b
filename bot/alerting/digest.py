"""What a digest of one source holds: the articles that were not posted one by one, under the companies they name."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.model.card import Line, Link, Strong, TextCard
from bot.text import counted

MOST = 15
"""Headlines in one digest; the others are counted."""


@dataclass(frozen=True, slots=True)
class Item:
    """An article of a digest and the companies of the channel that it names."""

    companies: tuple[str, ...]
    title: str
    url: str


def source_digest(source: str, why: str, items: Sequence[Item], more: int) -> TextCard:
    """Each article once, under the first company that it names; `more` are articles known by their number alone."""
    told = list({item.title.casefold() or item.url: item for item in items}.values())
    named = counted(len(told) + more, "article")
    lines: list[Line] = [(Strong(f"Digest · {source}"),), (f"{why}: {named} that would have been posted one by one",)]
    shown = told[:MOST]
    for company in dict.fromkeys(item.companies[0] for item in shown):
        mine = [item for item in shown if item.companies[0] == company]
        lines.append((Strong(company), f" ({len(mine)})"))
        lines += [_line(item) for item in mine]
    if len(told) + more > len(shown):
        lines.append((f"and {len(told) + more - len(shown):,} more: /watch why <words of the article>",))
    return TextCard("digest", tuple(lines))


def _line(item: Item) -> Line:
    also = f" · also {', '.join(item.companies[1:])}" if item.companies[1:] else ""
    return ("  - ", Link(item.title or item.url or "(no headline)", item.url), also)
