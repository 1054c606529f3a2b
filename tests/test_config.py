"""Settings: from variables alone, with a clear sentence for each wrong one, and no secret in any of them."""

from pathlib import Path

import pytest

from bot.config import Settings, environment, unknown_variables
from bot.errors import SettingsError


def test_nothing_set_means_the_terminal_and_a_file_under_var() -> None:
    settings = Settings.read({})
    assert settings.database_url.get_secret_value() == "sqlite:///var/namewatch.db"
    assert settings.watchlists == Path("watchlists")
    assert settings.age_limit.total_seconds() == 48 * 3600


@pytest.mark.parametrize(
    ("variables", "name", "value"),
    [
        ({"DATABASE_URL": "postgres://h/a"}, "database_url", "postgres://h/a"),
        ({"NAMEWATCH_DATABASE_URL": "x.db", "DATABASE_URL": "y.db"}, "database_url", "x.db"),
        ({"DATABASE_URL": "  "}, "database_url", "sqlite:///var/namewatch.db"),
        ({"NAMEWATCH_LEASE": "1.5"}, "lease", 1.5),
        ({"NAMEWATCH_ZONE": "Asia/Taipei"}, "zone", "Asia/Taipei"),
        ({"NAMEWATCH_WATCHLISTS": "lists"}, "watchlists", Path("lists")),
    ],
)
def test_a_variable_is_read(variables: dict[str, str], name: str, value: object) -> None:
    read = getattr(Settings.read(variables), name)
    assert (read.get_secret_value() if hasattr(read, "get_secret_value") else read) == value


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"NAMEWATCH_LEASE": "soon"}, "NAMEWATCH_LEASE is wrong: write seconds, 1 to 3600"),
        ({"NAMEWATCH_LEASE": "0"}, "NAMEWATCH_LEASE is wrong: write seconds, 1 to 3600"),
        ({"NAMEWATCH_LOG": "loud"}, "NAMEWATCH_LOG is wrong: write pretty or json"),
        ({"NAMEWATCH_ALLOW_NETWORKS": "home"}, "NAMEWATCH_ALLOW_NETWORKS is wrong: write ranges"),
        ({"NAMEWATCH_ALLOW_NETWORKS": "10.0.0.0/8 home"}, "NAMEWATCH_ALLOW_NETWORKS is wrong: write ranges"),
    ],
)
def test_a_wrong_variable_is_named(variables: dict[str, str], sentence: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.read(variables)
    assert str(caught.value).startswith(sentence)
    assert len(str(caught.value).splitlines()) == 1


def test_every_wrong_variable_has_its_line_and_no_value_of_a_secret_is_shown() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.read({"NAMEWATCH_LEASE": "x", "NAMEWATCH_AGE_LIMIT_HOURS": "y", "DATABASE_URL": "hush-hush"})
    assert len(str(caught.value).splitlines()) == 2
    assert "hush-hush" not in str(caught.value) + repr(Settings.read({"DATABASE_URL": "hush-hush"}))


@pytest.mark.parametrize(
    ("name", "sentences"),
    [
        ("NAMEWATCH_LEESE", ("NAMEWATCH_LEESE is not a setting; did you mean NAMEWATCH_LEASE?",)),
        ("NAMEWATCH_XYZZY_PLUGH_42", ("NAMEWATCH_XYZZY_PLUGH_42 is not a setting",)),
        ("NAMEWATCH_LEASE", ()),
        ("PATH", ()),
    ],
)
def test_a_slip_of_the_pen_is_told(name: str, sentences: tuple[str, ...]) -> None:
    assert unknown_variables({name: "1"}) == sentences


def test_the_process_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("NAMEWATCH_LEASE=7\nNAMEWATCH_LOG=json\n", encoding="utf-8")
    monkeypatch.setenv("NAMEWATCH_LEASE", "9")
    read = environment(tmp_path)
    assert (read["NAMEWATCH_LEASE"], read["NAMEWATCH_LOG"]) == ("9", "json")
