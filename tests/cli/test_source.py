"""`namewatch source`: added with a look at what it brings, listed with its health, removed, and as OPML."""

import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path
from typing import ClassVar

import pytest

from bot.cli.main import main

FEED = """<rss version="2.0"><channel><title>The Herald</title>
<item><guid>1</guid><title>Old news</title><pubDate>Thu, 19 Nov 2020 08:30:00 GMT</pubDate></item>
<item><guid>2</guid><title>Lava International opens a phone plant</title>
<pubDate>Fri, 20 Nov 2020 08:30:00 GMT</pubDate><description>Handsets are built there.</description></item>
<item><guid>3</guid><title>Weather \x1b[31m</title><pubDate>Thu, 19 Nov 2020 09:30:00 GMT</pubDate></item>
<item><guid>4</guid><title>Oldest</title><pubDate>Thu, 19 Nov 2019 09:30:00 GMT</pubDate></item>
</channel></rss>""".replace("\x1b", "&#27;")
HOME = '<title>x</title><link rel="alternate" type="application/rss+xml" href="/feed.xml">'
PAGE = "".join(f"<h2><a href=/{n}>Lava opens plant number {n} in Noida</a></h2>" for n in range(4))
OPML = """<opml version="2.0"><body>
<outline text="Asia"><outline text="Herald" xmlUrl="https://herald.example/feed"/></outline>
<outline text="Again" xmlUrl="http://www.herald.example/feed/"/>
<outline text="Herald" xmlUrl="https://other.example/feed"/>
<outline text="Odd" xmlUrl="ftp://odd.example/"/>
<outline text="None" type="rss"/>
</body></opml>"""


PAGES = {
    "/": HOME,
    "/feed.xml": FEED,
    "/same.xml": FEED.replace("The Herald", "Another title"),
    "/robots.txt": "User-agent: *\nDisallow: /private",
    "/private/list": PAGE,
    "/list": PAGE,
}


STATUSES = {"/retired": 410, "/busy": 429, "/broken": 503}


class Site(BaseHTTPRequestHandler):
    """A small site; anything else is not there."""

    def do_GET(self) -> None:
        body = PAGES.get(self.path, "").encode()
        self.send_response(200 if body else STATUSES.get(self.path, 404))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Canary(BaseHTTPRequestHandler):
    """Nobody may come here."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(404)
        self.end_headers()


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


Ran = tuple[int, str, str]


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Call `namewatch source` in a folder with one list."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NAMEWATCH_ALLOW_NETWORKS", "127.0.0.0/8")
    lists = tmp_path / "watchlists"
    lists.mkdir()
    lists.joinpath("phones.yaml").write_text("name: Phones\ncompanies:\n  - Lava International\n", encoding="utf-8")

    def call(*arguments: str) -> Ran:
        code = main(["source", *arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_add_finds_the_feed_shows_the_newest_and_writes_it(source: Callable[..., Ran], site: str) -> None:
    code, out, _ = source("add", site, "--tags", "asia, tech", "--yes")
    lines = out.splitlines()
    assert code == 0
    assert lines[:2] == ["The Herald · feed named by the page · 4 entries", f"{site}/feed.xml"]
    assert [line.strip() for line in lines[2:8]] == [
        "Lava International opens a phone plant · 20 Nov 2020",
        "would alert: Lava International (Phones)",
        "Weather [31m · 19 Nov 2020",
        "no alert (only the title is known before the page is read)",
        "Old news · 19 Nov 2020",
        "no alert (only the title is known before the page is read)",
    ]
    assert lines[-1].startswith("Added: watchlists/sources.yaml:3:5. Its first poll records")
    text = Path("watchlists/sources.yaml").read_text(encoding="utf-8")
    assert text == (f"version: 1\nsources:\n  - name: The Herald\n    url: {site}/feed.xml\n    tags: [asia, tech]\n")


def test_add_asks_first_and_without_an_answer_adds_nothing(source: Callable[..., Ran], site: str) -> None:
    code, out, err = source("add", site)
    assert code == 1
    assert "would alert" in out
    assert "say --yes" in err
    assert not Path("watchlists/sources.yaml").exists()


class Typed(StringIO):
    """A terminal with somebody at it."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("typed", "added"), [("y\n", True), ("YES\n", True), ("\n", False), ("n\n", False), ("", False)]
)
def test_who_sits_at_the_terminal_is_asked(
    source: Callable[..., Ran], site: str, monkeypatch: pytest.MonkeyPatch, typed: str, added: bool
) -> None:
    monkeypatch.setattr(sys, "stdin", Typed(typed))
    code, out, _ = source("add", f"{site}/feed.xml")
    assert "Add it to watchlists/sources.yaml? [y/N]" in out
    assert (code, Path("watchlists/sources.yaml").exists()) == ((0, True) if added else (1, False))


def test_what_is_known_is_not_added_twice(source: Callable[..., Ran], site: str) -> None:
    source("add", site, "--yes")
    before = Path("watchlists/sources.yaml").read_bytes()
    for url in (site, f"{site}/feed.xml", f"{site}/feed.xml?utm_source=x"):
        code, _, err = source("add", url, "--yes", "--name", "Another")
        assert code == 1
        assert "this is a source already: The Herald" in err
        assert "watchlists/sources.yaml:3" in err
    code, _, err = source("add", f"{site}/list", "--type", "page", "--name", "the herald", "--yes")
    assert (code, "give this one another name" in err) == (1, True)
    assert Path("watchlists/sources.yaml").read_bytes() == before


def test_the_same_feed_under_another_address_is_known(source: Callable[..., Ran], site: str) -> None:
    source("add", f"{site}/feed.xml", "--yes")
    code, _, err = source("add", f"{site}/same.xml", "--yes")
    assert code == 1
    assert "lists the same as a source that is there already: The Herald" in err


def test_a_page_can_lead_nowhere_inside(source: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, site: str) -> None:
    monkeypatch.setenv("NAMEWATCH_ALLOW_NETWORKS", "127.0.0.1/32")
    with ThreadingHTTPServer(("127.0.0.2", 0), Canary) as canary:
        thread = threading.Thread(target=canary.serve_forever, daemon=True)
        thread.start()
        inside = f"http://127.0.0.2:{canary.server_port}"
        links = "".join(f'<link rel="alternate" type="application/rss+xml" href="{inside}/{n}">' for n in range(3))
        monkeypatch.setitem(PAGES, "/trap", links + PAGE)
        monkeypatch.setitem(PAGES, "/map.xml", f"<sitemapindex><sitemap><loc>{inside}/m</loc></sitemap></sitemapindex>")
        assert source("add", f"{site}/trap", "--yes")[0] == 0
        code, _, err = source("add", f"{site}/map.xml", "--yes")
        canary.shutdown()
        thread.join()
    assert (code, "127.0.0.2" in err) == (1, False)
    assert Canary.asked == []


def test_a_page_that_robots_may_not_read_is_refused_in_words(source: Callable[..., Ran], site: str) -> None:
    code, _, err = source("add", f"{site}/private/list", "--type", "page", "--yes")
    assert code == 1
    assert "robots.txt" in err


def test_a_page_goes_into_the_list_that_is_named_with_its_selector(source: Callable[..., Ran], site: str) -> None:
    code, out, _ = source("add", f"{site}/list", "--type", "page", "--select", "h2 a", "--list", "phones", "--yes")
    assert code == 0
    assert "links: h2 a" in out
    assert (
        Path("watchlists/phones.yaml")
        .read_text(encoding="utf-8")
        .endswith(f"  - Lava International\nsources:\n  - url: {site}/list\n    type: page\n    select: h2 a\n")
    )


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["add", "ftp://example.org"], 2, "an address begins with https://"),
        (["add", "http://user:secret@example.org"], 2, "a user name or password"),
        (["add", "127.0.0.1:1"], 1, "a site without https needs http:// written out; nothing was changed"),
        (["add", "http://127.0.0.1:1"], 1, "does not answer: check the address; nothing was changed"),
        (["add", "http://192.168.0.1/"], 1, "not a public web address"),
        (["add", "example.org", "--list", "../x.yaml"], 2, "not below"),
        (["add", "example.org", "--list", "nope"], 2, "there is no list nope"),
        (["add", "example.org", "--select", "h2", "--type", "feed"], 2, "--select is for pages"),
        (["remove", "nope"], 1, "no source has the name or the address nope"),
        (["import", "nope.opml"], 2, "nope.opml can't be read: no such file"),
    ],
)
def test_what_can_not_be_done_is_said(source: Callable[..., Ran], arguments: list[str], code: int, words: str) -> None:
    ended, _, err = source(*arguments)
    assert ended == code
    assert words in err
    assert "secret" not in err


def test_list_shows_health_and_remove_takes_it_away(source: Callable[..., Ran], site: str) -> None:
    source("add", site, "--yes")
    code, out, _ = source("list")
    assert code == 0
    assert out.splitlines() == [
        "1 source · 1 not polled yet",
        "The Herald · not polled yet",
        f"  feed {site}/feed.xml (watchlists/sources.yaml:3:5)",
    ]
    code, out, _ = source("remove", "the herald")
    assert (code, out.startswith("Removed: The Herald, from watchlists/sources.yaml.")) == (0, True)
    assert "Add one: namewatch source add URL" in source("list")[1]


def test_what_is_done_to_sources_stands_in_the_log(
    source: Callable[..., Ran], site: str, capsys: pytest.CaptureFixture[str]
) -> None:
    source("add", site, "--yes")
    source("remove", "the herald")
    Path("feeds.opml").write_text(OPML, encoding="utf-8")
    source("import", "feeds.opml")
    assert main(["log"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [" operator " in line for line in lines] == [True] * 4
    said = ["The Herald (", "The Herald (", "Herald (https://herald.example/feed)", "(https://other.example/feed)"]
    assert all(each in line for each, line in zip(said, lines, strict=True)), lines


def test_a_failing_source_is_told_first(source: Callable[..., Ran], site: str) -> None:
    Path("watchlists/sources.yaml").write_text(
        f"sources: [{site}/feed.xml, {{name: Zombie, url: '{site}/gone'}}]\n", encoding="utf-8"
    )
    main(["run", "--once", "--no-post"])
    code, out, _ = source("list")
    assert code == 1
    lines = out.partition("2 sources · 1 failing · 1 in order\n")[2].splitlines()
    assert lines[0].startswith("Zombie · FAILING")
    assert "the server answered 404" in lines[0]
    assert lines[2].startswith("127.0.0.1 · read today")


@pytest.mark.parametrize(
    ("path", "advice"),
    [
        ("gone", "404: check the address"),
        ("busy", "429: try again later"),
        ("broken", "503: try again later"),
    ],
)
def test_a_server_that_answers_no_says_what_to_do(
    source: Callable[..., Ran], site: str, path: str, advice: str
) -> None:
    code, _, err = source("add", f"{site}/{path}", "--yes")
    assert (code, err) == (1, f"namewatch: the server answered {advice}; nothing was changed\n")


@pytest.mark.usefixtures("source")
def test_what_begins_with_a_source_names_it_once(site: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("watchlists/sources.yaml").write_text(
        f"sources: [{{name: Zombie, url: '{site}/retired'}}]\n", encoding="utf-8"
    )
    main(["run", "--once", "--no-post"])
    err = capsys.readouterr().err
    assert "namewatch: Zombie is gone for good" in err
    assert "namewatch: Zombie: the server answered 410" in err


@pytest.mark.usefixtures("source")
def test_a_note_about_a_source_is_nothing_to_mend(site: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("watchlists/sources.yaml").write_text(f"sources: [{{type: page, url: '{site}/list'}}]\n", encoding="utf-8")
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert "ok     source 127.0.0.1: 4 entries\nnote   which links are articles is a guess" in out


def test_opml_in_and_out(source: Callable[..., Ran]) -> None:
    Path("feeds.opml").write_text(OPML, encoding="utf-8")
    code, out, err = source("import", "feeds.opml")
    assert code == 1
    assert out == "2 imported into watchlists/sources.yaml, 1 known already, 2 refused\n"
    assert err.splitlines() == [
        "namewatch: feeds.opml:5: Odd: an address begins with https:// or http://",
        "namewatch: feeds.opml:6: None: it has no xmlUrl",
    ]
    assert source("import", "feeds.opml")[1].startswith("0 imported into")
    code, out, _ = source("export")
    assert code == 0
    assert out.count("<outline") == 2
    assert 'text="Herald" title="Herald" xmlUrl="https://herald.example/feed" category="Asia"' in out
    assert 'text="other.example"' in out


def test_what_opml_has_no_form_for_is_named(source: Callable[..., Ran]) -> None:
    Path("watchlists/sources.yaml").write_text("sources: [{type: page, url: 'https://a.example/'}]\n", encoding="utf-8")
    code, out, err = source("export")
    assert (code, "<outline" in out) == (0, False)
    assert "1 source left out, OPML knows feeds alone: a.example" in err
