"""What the polls of a source have taught about it, beyond its last answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Standing = Literal["failing", "retired", "silent", "moved", "anew", "rolled"]
"""What is unusual about a source, and has been told: it is told again only after it was over."""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Learnt:
    """What is not known yet has its default. Kept with the health of a source, as one document.

    `pace` is new entries a day as of `newest`, when a poll last brought any; the weight of each fades. `longest` is
    the longest time in seconds between two polls that brought something; `arrivals` counts those polls, without the
    first one. `listed` is the length of the last listing, `latest` the newest date in any, `lag` the usual time in
    seconds from publication to first sight.

    `moved_to` is where permanent redirects led since `moved_at`, `moves` polls in a row; `moved`: polls go there now.
    `whole_at` is when an answer last came that was no mere "not modified".
    `asked_until`: its server has asked to be left alone until then.
    `failing_since`: no poll has succeeded since then. `retired`: the source said that it is gone for good.

    `rolled_at` is when the last listing had nothing in common with the one before, and then about `missed` entries may
    never have been seen. `anew` counts polls whose listing looked mostly new although that was no news, `anew_at` is
    when the last one was. `held` are ids of articles that wait for the digest
    of this source, `more_held` counts those beyond; `digest_at` is when the last of its `digests` was owed.
    """

    pace: float | None = None
    newest: datetime | None = None
    longest: float = 0.0
    arrivals: int = 0
    listed: int = 0
    latest: datetime | None = None
    lag: float | None = None
    moved_to: str = ""
    moved_at: datetime | None = None
    moves: int = 0
    moved: bool = False
    whole_at: datetime | None = None
    asked_until: datetime | None = None
    failing_since: datetime | None = None
    retired: bool = False
    rolled_at: datetime | None = None
    missed: int = 0
    anew: int = 0
    anew_at: datetime | None = None
    held: tuple[str, ...] = ()
    more_held: int = 0
    digest_at: datetime | None = None
    digests: int = 0
    told: tuple[Standing, ...] = ()


NOTHING_LEARNT = Learnt()
