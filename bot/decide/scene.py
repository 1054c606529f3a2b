"""What a decision is made from, and what stands between its two halves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.matching import Matcher
from bot.model.alert import Seen
from bot.model.article import Article, Extract, Identity, Known
from bot.model.channel import Channel
from bot.model.company import Mention
from bot.model.ledger import Routing, Verdict
from bot.model.source import Fetched, Source, SourceState
from bot.model.story import Story, StoryMember
from bot.model.watchlist import Watchlist
from bot.stories import StoryIndex


@dataclass(frozen=True, slots=True)
class Held:
    """An article that waits for the digest of its source: the companies it names, and the channels to hear of it."""

    article: Article
    companies: tuple[str, ...]
    channels: tuple[Channel, ...]


def held_among(
    articles: Iterable[Article], verdicts: Sequence[Verdict], routings: Sequence[Routing]
) -> tuple[Held, ...]:
    """These articles with whom they name and the channels that their routings still hold them for."""
    return tuple(
        Held(
            article,
            tuple(dict.fromkeys(v.company for v in verdicts if v.matched and v.article_id == article.id)),
            tuple(r.channel for r in routings if r.state == "held" and r.article_id == article.id),
        )
        for article in articles
    )


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything a decision may look at. `known` is by entry id; `verdicts` and `routings` are those of known articles.

    `identities` are those of the `extracts`, one each. `live` names the chat platforms that are set up. `anew`: most of
    the listing looks new, and that is no news; `held` are the articles whose digest is due. `standing` counts known
    articles that the source lists besides the `extracts`, to the letter as it did when it was last decided on.
    `late`: the bot was down when the source should have been polled.
    """

    source: Source
    before: SourceState
    fetched: Fetched
    extracts: tuple[Extract, ...]
    identities: tuple[Identity, ...]
    known: Mapping[str, Known]
    verdicts: tuple[Verdict, ...]
    routings: tuple[Routing, ...]
    lists: tuple[tuple[Watchlist, Matcher], ...]
    stories: StoryIndex
    live: frozenset[str]
    age_limit: timedelta
    now: datetime
    anew: bool = False
    held: tuple[Held, ...] = ()
    standing: int = 0
    late: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A company that an article names, on one list: the verdict and all its mentions that count."""

    watchlist: Watchlist
    verdict: Verdict
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class Arrival:
    """An article that was judged now. `recorded` says why it is not posted, and is empty when it may be."""

    article: Article
    hits: tuple[Hit, ...]
    story_id: str
    recorded: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What the articles of a poll are and whom they name. `articles` and `seen` hold also those that name nobody."""

    articles: tuple[Article, ...]
    seen: tuple[Seen, ...]
    verdicts: tuple[Verdict, ...]
    arrivals: tuple[Arrival, ...]
    stories: tuple[Story, ...]
    members: tuple[StoryMember, ...]

    @property
    def story_ids(self) -> frozenset[str]:
        """The stories whose alerts `conclude` needs to know."""
        return frozenset(arrival.story_id for arrival in self.arrivals)
