"""Ids of what a command makes."""

import uuid
from datetime import datetime

from bot.model.channel import Channel


def id_of(kind: str, channel: Channel | None, scope: str, subject: str, now: datetime) -> str:
    """Made of what it is and when, so that a click that is told twice makes it once."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{kind} {channel or ''} {scope} {subject} {now.isoformat()}"))
