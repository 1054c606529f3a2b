"""No secret leaves by any door: six of them in every setting, through start, failure, status, logs and tracebacks."""

import json
import logging
from collections.abc import Mapping
from pathlib import Path

import pytest
import structlog

from bot.cli.logs import configure_logs
from bot.cli.main import main
from bot.cli.redaction import HIDDEN, REDACTOR, secrets_in

SECRETS = {
    "bot": "xoxb-1-SECRETONE",
    "app": "xapp-1-SECRETTWO",
    "signing": "SECRETTHREE33",
    "discord": "SECRETFOUR.aa.bb",
    "password": "SECRETFIVE55",
    "proxy": "SECRETSIX666",
}
EVERYWHERE: Mapping[str, str] = {
    "SLACK_BOT_TOKEN": SECRETS["bot"],
    "SLACK_APP_TOKEN": SECRETS["app"],
    "SLACK_SIGNING_SECRET": SECRETS["signing"],
    "DISCORD_TOKEN": SECRETS["discord"],
    "SLACK_API_URL": f"http://user:{SECRETS['proxy']}@127.0.0.1:9/api/",
    "DISCORD_API_URL": f"http://user:{SECRETS['proxy']}@127.0.0.1:9/api/v10",
    "HTTPS_PROXY": f"http://user:{SECRETS['proxy']}@127.0.0.1:9",
}
ON_A_SERVER = {"DATABASE_URL": f"postgresql://user:{SECRETS['password']}@127.0.0.1:9/none"}
LIST = 'channels: ["slack:#ops", "discord:123456789012345678"]\ncompanies: [Lava International]\n'


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "watchlists").mkdir()
    (tmp_path / "watchlists" / "a.yaml").write_text(LIST)
    monkeypatch.chdir(tmp_path)
    for name, value in EVERYWHERE.items():
        monkeypatch.setenv(name, value)
    return tmp_path


def leaked(text: str) -> list[str]:
    return [name for name, secret in SECRETS.items() if secret in text or secret[-8:] in text]


COMMANDS = [
    ["run", "--once"],
    ["doctor"],
    ["status"],
    ["status", "--json"],
    ["db", "check"],
    ["db", "backup", "kept.db"],
    ["outbox"],
    ["canary", "--to", "slack:#ops", "--within", "1"],
]


def test_no_command_shows_any(house: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for command in COMMANDS:
        main(command)
        said = capfd.readouterr()
        assert leaked(said.out + said.err) == [], command
    kept = [path for path in house.rglob("*") if path.is_file()]
    assert len(kept) > 2
    assert leaked("".join(path.read_bytes().decode("latin-1") for path in kept)) == []


@pytest.mark.parametrize(
    "command", [["run", "--once"], ["status"], ["db", "upgrade"], ["doctor"], ["db", "backup", "x.db"]]
)
def test_a_server_that_can_not_be_reached_shows_none(
    command: list[str], capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", ON_A_SERVER["DATABASE_URL"])
    assert main(command) == 1
    said = capfd.readouterr()
    assert leaked(said.out + said.err) == []
    assert "postgresql://127.0.0.1:9/none" in said.out + said.err


@pytest.mark.parametrize("name", sorted(EVERYWHERE))
def test_a_setting_that_is_wrong_is_named_without_its_value(
    name: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, f"wrong {EVERYWHERE[name]} \x00".replace("\x00", ""))
    main(["doctor"])
    said = capfd.readouterr()
    assert leaked(said.out + said.err) == []


@pytest.mark.parametrize("style", ["pretty", "json"])
def test_neither_logs_nor_tracebacks_show_any(
    style: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    REDACTOR.learn({**EVERYWHERE, **ON_A_SERVER})
    configure_logs(style)
    for secret in SECRETS.values():
        structlog.get_logger().warning("told", reason=f"no answer for {secret}", url=f"http://x/{secret}?a")
        logging.getLogger("aiohttp").warning("client says %s", secret)
        try:
            raise ValueError(f"token {secret}")
        except ValueError:
            structlog.get_logger().exception("fault")
            logging.getLogger("asyncio").exception("unhandled")

    def fault() -> int:
        raise RuntimeError(f"all of them: {SECRETS}")

    monkeypatch.setattr("asyncio.run", lambda work: (work.close(), fault()))
    assert main(["doctor"]) == 1
    said = capfd.readouterr()
    assert "RuntimeError" in said.err
    assert HIDDEN in said.err
    assert leaked(said.out + said.err) == []
    if style == "json":
        lines = [line for line in said.err.splitlines() if line.startswith("{")]
        assert {json.loads(line)["event"].split()[0] for line in lines} >= {"told", "client", "fault", "unhandled"}


def test_what_is_short_or_no_secret_is_left_alone() -> None:
    assert (
        secrets_in({"DISCORD_TOKEN": "abc", "NAMEWATCH_CONTACT": "me@example.org", "DATABASE_URL": "var/x.db"}) == set()
    )
    assert secrets_in({"SLACK_BOT_TOKEN": "xoxb-111,xoxb-222"}) == {"xoxb-111", "xoxb-222"}
    assert secrets_in({"DATABASE_URL": "postgres://u:p%40ssword@h/db"}) == {"p%40ssword", "p@ssword"}
