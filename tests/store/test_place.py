"""DATABASE_URL: what is understood, what is refused, and that its password is never said."""

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.store import describe, open_store, upgrade
from bot.store.place import FilePlace, ServerPlace, parse_place


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///var/namewatch.db", "var/namewatch.db"),
        ("sqlite:////srv/namewatch.db", "/srv/namewatch.db"),
        ("sqlite:var/namewatch.db", "var/namewatch.db"),
        ("sqlite+aiosqlite:///var/x.db", "var/x.db"),
        ("SQLite:///var/x.db", "var/x.db"),
        ("var/namewatch.db", "var/namewatch.db"),
        ("  ./x.db\n", "x.db"),
        ("/srv/a folder/x%20y.db", "/srv/a folder/x%20y.db"),
        ("C:\\data\\x.db", "C:\\data\\x.db"),
    ],
)
def test_a_file(url: str, path: str) -> None:
    assert parse_place(url) == FilePlace(Path(path))
    assert describe(url) == str(Path(path))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgres://ana:secret@db.example:5433/news", "postgresql://db.example:5433/news"),
        ("postgresql://ana:secret@db.example/news?sslmode=require", "postgresql://db.example/news"),
        ("postgresql+psycopg://ana@db.example/news", "postgresql://db.example/news"),
        ("POSTGRES://ana:secret@db.example/news", "postgresql://db.example/news"),
        ("postgresql:///news", "postgresql://localhost/news"),
        ("postgresql://ana:secret@/news?host=/run/pg", "postgresql:///run/pg/news"),
    ],
)
def test_a_server(url: str, said: str) -> None:
    place = parse_place(url)
    assert isinstance(place, ServerPlace)
    assert place.url().drivername == "postgresql+psycopg"
    assert describe(url) == said
    assert "secret" not in repr(place)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "   ",
        "sqlite:",
        "sqlite://",
        "sqlite:///",
        "sqlite://secret/x.db",
        "sqlite:///:memory:",
        "namewatch",
        "postgres://ana:p@secret@db.example/news",
        "postgres://ana:p@secret@[bad/news",
        "var/",
        "a\x00b",
        "mysql://ana:secret@db.example/news",
        "http://ana:secret@db.example/news",
        "postgres:secret",
        "postgresql://ana:secret@db.example",
        "postgresql://ana:secret@db.example/",
        "postgresql://ana:secret@db.example:port/news",
        "postgresql://ana:se@cret@[::1/news",
    ],
)
async def test_a_wrong_address_names_the_setting_and_never_its_value(url: str) -> None:
    for use in (open_store, upgrade):
        with pytest.raises(SettingsError, match="DATABASE_URL") as raised:
            await use(url)
        assert "secret" not in str(raised.value)
        assert "\n" not in str(raised.value)
        assert raised.value.__cause__ is None or "secret" not in str(raised.value.__cause__)
