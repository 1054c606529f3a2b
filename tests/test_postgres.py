"""The server of the test run: where there is none, tests are skipped on a laptop and fail in CI."""

from pathlib import Path

import pytest

from tests.postgres import Server, find_binaries, give_up


@pytest.mark.parametrize(("ci", "ends"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)])
def test_without_a_server_ci_fails_and_others_skip(
    monkeypatch: pytest.MonkeyPatch, ci: str, ends: type[BaseException]
) -> None:
    monkeypatch.setenv("CI", ci)
    with pytest.raises(ends, match="install postgresql"):
        give_up("no server: install postgresql")


def test_binaries_are_looked_for_on_the_path_first(tmp_path: Path) -> None:
    for name in ("initdb", "pg_ctl"):
        (tmp_path / name).touch(mode=0o755)
    assert find_binaries({"PATH": str(tmp_path)}) == tmp_path


@pytest.mark.postgres
def test_the_socket_has_room_for_its_name(postgres: Server) -> None:
    assert len(str(postgres.socket / ".s.PGSQL.5432")) < 100
    assert not list(postgres.socket.glob("*.pid"))
