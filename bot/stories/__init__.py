"""Which articles tell one story. Pure."""

from bot.stories.fingerprint import lead_of
from bot.stories.index import Branch, Join, Probe, StoryIndex
from bot.stories.names import Names

__all__ = ["Branch", "Join", "Names", "Probe", "StoryIndex", "lead_of"]
