"""What outlives the process, as everyone but the outbox needs it."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from bot.model.alert import Alert, Delivery, PollOutcome, Process, Recall
from bot.model.article import Article, Identity, Known
from bot.model.channel import Channel
from bot.model.ledger import ArticleRecord, CompanyCounts, CompanyFates, Routing, Verdict
from bot.model.mute import Hearing, Mute, Untold, Waiting
from bot.model.source import SourceState
from bot.model.story import StoryMember, StorySnapshot
from bot.model.upkeep import Backlog, Expiry
from bot.model.vote import Vote
from bot.model.watchlist import Base, Revision
from bot.protocols.outgoing import Outgoing


class Store(Outgoing, Protocol):
    """Everything that outlives the process. Each method is one transaction; StoreUnavailable when it can't be done."""

    async def close(self) -> None:
        """Let go of connections."""
        ...

    def deciding(self) -> AbstractAsyncContextManager[None]:
        """Hold the right to decide: one holder per store at a time, over all processes."""
        ...

    async def source_states(
        self, keys: Collection[str] | None = None, *, after: datetime | None = None
    ) -> Mapping[str, SourceState]:
        """The health of these sources, or of every one (None), as far as they were polled; by key.

        `after`: only of those whose last success is later.
        """
        ...

    async def recall(self, asking: Mapping[str, Sequence[Identity]]) -> Recall:
        """`source_state` and `known` of each of these sources and `story_revision`, all as of one moment."""
        ...

    async def source_state(self, key: str) -> SourceState:
        """The health of one source as it is now; that of a source never polled is empty."""
        ...

    async def note_polls(self, states: Sequence[SourceState], notices: Sequence[Delivery] = ()) -> None:
        """Write the health of polls that brought nothing to decide, in one batch, with what is owed because of it."""
        ...

    async def known(self, source: str, identities: Sequence[Identity]) -> Mapping[str, Known]:
        """By entry id, those that are known: by source and id, else canonical URL, else source, title and day.

        Of the same source a URL counts only with the same title: pages without an address of their own, live blogs
        and sites that keep the page in the fragment list many articles at one address.
        """
        ...

    async def known_by_title(self, source: str, identities: Sequence[Identity], days: int) -> Mapping[str, Known]:
        """By entry id, those whose title this source listed first on the same day or up to so many days before."""
        ...

    async def articles_of(self, article_ids: Collection[str]) -> tuple[Article, ...]:
        """These articles in their newest edition, oldest first; those that are not kept any more are left out."""
        ...

    async def verdicts_of(self, article_ids: Collection[str]) -> tuple[Verdict, ...]:
        """All verdicts on these articles, every edition."""
        ...

    async def routings_of(self, article_ids: Collection[str]) -> tuple[Routing, ...]:
        """The current routings of these articles."""
        ...

    async def alerts_of(self, story_ids: Collection[str]) -> tuple[Alert, ...]:
        """All alerts of these stories."""
        ...

    async def recent_stories(self, since: datetime) -> StorySnapshot:
        """Members of stories that an article joined since then, oldest first, and the revision of the stories."""
        ...

    async def story_revision(self) -> int:
        """The revision of the stories now; it rises with every commit that touches one."""
        ...

    async def commit(self, *outcomes: PollOutcome) -> int:
        """All of these polls and their cursors in one transaction; returns the story revision after it.

        An article, an alert or a delivery is in one of the outcomes at most.
        """
        ...

    async def hearing(
        self, channels: Collection[Channel], since: datetime, *, told_since: datetime | None = None
    ) -> Hearing:
        """Mutes that have not ended, the posts and replies that these channels were owed since then, what waits.

        With `told_since` the notices that they were owed since that moment, but for dead letters.
        """
        ...

    async def waiting(self) -> tuple[Waiting, ...]:
        """What channels have not been told, by channel and cause."""
        ...

    async def untold(self, channel: Channel, *, muted: bool) -> tuple[Untold, ...]:
        """The articles that this channel has not been told, oldest first: what it muted, or all the rest."""
        ...

    async def last_digest(self, channel: Channel) -> datetime | None:
        """When the last digest was owed to this channel."""
        ...

    async def mutes(self) -> tuple[Mute, ...]:
        """Those that have not ended, the oldest first; one whose time is over has not ended until it is released."""
        ...

    async def mute(self, mute: Mute) -> None:
        """Begin a mute; one of the same channel, scope and subject gets its time, and keeps its id."""
        ...

    async def beat(self, process: Process) -> None:
        """Write or refresh the row of this process."""
        ...

    async def articles_by_url(self, canonical_url: str, limit: int = 5) -> tuple[ArticleRecord, ...]:
        """Articles of this canonical URL, newest first, with everything the ledger holds of them.

        Also those that a source listed under it, and the parts of a page that was split.
        """
        ...

    async def articles_by_company(
        self, companies: Collection[tuple[str, str]], limit: int = 5
    ) -> tuple[ArticleRecord, ...]:
        """Of these (watchlist, company) the articles judged last, newest first, matched or not."""
        ...

    async def last_judged(self, watchlists: Collection[str]) -> ArticleRecord | None:
        """The article of the newest verdict of these lists."""
        ...

    async def told_by(self, channel: Channel, message: str) -> ArticleRecord | None:
        """The article of the alert that a post in this channel tells; `message` is its id, as its platform calls it."""
        ...

    async def members_of(self, story_id: str) -> tuple[StoryMember, ...]:
        """The articles of a story as it took them, oldest first."""
        ...

    async def sources_listing(self, hosts: Sequence[str]) -> frozenset[str]:
        """The keys of sources that have listed articles of one of these hosts, as far as a look at some of them tells.

        Feeds often live elsewhere than the articles that they list.
        """
        ...

    async def articles_rejected(
        self, watchlist: str, company: str, since: datetime, limit: int = 5
    ) -> tuple[ArticleRecord, ...]:
        """Articles that spell a company of a list and don't mean it, by their last verdict since then; newest first."""
        ...

    async def articles_by_link(self, link: str, limit: int = 5) -> tuple[ArticleRecord, ...]:
        """Articles that are shown with exactly this link, newest first: redirects, which are no canonical URL."""
        ...

    async def articles_by_words(self, words: Sequence[str], limit: int = 5) -> tuple[ArticleRecord, ...]:
        """Articles whose title or text contains every word, whatever the case, newest first."""
        ...

    async def search(
        self, words: Sequence[str], *, since: datetime | None = None, limit: int = 200
    ) -> tuple[Article, ...]:
        """Articles first seen since then whose title or text contains every word, whatever the case, newest first."""
        ...

    async def index_articles(self) -> int:
        """Index the words of the next few articles that wait for that; returns how many.

        Every search finds those that wait, too, only slower.
        """
        ...

    async def last_alerted(self, channel: Channel) -> ArticleRecord | None:
        """The article of the newest alert of this channel."""
        ...

    async def alert(self, alert_id: str) -> Alert | None:
        """The alert of this id, or None. Of `said` and `lost` nothing is promised here."""
        ...

    async def vote(self, new: Sequence[Vote]) -> None:
        """Keep these votes; each takes the place of an earlier one of its key."""
        ...

    async def votes(self, watchlist: str, company: str, since: datetime) -> tuple[Vote, ...]:
        """The votes since then on all spellings of a company of a list, in every channel, oldest first."""
        ...

    async def articles_since(self, since: datetime, *, after: str = "", limit: int = 500) -> tuple[Article, ...]:
        """Articles first seen since then, ordered by id, the next `limit` after that id; an empty answer is the end."""
        ...

    async def company_counts(self, watchlist: str, since: datetime) -> Mapping[str, CompanyCounts]:
        """How each company of a list fared since then; companies without a verdict are left out."""
        ...

    async def company_fates(self, watchlist: str, company: str, channel: Channel, since: datetime) -> CompanyFates:
        """What became in a channel of the stories that a list matched for a company since then."""
        ...

    async def table_counts(self) -> Mapping[str, int]:
        """Rows by table name: articles, stories, verdicts, alerts, routings, deliveries, sources, revisions."""
        ...

    async def record_revision(self, revisions: Sequence[Revision], notices: Sequence[Delivery] = ()) -> None:
        """Append changes to the history, and owe the notices that tell of them: all or nothing."""
        ...

    async def revisions(self, watchlist: str, *, pending_only: bool = False) -> tuple[Revision, ...]:
        """The history of a list ("" for all lists), oldest first."""
        ...

    async def settle_revisions(self, ids: Collection[str]) -> None:
        """Mark revisions as no longer pending: they stand in the file by now."""
        ...

    async def channels(self) -> Mapping[str, Channel]:
        """By the channel as written (`str(channel)`), which one it has turned out to be."""
        ...

    async def save_channels(self, found: Mapping[str, Channel], at: datetime) -> None:
        """Keep which channels written ones have turned out to be; a later finding replaces an earlier one."""
        ...

    async def bases(self) -> Mapping[str, Base]:
        """By list key, what file and store last agreed on."""
        ...

    async def save_base(self, base: Base) -> None:
        """Write or replace the base of a list."""
        ...

    async def backlog(self) -> Backlog:
        """How much is to be delivered, and how far delivery has come; canaries are left out."""
        ...

    async def processes(self) -> tuple[Process, ...]:
        """Every bot that said it lives and has not said goodbye, the newest first; its beat says whether it does."""
        ...

    async def leave(self, boot_id: str) -> None:
        """Say goodbye: the row of this process goes."""
        ...

    async def marks(self) -> Mapping[str, datetime]:
        """Moments that were marked, by name."""
        ...

    async def mark(self, name: str, at: datetime | None) -> None:
        """Keep a moment by name in the place of an earlier one; None takes it away."""
        ...

    async def is_first(self, what: str, at: datetime, since: datetime) -> bool:
        """Whether nobody has asked this about `what` from `since` on: of several processes one is told so."""
        ...

    async def forget_source(self, source: str, before: datetime) -> int:
        """Let go of a source's articles first seen before then, with all that hangs on them; returns how many."""
        ...

    async def retire(self, limits: Expiry, now: datetime, most: int = 500) -> Mapping[str, int]:
        """Let go of what is older than the limits, at most so many of each: how many `texts`, `articles`, `messages`.

        Nothing that is owed to a channel goes, nor what it needs, nor what was seen, nor the history of lists.
        """
        ...

    async def give_back(self) -> None:
        """Return what free space the database holds to the disk, as far as that can be done beside other work."""
        ...

    async def size(self) -> int:
        """Bytes that the store takes; 0 where nobody can say."""
        ...
