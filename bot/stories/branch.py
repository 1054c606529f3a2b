"""The story index as one decision sees it. Pure."""

from bot.model.story import StoryMember
from bot.model.watchlist import Stories
from bot.stories.index import Join, Probe, StoryIndex


class Branch:
    """An index and what one decision adds to it, which the index itself takes in only after the commit."""

    def __init__(self, index: StoryIndex) -> None:
        """Start with nothing added."""
        self._index = index
        self._added = StoryIndex(names=index.names, common=index.common)

    def add(self, member: StoryMember) -> None:
        """Take in an article of this decision."""
        self._added.add(member)

    def story_of(self, article_id: str) -> str | None:
        """The story that this article is in already."""
        return self._index.story_of(article_id) or self._added.story_of(article_id)

    def find(self, probe: Probe, mode: Stories = "normal") -> Join | None:
        """As `StoryIndex.find`, over both; a story that the store knows goes before a new one."""
        found = self._index.find(probe, mode)
        return self._added.find(probe, mode) if found is None and len(self._added) else found
