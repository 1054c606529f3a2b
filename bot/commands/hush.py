"""`mute`, `unmute`, `pause`, `resume`, `digest` and `quiet` as requests, read out of what people type. Pure."""

import re
from dataclasses import dataclass

from bot.alerting.windows import parse_digest, parse_quiet, zone_of
from bot.commands.ballots import ALERT_ID
from bot.commands.companies import Malformed
from bot.commands.until import split_when

_EVERYWHERE = re.compile(r"(?:^|\s)(?:--all|everywhere|all)(?=\s|$)", re.IGNORECASE)
NO_NAME = "Say what: mute Lava 2h, mute source Focus, mute all"
_THIS = re.compile(rf"this(?:\s+(?P<id>{ALERT_ID}))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mute:
    """Do not hear of this for a while: a company, `source Focus`, `story`, `all`; `when` is as written, or ""."""

    what: str
    when: str = ""


@dataclass(frozen=True, slots=True)
class MuteWhat:
    """Ask what of an alert to mute, and for how long; "" is the last alert here."""

    alert_id: str = ""


@dataclass(frozen=True, slots=True)
class Unmute:
    """Hear of it again; without a name, of the one thing that is muted."""

    what: str = ""


@dataclass(frozen=True, slots=True)
class Pause:
    """Hear nothing for a while; `everywhere`: in no channel."""

    when: str = ""
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Resume:
    """End the pause."""

    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Digest:
    """When this channel hears; "" asks, `now` and `muted` tell what waits, or what was muted."""

    wish: str = ""


@dataclass(frozen=True, slots=True)
class Quiet:
    """When this channel hears nothing; "" asks."""

    wish: str = ""
    zone: str = ""


def mute(rest: str) -> Mute | MuteWhat | Malformed:
    """`mute Lava for 2 hours`, `mute source Focus 3d`, `mute all until friday`; `mute this` asks."""
    if asks := _THIS.fullmatch(rest.strip()):
        return MuteWhat(asks["id"] or "")
    what, when = split_when(rest)
    if not what:  # a company may be called 3M
        what, when = when, ""
    return Mute(what.strip("\"'“”"), when) if what else Malformed(NO_NAME, "mute {}")


def unmute(rest: str) -> Unmute:
    """`unmute Lava`, `unmute`."""
    return Unmute(rest.strip().strip("\"'“”"))


def pause(rest: str) -> Pause | Malformed:
    """`pause`, `pause 8h`, `pause --all`."""
    everywhere = _EVERYWHERE.search(rest) is not None
    what, when = split_when(_EVERYWHERE.sub(" ", rest))
    return Malformed(f"{what!r} is no time: pause 8h, or pause until friday") if what else Pause(when, everywhere)


def resume(rest: str) -> Resume:
    """`resume`, `resume --all`."""
    return Resume(_EVERYWHERE.search(rest) is not None)


def digest(rest: str) -> Digest | Malformed:
    """`digest daily 08:30`, `digest off`, `digest now`, `digest muted`."""
    wish = " ".join(rest.casefold().split())
    if wish not in ("", "off", "now", "muted"):
        try:
            wish = str(parse_digest(wish))
        except ValueError as error:
            return Malformed(str(error))
    return Digest(wish)


def quiet(rest: str) -> Quiet | Malformed:
    """`quiet 22-7 Asia/Taipei`, `quiet weekends`, `quiet off`."""
    words = rest.split()
    zone = words.pop() if words and ("/" in words[-1] or words[-1] == "UTC") else ""
    wish = " ".join(words).casefold()
    try:
        if zone:
            zone_of(zone)
        parsed = parse_quiet(wish)
    except ValueError as error:
        return Malformed(str(error))
    return Quiet(str(parsed) if parsed else wish, zone)
