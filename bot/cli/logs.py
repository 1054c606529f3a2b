"""Where log lines go and what they look like."""

import logging
import sys

import structlog
from structlog.typing import EventDict, Processor

from bot.cli.shown import tell


def configure_logs(style: str) -> None:
    """Logs go to stderr, a line an event: `pretty` for people, `json` for machines."""
    structlog.configure(
        processors=[structlog.processors.add_log_level, *(_for_machines() if style == "json" else _for_people())],
        logger_factory=lambda *_: _StandardError(),
        cache_logger_on_first_use=False,
    )
    library = _Libraries(style)
    logging.basicConfig(level=logging.WARNING, handlers=[library], force=True)
    # What is cut off at a stop leaves its connection to the pool, which closes it and would tell of it at length.
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)


class _Libraries(logging.Handler):
    """What libraries log, in the same form and by the same door."""

    def __init__(self, style: str) -> None:
        super().__init__()
        self._style = style

    def emit(self, record: logging.LogRecord) -> None:
        """One line, and the traceback where there is one."""
        said = logging.Formatter("%(message)s").format(record)
        if self._style == "json":
            logger = structlog.get_logger()
            logger.log(record.levelno, said, logger_name=record.name)
        else:
            tell(f"{record.levelname} {record.name}: {said}")


class _StandardError:
    """Standard error as it is at each line, for the prompt replaces it while it is open.

    Where nobody reads it any more a line is lost, and the work that it told of goes on.
    """

    def msg(self, line: str) -> None:
        """Write one line."""
        tell(line)

    debug = info = warning = error = critical = exception = msg


def _for_machines() -> list[Processor]:
    return [
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]


def _for_people() -> list[Processor]:
    """One short line an event; what is only for whoever mends the network stays out of it."""
    colors = sys.stderr is not None and sys.stderr.isatty()
    return [
        structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False),
        _without_cause,
        structlog.dev.ConsoleRenderer(
            colors=colors,
            pad_event_to=0,
            pad_level=False,
            sort_keys=False,
            # The default shows the values of local variables, and one of them may be a token.
            exception_formatter=structlog.dev.plain_traceback,
        ),
    ]


def _without_cause(_logger: object, _method: str, event: EventDict) -> EventDict:
    event.pop("cause", None)
    return event
