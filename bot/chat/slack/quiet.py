"""What the SDK says, in our log."""

import logging
import re

import structlog
from slack_bolt.logger.messages import warning_token_skipped

from bot.chat.drawing.foreign import one_line

log = structlog.get_logger()


class OneLine(logging.Handler):
    """Takes what the SDK has to say to one line each: no trace, no address with a ticket in it, nothing twice."""

    def __init__(self) -> None:
        """Warnings and what is worse."""
        super().__init__(logging.WARNING)
        self._last = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Tell it, unless it was the last thing told."""
        said = re.sub(r"\S+://\S+|xox\S+|xapp\S+", "...", one_line(record.getMessage()))[:300]
        if said != self._last:
            log.warning("slack", said=said)
        self._last = said


def quiet_logger() -> logging.Logger:
    """The logger for the SDK: what it says goes to our log, a line each."""
    logger = logging.getLogger("bot.chat.slack.sdk")
    if not logger.handlers:
        logger.addHandler(OneLine())
        logger.addFilter(_is_news)
        logger.propagate = False
        logger.setLevel(logging.WARNING)
    return logger


def _is_news(record: logging.LogRecord) -> bool:
    """The SDK finds the token in the environment, and warns each of its apps that we hand it over ourselves."""
    return record.getMessage() != warning_token_skipped()
