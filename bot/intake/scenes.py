"""What polls brought, with all that a decision about it may look at."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.apart import computed
from bot.decide import Held, Scene, held_among
from bot.intake.health import Health
from bot.matching import Matcher
from bot.model.article import Extract, Identity, Known
from bot.model.source import Fetched, Source, SourceState
from bot.model.watchlist import Watchlist
from bot.polling import TITLES_LAST, digest_is_due, is_anew, is_late, is_news
from bot.protocols import Clock, Store
from bot.stories import Names, StoryIndex
from bot.stories.index import WINDOW


@dataclass(frozen=True, slots=True)
class Case:
    """What one poll brought to be decided. `standing` counts articles that its source lists besides the `extracts`."""

    source: Source
    fetched: Fetched
    extracts: tuple[Extract, ...]
    identities: tuple[Identity, ...]
    standing: int


class Scenes:
    """Sets the scene for decisions: the lists and the stories as they are now, and what the store remembers."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        health: Health,
        lists: Callable[[], Sequence[Watchlist]],
        live: frozenset[str],
        age_limit: timedelta,
    ) -> None:
        """As `Intake` is given them."""
        self._store = store
        self._clock = clock
        self._health = health
        self._lists = lists
        self._live = live
        self._age_limit = age_limit
        self._matchers: dict[str, tuple[Watchlist, Matcher]] = {}
        self.stories = StoryIndex(revision=-1)
        self.catches_up = False

    async def open(self) -> None:
        """Make the matchers and load the recent stories."""
        await self._current_matchers()
        await self._refresh_stories(await self._store.story_revision())

    async def of(self, cases: Sequence[Case]) -> tuple[Scene, ...]:
        """A scene a case, up to the first one that touches what an earlier one may change.

        Call while the right to decide is held. The cases are of different sources.
        """
        now = self._clock.now()
        lists = await self._current_matchers()
        recall = await self._store.recall({case.source.key: case.identities for case in cases})
        await self._refresh_stories(recall.story_revision)
        scenes: list[Scene] = []
        touched: set[str] = set()
        for case in cases:
            before = self._health.newest(recall.states[case.source.key])
            known, anew = await self._recognised(case, before, recall.known[case.source.key], now)
            touches = _touched(case, known, before)
            if not touched.isdisjoint(touches):
                break
            touched |= touches
            scenes.append(await self._scene(case, before, known, lists, now, anew=anew))
        return tuple(scenes)

    async def _scene(
        self,
        case: Case,
        before: SourceState,
        known: Mapping[str, Known],
        lists: tuple[tuple[Watchlist, Matcher], ...],
        now: datetime,
        *,
        anew: bool,
    ) -> Scene:
        article_ids = {each.article_id for each in known.values()}
        return Scene(
            source=case.source,
            before=before,
            fetched=case.fetched,
            extracts=case.extracts,
            identities=case.identities,
            known=known,
            verdicts=await self._store.verdicts_of(article_ids),
            routings=await self._store.routings_of(article_ids),
            lists=lists,
            stories=self.stories,
            live=self._live,
            age_limit=self._age_limit,
            now=now,
            anew=anew,
            held=await self._held(before, now),
            standing=case.standing,
            late=self.catches_up and is_late(before, now),
        )

    async def _recognised(
        self, case: Case, before: SourceState, known: Mapping[str, Known], now: datetime
    ) -> tuple[Mapping[str, Known], bool]:
        """What is known of the extracts, where most listed ones look new also by older titles; whether they still do.

        News that its dates speak for does not count as such.
        """
        listed = len(case.extracts) + case.standing
        if not is_anew(before.learnt, listed, len(case.extracts) - len(known)):
            return known, False
        strange = [identity for identity in case.identities if identity.entry_id not in known]
        known = {**known, **await self._store.known_by_title(before.key, strange, TITLES_LAST)}
        new = [extract.published for extract in case.extracts if extract.entry_id not in known]
        looks_anew = is_anew(before.learnt, listed, len(new))
        return known, looks_anew and not is_news(new, before.learnt.latest, now)

    async def _held(self, before: SourceState, now: datetime) -> tuple[Held, ...]:
        """The articles that wait for the digest of this source, where it is due."""
        ids = before.learnt.held
        if not ids or not digest_is_due(before.learnt, now):
            return ()
        verdicts, routings = await self._store.verdicts_of(ids), await self._store.routings_of(ids)
        return held_among(await self._store.articles_of(ids), verdicts, routings)

    async def _refresh_stories(self, revision: int) -> None:
        """Rebuild the index when another process has committed."""
        if self.stories.revision == revision:
            return
        snapshot = await self._store.recent_stories(self._clock.now() - WINDOW)
        names = self.stories.names
        self.stories = await computed(StoryIndex, snapshot.members, revision=snapshot.revision, names=names)

    async def _current_matchers(self) -> tuple[tuple[Watchlist, Matcher], ...]:
        """A matcher a list, made anew only for lists that changed."""
        lists = self._lists()
        kept = {key: pair for key, pair in self._matchers.items() if any(pair[0] is each for each in lists)}
        for watchlist in lists:
            if watchlist.key not in kept:
                kept[watchlist.key] = (watchlist, await computed(Matcher, watchlist))
        if kept.keys() != self._matchers.keys() or any(kept[key] is not self._matchers[key] for key in kept):
            self.stories.names = await computed(Names.of, lists)
        self._matchers = kept
        return tuple(kept[watchlist.key] for watchlist in lists)


def _touched(case: Case, known: Mapping[str, Known], before: SourceState) -> set[str]:
    """Addresses and articles by which a decision may meet another one that is made from the same recollection."""
    addresses = {each.canonical_url for each in case.identities if each.canonical_url}
    return addresses | {each.article_id for each in known.values()} | set(before.learnt.held)
