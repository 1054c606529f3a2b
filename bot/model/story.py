"""A story: articles about one event."""

from dataclasses import dataclass
from datetime import datetime

FIRST_OF_STORY = "first article"
"""The reason of a member that began its story."""


@dataclass(frozen=True, slots=True)
class Story:
    """Articles about one event; `title` is that of its first article."""

    id: str
    title: str
    first_seen: datetime
    tenant: str = ""


@dataclass(frozen=True, slots=True)
class StoryMember:
    """An article in a story, what assignment needs of it, and why it joined (`FIRST_OF_STORY`, "same title", ...).

    `companies` are the watched companies that it named when it joined.
    """

    story_id: str
    article_id: str
    source: str
    title: str
    lead: str
    canonical_url: str
    lang: str
    at: datetime
    reason: str
    companies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StorySnapshot:
    """The recent stories as the store has them; `revision` rises with every commit that touches a story."""

    revision: int
    members: tuple[StoryMember, ...]
