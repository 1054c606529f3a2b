"""What people think of alerts, in memory."""

from collections.abc import Sequence
from datetime import datetime

from bot.model.alert import Alert
from bot.model.vote import Vote
from bot.store.border import clean, in_utc, scrub
from bot.store.memory_state import State


class MemoryVotes:
    """The part of the store that keeps votes."""

    _state: State

    async def alert(self, alert_id: str) -> Alert | None:
        """By its id."""
        wanted = clean(alert_id)
        return next((each for each in self._state.alerts.values() if each.id == wanted), None)

    async def vote(self, new: Sequence[Vote]) -> None:
        """One a key."""
        for each in map(scrub, new):
            key = (each.watchlist, each.company, each.alias, str(each.channel), each.actor)
            self._state.votes[key] = each

    async def votes(self, watchlist: str, company: str, since: datetime) -> tuple[Vote, ...]:
        """The oldest first."""
        wanted, first = (clean(watchlist), clean(company)), in_utc(since)
        found = [
            each for each in self._state.votes.values() if (each.watchlist, each.company) == wanted and each.at >= first
        ]
        return tuple(sorted(found, key=lambda each: (each.at, each.alias, str(each.channel), each.actor)))
