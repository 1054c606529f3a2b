"""Decisions, one after the other, and committed together where several polls wait for theirs at once.

A decision alone costs five trips between threads, a lock among processes and a wait for the disk; a group of them costs
hardly more. Each is decided as if it stood alone: after all that were decided before it. What none of its group can see
is looked up for the whole group; where an article names a company, the group is committed up to there before it goes
on, so that stories, alerts and budgets are those of the store.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from bot.alerting.hearing import SAID_AGAIN
from bot.alerting.windows import HOUR
from bot.apart import computed
from bot.decide import Judged, Scene, audience_of, conclude, judge
from bot.intake.health import Health
from bot.intake.scenes import Case, Scenes
from bot.model.alert import PollOutcome
from bot.protocols import Ids, Store
from bot.stories.index import WINDOW

MOST_CASES, MOST_EXTRACTS = 40, 150
"""Polls, and articles to be judged, in one group: its first one waits for all the others."""


class Decided(NamedTuple):
    """A committed outcome, and what is news about the source."""

    outcome: PollOutcome
    news: tuple[str, ...]


@dataclass(slots=True, eq=False)
class _Waiting:
    """A poll that waits for its decision. `alone`: a group with it has failed."""

    case: Case
    decided: Decided | None = None
    alone: bool = False


class _Stretch(NamedTuple):
    """The outcomes of scenes that concern nobody, and the first one that does, of which only the first half is done."""

    outcomes: tuple[PollOutcome, ...]
    judged: Judged | None = None


class Decisions:
    """Whoever comes first decides for all who wait."""

    def __init__(self, store: Store, ids: Ids, scenes: Scenes, health: Health) -> None:
        """`scenes` say what a decision looks at; `health` hears of what was committed."""
        self._store = store
        self._ids = ids
        self._scenes = scenes
        self._health = health
        self._line: list[_Waiting] = []
        self._turn = asyncio.Lock()

    async def decide(self, case: Case) -> Decided:
        """The outcome of the poll, once it is committed. What goes wrong with one costs the others nothing."""
        mine = _Waiting(case)
        self._line.append(mine)
        try:
            async with self._turn:
                if mine.decided is None:
                    async with self._store.deciding():
                        while mine.decided is None:
                            await self._decide_some(mine)
        finally:
            if mine in self._line:
                self._line.remove(mine)
        return mine.decided

    async def _decide_some(self, first: _Waiting) -> None:
        group = _group(first, self._line)
        try:
            await self._decide(group)
        except Exception:
            if len(group) == 1:
                raise
            for each in group:
                each.alone = True

    async def _decide(self, group: Sequence[_Waiting]) -> None:
        """Decide at least the first one of the group."""
        by_source = {each.case.source.key: each for each in group}
        scenes = await self._scenes.of([each.case for each in group])
        while scenes:
            stretch = await computed(self._through, scenes)
            outcomes = list(stretch.outcomes)
            if stretch.judged is not None:
                outcomes.append(await self._concluded(scenes[len(outcomes)], stretch.judged))
            done, scenes = scenes[: len(outcomes)], scenes[len(outcomes) :]
            for scene, decided in zip(done, await self._commit(done, outcomes), strict=True):
                self._end(by_source[scene.source.key], decided)

    def _through(self, scenes: Sequence[Scene]) -> _Stretch:
        """Decide one after the other, up to one whose articles name a company or whose digest is due."""
        self._scenes.stories.forget(scenes[0].now - WINDOW)
        outcomes: list[PollOutcome] = []
        for scene in scenes:
            judged = judge(scene, self._ids)
            if judged.arrivals or scene.held:
                return _Stretch(tuple(outcomes), judged)
            outcomes.append(conclude(scene, judged, (), self._ids))
        return _Stretch(tuple(outcomes))

    async def _concluded(self, scene: Scene, judged: Judged) -> PollOutcome:
        alerts = await self._store.alerts_of(judged.story_ids)
        audience, now = audience_of(scene, judged), scene.now
        hearing = await self._store.hearing(audience, now - HOUR, told_since=now - SAID_AGAIN)
        return await computed(conclude, scene, judged, alerts, self._ids, hearing)

    async def _commit(self, scenes: Sequence[Scene], outcomes: Sequence[PollOutcome]) -> tuple[Decided, ...]:
        decided = tuple(self._with_news(*each) for each in zip(scenes, outcomes, strict=True))
        revision = await self._store.commit(*(each.outcome for each in decided))
        for each in decided:
            if each.outcome.members:
                await computed(self._scenes.stories.take, each.outcome.members)
        self._scenes.stories.revision = revision
        return decided

    def _end(self, waiting: _Waiting, decided: Decided) -> None:
        """Let go of a poll whose outcome is kept; it may have been given up meanwhile."""
        self._health.written(waiting.case.source, decided.outcome.state)
        waiting.decided = decided
        if waiting in self._line:
            self._line.remove(waiting)

    def _with_news(self, scene: Scene, outcome: PollOutcome) -> Decided:
        state, notices, words = self._health.news(scene.source, scene.before, outcome.state)
        return Decided(replace(outcome, state=state, deliveries=(*outcome.deliveries, *notices)), words)


def _group(first: _Waiting, line: Sequence[_Waiting]) -> tuple[_Waiting, ...]:
    """Who is decided together with the first: polls of other sources that wait, as many as take no long time."""
    group, extracts = {first.case.source.key: first}, len(first.case.extracts)
    for each in () if first.alone else line:
        extracts += len(each.case.extracts)
        if len(group) == MOST_CASES or extracts > MOST_EXTRACTS:
            break
        if not each.alone:
            group.setdefault(each.case.source.key, each)
    return tuple(group.values())
