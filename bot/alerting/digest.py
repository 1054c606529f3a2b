"""What digests hold: of a source, or of a channel, what was not posted one by one, under the companies it names."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.model.card import AlertCard, Line, Link, Span, Strong, TextCard
from bot.text import counted

MOST = 15
"""Headlines in one digest; the others are counted."""

REPORTED = 3
"""Stories that the report of a mute names."""


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


def channel_digest(opening: Sequence[Span], stories: Sequence[AlertCard], articles: int, *, muted: int = 0) -> TextCard:
    """Each story once, under its first company, the widest first; those named in passing only in one line.

    `opening` says which digest this is; `articles` and `muted` are how many articles wait in it, and were muted since.
    """
    main: list[AlertCard] = []
    passing: Counter[str] = Counter()
    for card in stories:
        if any(line.subject == "main" for line in card.companies):
            main.append(card)
        else:
            passing[_first(card)] += 1
    main.sort(key=lambda card: (-len(card.sources), -card.articles))
    counts = f"{counted(len(stories), 'story', 'stories')}, {counted(articles, 'article')}"
    lines: list[Line] = [
        (Strong("Digest"), *(span for each in opening for span in (" · ", each))),
        (f"{counts} · {muted} muted" if muted else counts,),
    ]
    shown, rest = main[:MOST], main[MOST:]
    for company, _ in Counter(_first(card) for card in shown).most_common():
        mine = [card for card in shown if _first(card) == company]
        lines.append((Strong(company), f" ({sum(_first(card) == company for card in main)})"))
        lines += [_story_line(card) for card in mine]
    if rest:
        names = ", ".join(f"{company} ({count})" for company, count in Counter(map(_first, rest)).most_common(MOST))
        more = counted(len(rest), "story", "stories")
        lines.append((f"and {more} more: {names}. One of them: /watch why <words of its headline>",))
    if passing:
        lines.append((f"In passing ({passing.total()}): {', '.join(name for name, _ in passing.most_common(MOST))}",))
    return TextCard("digest", tuple(lines))


def _first(card: AlertCard) -> str:
    return card.companies[0].company


def _story_line(card: AlertCard) -> Line:
    also = list(dict.fromkeys(line.company for line in card.companies if line.company != _first(card)))
    notes = [counted(len(card.sources), "source")] if len(card.sources) > 1 else list(card.sources)
    notes += [f"also {', '.join(also)}"] if also else []
    return (
        "  - ",
        Link(card.headline or card.url or "(no headline)", card.url),
        f" · {', '.join(notes)}" if notes else "",
    )


def mute_report(label: str, stories: Sequence[AlertCard], articles: int) -> TextCard:
    """What a mute that ended held back: how much, and the stories with the most sources."""
    counts = f"{counted(articles, 'article')} in {counted(len(stories), 'story', 'stories')}"
    widest = sorted(stories, key=lambda card: (-len(card.sources), -card.articles))[:REPORTED]
    opening: Line = (Strong(label), f" is heard again here: {counts} held back{', the biggest:' if widest else ''}")
    return TextCard(
        "notice", (opening, *map(_story_line, widest), ("All of them in one message: /watch digest muted",))
    )
