"""Log lines: one an event, for people or machines; no secret of a local variable, and no fault of their own."""

import io
import json
from collections.abc import Iterator

import pytest
import structlog

from bot.cli.logs import configure_logs

CANARY = "xoxb-canary"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def fail() -> None:
    token = CANARY
    raise RuntimeError(f"no answer to {len(token)} letters")


def log_a_fault(style: str) -> None:
    configure_logs(style)
    log = structlog.get_logger()
    token = CANARY
    try:
        fail()
    except RuntimeError:
        log.exception("fault", work="poll", length=len(token))


@pytest.mark.parametrize("style", ["pretty", "json"])
def test_a_traceback_tells_where_and_no_value_of_a_variable(style: str, capsys: pytest.CaptureFixture[str]) -> None:
    log_a_fault(style)
    shown = capsys.readouterr()
    assert ("RuntimeError: no answer to 11 letters" in shown.err, "in fail" in shown.err) == (True, True)
    assert (CANARY in shown.err, shown.out) == (False, "")


def test_people_are_spared_the_cause_and_machines_have_it(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("pretty")
    structlog.get_logger().warning("source can't be read", source="Wire", cause="ECONNREFUSED")
    assert "ECONNREFUSED" not in capsys.readouterr().err
    configure_logs("json")
    structlog.get_logger().warning("source can't be read", source="連線", cause="ECONNREFUSED")
    told = capsys.readouterr().err
    row = json.loads(told)
    assert (row["level"], row["event"], row["cause"]) == ("warning", "source can't be read", "ECONNREFUSED")
    assert "連線" in told


class Gone(io.StringIO):
    """A standard error that nobody reads any more."""

    def write(self, _text: str, /) -> int:
        raise BrokenPipeError


@pytest.mark.parametrize("style", ["pretty", "json"])
@pytest.mark.parametrize("stream", [Gone(), None])
def test_a_log_that_can_not_be_written_stops_no_work(
    style: str, stream: io.StringIO | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr", stream)
    log_a_fault(style)


@pytest.mark.parametrize("style", ["pretty", "json"])
def test_words_from_outside_are_one_line(style: str, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(style)
    structlog.get_logger().warning("source can't be read", source="Wire\n2026 [error] forged %s {x}\x1b[2J")
    shown = capsys.readouterr().err
    assert (shown.count("\n"), "\x1b" in shown) == (1, False)
