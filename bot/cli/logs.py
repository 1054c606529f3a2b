"""Where log lines go and what they look like."""

import logging
import sys

import structlog


def configure_logs(style: str) -> None:
    """Logs go to stderr, a line an event: `pretty` for people, `json` for machines."""
    last = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=0)
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%H:%M:%S" if style == "pretty" else "iso", utc=style != "pretty"),
            structlog.processors.format_exc_info,
            last,
        ],
        # The prompt replaces sys.stderr while it is open, so it is looked up for each line.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
