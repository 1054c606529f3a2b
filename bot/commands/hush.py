"""`mute`, `unmute`, `pause`, `resume`, `digest` and `quiet` as requests, read out of what people type. Pure."""

import re
from dataclasses import dataclass

from bot.alerting.windows import parse_digest, parse_quiet, zone_of
from bot.commands.ballots import ALERT_ID
from bot.commands.companies import Malformed
from bot.commands.until import split_when

_WHOLE = re.compile(r"all\s+(?P<id>[0-9a-f-]{8,40})(?:\s+page\s+(?P<page>\d{1,4}))?", re.IGNORECASE)
_EVERYWHERE = re.compile(r"(?:^|\s)(?:--all|everywhere|all)(?=\s|$)", re.IGNORECASE)
NO_NAME = "Say what: mute Lava 2h, mute source Focus, mute all"
_OPEN = re.compile(r"\s*(\S.*?)\s*(?:\.\.\.|…)\s*")
_THIS = re.compile(rf"this(?:\s+(?P<id>{ALERT_ID}))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mute:
    """Do not hear of this for a while: a company, `source Focus`, `story`, `all`; `when` is as written, or ""."""

    what: str
    when: str = ""


@dataclass(frozen=True, slots=True)
class MuteWhat:
    """Ask what of an alert to mute, and for how long; "" is the last alert here. Of a company only how long."""

    alert_id: str = ""
    company: str = ""


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
    zone: str = ""


@dataclass(frozen=True, slots=True)
class WholeDigest:
    """All that one digest told, by the id of its message, page by page."""

    delivery: str
    page: int = 1


@dataclass(frozen=True, slots=True)
class Quiet:
    """When this channel hears nothing; "" asks."""

    wish: str = ""
    zone: str = ""


def mute(rest: str) -> Mute | MuteWhat | Malformed:
    """`mute Lava for 2 hours`, `mute source Focus 3d`, `mute all until friday`; `mute this` and `mute Lava ...` ask."""
    if open_ := _OPEN.fullmatch(rest):
        return MuteWhat(company=open_[1].strip("\"'“”"))
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
    return Malformed(f'"{what}" is no time: pause 8h, or pause until friday') if what else Pause(when, everywhere)


def resume(rest: str) -> Resume:
    """`resume`, `resume --all`."""
    return Resume(_EVERYWHERE.search(rest) is not None)


def digest(rest: str) -> Digest | WholeDigest | Malformed:
    """`digest daily 08:30 Asia/Taipei`, `digest off`, `digest now`, `digest muted`, `digest all <id> page 2`."""
    if whole := _WHOLE.fullmatch(rest.strip()):
        return WholeDigest(whole["id"], int(whole["page"] or 1))
    try:
        words, zone = _zoned(rest)
        wish = words if words in ("", "off", "now", "muted") else str(parse_digest(words))
    except ValueError as error:
        return Malformed(str(error))
    return Digest(wish, zone)


def quiet(rest: str) -> Quiet | Malformed:
    """`quiet 22-7 Asia/Taipei`, `quiet weekends`, `quiet off`."""
    try:
        wish, zone = _zoned(rest)
        parsed = parse_quiet(wish)
    except ValueError as error:
        return Malformed(str(error))
    return Quiet(str(parsed) if parsed else wish, zone)


def _zoned(rest: str) -> tuple[str, str]:
    """The words without the zone at their end, and the zone; ValueError where it looks like one and is none."""
    words = rest.split()
    if not words or not ("/" in words[-1] or words[-1].upper() in ("UTC", "GMT")):
        return " ".join(words).casefold(), ""
    written = words.pop()
    named = "UTC" if written.upper() in ("UTC", "GMT") else "/".join(map(_capital, written.split("/")))
    try:
        zone_of(named)
    except ValueError:
        named = written
        zone_of(named)
    return " ".join(words).casefold(), named


def _capital(part: str) -> str:
    """`new_york` as zones have it: New_York."""
    return "_".join(word[:1].upper() + word[1:] for word in part.split("_"))
