"""The first half of a decision: which articles are new, whom they name, which story they tell."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from bot.alerting.route import postable, takes, too_old
from bot.decide.scene import Arrival, Hit, Judged, Scene
from bot.matching import Matcher
from bot.model.alert import Seen
from bot.model.article import Article, Extract, Identity, Known
from bot.model.company import Mention
from bot.model.ledger import Verdict
from bot.model.story import FIRST_OF_STORY, Story, StoryMember
from bot.model.watchlist import Stories, Watchlist
from bot.protocols import Ids
from bot.stories import Branch, Probe, lead_of
from bot.text import fold_key

FIRST_POLL = "recorded at the source's first poll"
LET_GO = "changed after the ledger let go of it, and it says no date"


@dataclass(slots=True)
class _Draft:
    """What accumulates while the extracts are gone through, and what this poll itself has brought so far."""

    articles: dict[str, Article] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    stories: list[Story] = field(default_factory=list)
    members: list[StoryMember] = field(default_factory=list)
    judged: defaultdict[str, list[Verdict]] = field(default_factory=lambda: defaultdict(list))
    by_address: dict[tuple[str, str], str] = field(default_factory=dict)

    def known(self, identity: Identity) -> Known | None:
        """The article of this very poll that has this address and this title.

        Equal titles alone, in one listing, are different articles; so are different titles at one address.
        """
        article = self.articles.get(self.by_address.get((identity.canonical_url, identity.title_key), ""))
        return Known(article.id, article.identity.digest, article.revision) if article else None

    def take(self, article: Article) -> None:
        """Keep an article, in its newest edition, and let later extracts of this poll find it."""
        self.articles[article.id] = article
        if article.identity.canonical_url:
            self.by_address[article.identity.canonical_url, article.identity.title_key] = article.id

    def edition(self, known: Known) -> int:
        """The number of the next edition of a known article."""
        taken = self.articles.get(known.article_id)
        return max(known.revision, taken.revision if taken else 0) + 1


def judge(scene: Scene, ids: Ids) -> Judged:
    """Judge every extract that is new, changed, or new to some list; the rest is only marked as seen."""
    draft, branch = _Draft(), Branch(scene.stories)
    posted = postable(scene.source, scene.before, scene.extracts)
    for verdict in scene.verdicts:
        draft.judged[verdict.article_id].append(verdict)
    for extract, identity in zip(scene.extracts, scene.identities, strict=True):
        arrival = _arrival(scene, extract, identity, draft, ids)
        if arrival is None:
            continue
        article, hits = arrival
        recorded = _why_recorded(scene, article, scene.known.get(extract.entry_id), posted=extract.entry_id in posted)
        story_id = branch.story_of(article.id) or _assign(scene, article, hits, branch, draft, ids)
        draft.arrivals.append(Arrival(article, hits, story_id, recorded))
    return Judged(
        tuple(draft.articles.values()),
        tuple(draft.seen),
        tuple(draft.verdicts),
        tuple(draft.arrivals),
        tuple(draft.stories),
        tuple(draft.members),
    )


def _arrival(
    scene: Scene, extract: Extract, identity: Identity, draft: _Draft, ids: Ids
) -> tuple[Article, tuple[Hit, ...]] | None:
    """The article of an extract with the companies that it newly names, or None where nothing new is named."""
    stored = scene.known.get(extract.entry_id)
    known = stored or draft.known(identity)
    same_text = known is not None and known.digest == identity.digest
    if stored and stored.same_source and same_text:
        return None
    article = _article(scene, extract, identity, known, draft, ids)
    draft.seen.append(_seen(scene, article, identity))
    if known is None or known.same_source:
        if same_text:
            return None
        draft.take(article)
        hits = tuple(_hits(scene, article, draft, frozenset()))
    else:
        # Another source brought it first. Its own words are an edition of their own where they name anybody; the very
        # same words are for the lists alone that did not read the other source.
        judged = frozenset(verdict.watchlist for verdict in draft.judged[article.id]) if same_text else frozenset()
        before = len(draft.verdicts)
        hits = tuple(_hits(scene, article, draft, judged))
        if len(draft.verdicts) > before:
            draft.take(article)
    return (article, hits) if hits else None


def _article(
    scene: Scene, extract: Extract, identity: Identity, known: Known | None, draft: _Draft, ids: Ids
) -> Article:
    article_id, revision = (ids.new(), 1) if known is None else (known.article_id, draft.edition(known))
    published = min(extract.published, scene.now) if extract.published else None
    return Article(
        id=article_id,
        source=scene.source.key,
        identity=identity,
        url=extract.url,
        title=extract.title,
        text=extract.text,
        first_seen=scene.now,
        published=published,
        lang=extract.lang,
        publisher=extract.publisher,
        revision=revision,
        gap=extract.gap,
    )


def _seen(scene: Scene, article: Article, identity: Identity) -> Seen:
    return Seen(
        source=scene.source.key,
        entry_id=identity.entry_id,
        canonical_url=identity.canonical_url,
        title_key=identity.title_key,
        digest=identity.digest,
        article_id=article.id,
        at=scene.now,
    )


def _hits(scene: Scene, article: Article, draft: _Draft, without: frozenset[str]) -> Iterator[Hit]:
    """Judge the article for each list that reads its source; every verdict is kept, the matched ones come back.

    What was matched in an earlier edition is not judged again, and lists named in `without` are left out.
    """
    matched_before = {(verdict.watchlist, verdict.company) for verdict in draft.judged[article.id] if verdict.matched}
    for watchlist, matcher in scene.lists:
        if watchlist.key in without or not takes(watchlist, scene.source):
            continue
        for company, mentions in _by_company(matcher, article).items():
            if (watchlist.key, company) in matched_before:
                continue
            verdict = _verdict(article, watchlist, company, mentions, scene.now)
            draft.verdicts.append(verdict)
            draft.judged[article.id].append(verdict)
            if verdict.matched:
                yield Hit(watchlist, verdict, tuple(mention for mention in mentions if mention.alert))


def _by_company(matcher: Matcher, article: Article) -> dict[str, list[Mention]]:
    found: dict[str, list[Mention]] = defaultdict(list)
    for mention in matcher.find(article.title, article.text):
        found[mention.company].append(mention)
    return found


def _verdict(article: Article, watchlist: Watchlist, company: str, mentions: list[Mention], now: datetime) -> Verdict:
    best = max(mentions, key=lambda mention: (mention.alert, mention.confidence))
    return Verdict(
        article_id=article.id,
        revision=article.revision,
        watchlist=watchlist.key,
        company=company,
        matched=best.alert,
        confidence=best.confidence,
        subject=best.subject,
        best=best,
        at=now,
    )


def _assign(scene: Scene, article: Article, hits: tuple[Hit, ...], branch: Branch, draft: _Draft, ids: Ids) -> str:
    """The story that an article joins or begins."""
    lead = lead_of(article.text)
    companies = tuple(dict.fromkeys(fold_key(hit.verdict.company) for hit in hits))
    join = branch.find(Probe(article.title, lead, scene.now, companies, article.identity.canonical_url), _mode(hits))
    if join is None:
        story = Story(ids.new(), article.title, scene.now, scene.source.tenant)
        draft.stories.append(story)
        story_id, reason = story.id, FIRST_OF_STORY
    else:
        story_id, reason = join.story_id, join.reason
    member = StoryMember(
        story_id=story_id,
        article_id=article.id,
        source=article.source,
        title=article.title,
        lead=lead,
        canonical_url=article.identity.canonical_url,
        lang=article.lang,
        at=scene.now,
        reason=reason,
        companies=companies,
    )
    draft.members.append(member)
    branch.add(member)
    return story_id


def _mode(hits: tuple[Hit, ...]) -> Stories:
    """The most careful wish of the lists concerned: one that wants every article by itself is not overruled."""
    wishes = {hit.watchlist.stories for hit in hits}
    return next(mode for mode in ("off", "normal", "eager") if mode in wishes)


def _why_recorded(scene: Scene, article: Article, known: Known | None, *, posted: bool) -> str:
    """Why it is not posted, "" where it may be.

    Whoever was told of an article that the ledger has let go of is not known any more: to all it would be new.
    """
    if known and known.retired and known.same_source and article.published is None:
        return LET_GO
    if not posted:
        return FIRST_POLL
    if too_old(article.published, scene.now, scene.age_limit):
        return f"published more than {scene.age_limit.total_seconds() / 3600:.0f} h before it was seen"
    return ""
