"""What of a listing stands there as it did when it was last decided, and need not be read and recognised again. Pure.

A feed that has one new entry lists some thirty others that are known to the letter. To tell them by a number each is
cheaper than to extract them, look them up and find that nothing is new about them, which takes most of such a poll.
"""

from collections.abc import Collection, Sequence

from bot.model.source import Entry

LONGEST = 100_000
"""Longer bodies are read at every poll: what is cut off them is said at every poll."""


class Standing:
    """The last listing of every source since the start of this process, as one number an entry."""

    def __init__(self) -> None:
        """Nothing stands yet: the first listing of each source is read in full."""
        self._listings: dict[str, dict[int, bool]] = {}

    def without(self, source: str, entries: Sequence[Entry]) -> tuple[tuple[Entry, ...], int]:
        """The entries that are new or not the same to the letter, and how many articles the others are."""
        last = self._listings.get(source, {})
        numbers = [hash(entry) for entry in entries]
        fresh = tuple(entry for entry, number in zip(entries, numbers, strict=True) if number not in last)
        return fresh, sum(last.get(number, False) for number in numbers)

    def keep(self, source: str, entries: Sequence[Entry], article_ids: Collection[str]) -> None:
        """After the commit: these were listed; of those that were not left out, `article_ids` gave an article.

        Plain text may be a round-up of several articles, and is read every time.
        """
        last = self._listings.get(source, {})
        lasting = [entry for entry in entries if entry.markup == "html" and len(entry.body) <= LONGEST]
        numbers = [(hash(entry), entry.id) for entry in lasting]
        self._listings[source] = {number: last.get(number, id_ in article_ids) for number, id_ in numbers}
