"""What can be asked: one frozen class a command, read out of what people type. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from bot.commands.ballots import NotThis, Useful
from bot.commands.companies import Add, Malformed
from bot.commands.hush import Digest, Mute, MuteWhat, Pause, Quiet, Resume, Unmute, WholeDigest

Field = Literal["alias", "context", "exclude", "threshold", "evidence", "passing", "name"]
FIELDS: tuple[Field, ...] = ("alias", "context", "exclude", "threshold", "evidence", "passing", "name")
SourceVerb = Literal["add", "remove", "pause", "resume"]


@dataclass(frozen=True, slots=True)
class Status:
    """How this channel stands."""


@dataclass(frozen=True, slots=True)
class Remove:
    """Stop watching these; `watchlist` is the list that was named, or ""."""

    names: tuple[str, ...]
    watchlist: str = ""


@dataclass(frozen=True, slots=True)
class List:
    """What is watched, perhaps only what holds `filter`; pages count from 1."""

    filter: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Lists:
    """Which lists are heard here, and which could be."""


@dataclass(frozen=True, slots=True)
class Use:
    """Let this channel hear a list that is there; `copy`: put its companies into the channel's own list instead."""

    watchlist: str
    copy: bool = False


@dataclass(frozen=True, slots=True)
class Leave:
    """Let this channel hear a list no more."""

    watchlist: str


@dataclass(frozen=True, slots=True)
class Show:
    """One company in full, or the stored stories that it would have alerted; `here`: told to the whole channel."""

    name: str
    stories: bool = False
    here: bool = False


@dataclass(frozen=True, slots=True)
class Rejected:
    """The articles that spell a company and were judged not to mean it."""

    name: str


@dataclass(frozen=True, slots=True)
class Set:
    """Change one thing of one company; without values it is shown. `sign` "" puts the values in place of the old."""

    name: str
    field: Field
    sign: Literal["", "+", "-"] = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EditCompany:
    """All of one company as a form."""

    name: str


@dataclass(frozen=True, slots=True)
class FilledIn:
    """A form that comes back, or is to be shown again; `mark` is what it knows its company by."""

    mark: str


@dataclass(frozen=True, slots=True)
class Tune:
    """One thing of a company whose name is not clear from the words: `exclude lava flow`."""

    field: Field
    words: str


@dataclass(frozen=True, slots=True)
class Rename:
    """Give a company another name; the words hold both, with or without a sign between them."""

    words: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What of a text, or of the article at an address, would be alerted here."""

    text: str


@dataclass(frozen=True, slots=True)
class Why:
    """What was decided of an article, named by its address or by words; neither: the last alert."""

    url: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Search:
    """Articles of the past that hold all these words, perhaps only of this last `span`; pages count from 1."""

    words: tuple[str, ...]
    span: timedelta | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class Sources:
    """How the sources fare, perhaps only those that hold `filter`."""

    filter: str = ""


@dataclass(frozen=True, slots=True)
class EditSource:
    """Add, remove, pause or resume a source; `when` is until when it is paused, as written, or "".

    `undoes` is the id of the revision that this takes back, which nobody types.
    """

    verb: SourceVerb
    named: str
    when: str = ""
    undoes: str = ""


@dataclass(frozen=True, slots=True)
class Undo:
    """Take the last change of this channel's lists back; `sure`: also one that somebody else made.

    `mark`: not the last one, but the one whose answer had this button.
    """

    sure: bool = False
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Log:
    """What was changed in this channel's lists, the newest first; pages count from 1."""

    page: int = 1


@dataclass(frozen=True, slots=True)
class Export:
    """The changes that are not in git yet."""


@dataclass(frozen=True, slots=True)
class Help:
    """The table of commands, or one of them."""

    topic: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """An address where a company's name was meant to stand."""

    url: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """No command begins with `word`. `suggestion` is the whole command that may have been meant, or ""."""

    word: str
    text: str
    suggestion: str = ""


Request = (
    Status | Add | Remove | List | Lists | Use | Leave | Show | Rejected | Set | EditCompany | FilledIn | Tune | Rename
    | Trial | Why | Search | Sources | Mute | MuteWhat | Useful | NotThis | Unmute | Pause | Resume | Digest
    | WholeDigest
    | Quiet | EditSource | Undo | Log | Export | Help | Address | Unknown | Malformed
)  # fmt: skip
