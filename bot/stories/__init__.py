"""Which articles tell one story. Pure."""

from bot.stories.fingerprint import lead_of
from bot.stories.index import Branch, Join, StoryIndex
from bot.stories.names import Names

__all__ = ["Branch", "Join", "Names", "StoryIndex", "lead_of"]
