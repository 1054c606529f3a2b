"""Every error that Namewatch raises on purpose, in one tree. The message is one line: what, where, and the fix.

NamewatchError
    UsageError                  wrong words on the command line
    SettingsError               a setting from the environment is wrong
    WatchlistError              a file under watchlists/ is wrong; carries the findings
        ChangeRefused           a change to a list can't be made; nothing was changed
    SourceError                 a source can't be read now
        FetchError
            AddressBlocked      the address is not public
            TooLarge            more bytes than the cap
            TimedOut            slower than the deadline
            BadStatus           an HTTP status that is no success
            HeldBack            its provider asked for a pause; it was not asked at all
            RobotsRefused       the site's robots.txt does not allow it
            Unreachable         no connection, or it broke
        ParseError              the bytes are not what the source type expects
    StoreError                  the store can't be used
        StoreTooNew             made by a later version
        StoreUnavailable        locked, unreachable, read-only, full
    WorkerLost                  a process of `--jobs` died
    OutputLost                  standard output can't be written any more
    DeliveryError               a message was not delivered
        TryLater                not accepted; the same message may be accepted later
        Uncertain               it may or may not have arrived
        Rejected                will not be accepted as it is; only this message is concerned
            MessageGone         somebody deleted the message that was to be edited
        ChannelGone             the channel can't be posted to until somebody acts
"""

from collections.abc import Sequence

from bot.model.limits import Scope
from bot.model.place import Finding


class NamewatchError(Exception):
    """Something Namewatch can name. `str(error)` is for people: one line, no secret, the fix last."""


class UsageError(NamewatchError):
    """The command line can't be understood; exit code 2."""


class SettingsError(NamewatchError):
    """A setting is missing or wrong; names the variable and what it should look like, never its value if secret."""


class WatchlistError(NamewatchError):
    """A watchlist file can't be used. `findings` has one error at least, each with its place."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        """Keep the findings; the message is their lines."""
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))


class ChangeRefused(NamewatchError):
    """A change to a list was not made; the message says why and the next step. Nothing was changed."""


class SourceError(NamewatchError):
    """A source can't be read now. `str(error)` may be shown to anyone; `cause` is for the log alone.

    `retry_after` is the number of seconds that the other side asked for, if it did.
    """

    def __init__(self, public: str, *, cause: str = "", retry_after: float | None = None) -> None:
        """`public` is one plain sentence without addresses of the inside network."""
        super().__init__(public)
        self.cause = cause
        self.retry_after = retry_after


class FetchError(SourceError):
    """The bytes could not be had."""


class AddressBlocked(FetchError):
    """The URL is not http(s) or does not lead to a public address."""


class TooLarge(FetchError):
    """The answer is larger than the cap."""


class TimedOut(FetchError):
    """The answer did not arrive within the deadline."""


class BadStatus(FetchError):
    """An HTTP status other than 2xx and 304."""

    def __init__(self, status: int, *, retry_after: float | None = None) -> None:
        """`status` as the server sent it."""
        super().__init__(f"the server answered {status}", retry_after=retry_after)
        self.status = status


class HeldBack(FetchError):
    """Not asked at all: its provider asked for a pause when it answered another source. No failure of this one."""


class RobotsRefused(FetchError):
    """The site's robots.txt does not allow this page; asking again before `retry_after` would be rude."""


class Unreachable(FetchError):
    """No connection could be made, or it broke; open, closed and filtered ports look alike."""


class ParseError(SourceError):
    """The bytes arrived but are not what this type of source expects."""


class StoreError(NamewatchError):
    """The store can't be used."""


class StoreTooNew(StoreError):
    """The store was made by a later version of Namewatch than this one."""


class StoreUnavailable(StoreError):
    """The store is locked, unreachable, read-only or full for now."""


class WorkerLost(NamewatchError):
    """A process of `--jobs` ended before it had answered; what was answered by then is written."""


class OutputLost(NamewatchError):
    """Standard output can't be written any more, for another reason than a reader that went away."""


class DeliveryError(NamewatchError):
    """A message was not delivered. The message is one sentence in plain words, kept with the delivery."""


class TryLater(DeliveryError):
    """Definitely not accepted, and the same message may be accepted later."""

    def __init__(self, message: str, *, retry_after: float | None = None, scope: Scope = "channel") -> None:
        """`retry_after`: seconds the platform asked for, if it did; `scope`: for how much of the platform."""
        super().__init__(message)
        self.retry_after = retry_after
        self.scope = scope


class Uncertain(DeliveryError):
    """The message may or may not have arrived: a lost reply, a timeout."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        """`retry_after`: seconds after which it has arrived, if it ever does; None leaves that to the settings."""
        super().__init__(message)
        self.retry_after = retry_after


class Rejected(DeliveryError):
    """The message will never be accepted as it is: it becomes a dead letter."""


class MessageGone(Rejected):
    """Somebody deleted the message that was to be edited: that is their wish, not a failure."""


class ChannelGone(DeliveryError):
    """The channel can't be posted to until somebody acts: its deliveries are parked."""
