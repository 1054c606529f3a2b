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


@dataclass(frozen=True, slots=True)
class Around:
    """What a digest says besides its stories.

    Articles that were muted meanwhile, messages that could not be delivered, sources of the channel and how many of
    them fail; `more` is the command that shows all of the digest.
    """

    muted: int = 0
    failed: int = 0
    sources: int = 0
    failing: int = 0
    more: str = ""


NOTHING_AROUND = Around()


def channel_digest(
    opening: Sequence[Span], stories: Sequence[AlertCard], articles: int, around: Around = NOTHING_AROUND
) -> TextCard:
    """Each story once, under its first company, the widest first; those named in passing only in one line.

    `opening` says which digest this is; `articles` is how many wait in it.
    """
    main = [card for card in in_order(stories) if _is_main(card)]
    passing = Counter(_first(card) for card in stories if not _is_main(card))
    counts = f"{counted(len(stories), 'story', 'stories')}, {counted(articles, 'article')}"
    lines: list[Line] = [
        (Strong("Digest"), *(span for each in opening for span in (" · ", each))),
        (f"{counts} · {around.muted:,} muted · {around.failed:,} failed",),
    ]
    shown, rest = main[:MOST], main[MOST:]
    for company, _ in Counter(_first(card) for card in shown).most_common():
        mine = [card for card in shown if _first(card) == company]
        lines.append((Strong(company), f" ({sum(_first(card) == company for card in main)})"))
        lines += [_story_line(card) for card in mine]
    if rest:
        names = ", ".join(f"{company} ({count})" for company, count in Counter(map(_first, rest)).most_common(MOST))
        lines.append((f"and {counted(len(rest), 'more story', 'more stories')}: {names}",))
    if passing:
        lines.append((f"In passing ({passing.total()}): {', '.join(name for name, _ in passing.most_common(MOST))}",))
    if around.failing:
        lines.append((f"{around.failing:,} of {counted(around.sources, 'source')} failing: /watch sources",))
    return TextCard("digest", tuple(lines), around.more if rest or passing else "")


def in_order(stories: Sequence[AlertCard]) -> list[AlertCard]:
    """The stories as a digest lists them: main subjects before those in passing, the widest first."""
    return sorted(stories, key=lambda card: (not _is_main(card), -len(card.sources), -card.articles))


def story_line(card: AlertCard) -> Line:
    """A story on a line of its own: its company before its headline."""
    return (Strong(_first(card)), *_story_line(card))


def _is_main(card: AlertCard) -> bool:
    return any(line.subject == "main" for line in card.companies)


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
