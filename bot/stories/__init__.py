"""Which articles tell one story. Pure."""

from bot.stories.fingerprint import lead_of
from bot.stories.index import Branch, Join, StoryIndex

__all__ = ["Branch", "Join", "StoryIndex", "lead_of"]
