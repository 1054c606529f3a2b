"""Which articles tell one story: docs/stories.md. Pure."""

from bot.stories.branch import Branch
from bot.stories.fingerprint import lead_of
from bot.stories.index import Join, Probe, StoryIndex
from bot.stories.names import Names

__all__ = ["Branch", "Join", "Names", "Probe", "StoryIndex", "lead_of"]
