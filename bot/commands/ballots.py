"""`useful` and `wrong` as requests: what is thought of an alert. Pure."""

import re
from dataclasses import dataclass

ALERT_ID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_NAMED = re.compile(rf"(?:(?P<id>{ALERT_ID})(?:\s+|$))?(?P<rest>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Useful:
    """An alert was useful; "" is the last one here."""

    alert_id: str = ""


@dataclass(frozen=True, slots=True)
class NotThis:
    """An alert was not about a company: by its name, or by the key that a button has; "" where it names one alone."""

    alert_id: str = ""
    company: str = ""


def useful(rest: str) -> Useful:
    """`useful`, `useful <alert id>`."""
    return Useful(_split(rest)[0])


def wrong(rest: str) -> NotThis:
    """`wrong`, `wrong Lava`, `wrong <alert id> Lava`."""
    return NotThis(*_split(rest))


def _split(rest: str) -> tuple[str, str]:
    found = _NAMED.fullmatch(rest.strip())
    return (found["id"] or "", found["rest"].strip().strip("\"'“”«»「」『』")) if found else ("", "")
