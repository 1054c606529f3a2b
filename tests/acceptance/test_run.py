"""`namewatch run` as a person sees it: alerts once, every failure one clear line."""

import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.acceptance.conftest import CHECKOUT, Namewatch, environment
from tests.shared_data import SHARED, needs_shared

LIST = """\
version: 1
companies:
  - {name: Dixon Technologies, aliases: [Dixon]}
  - {name: Lava International, aliases: [Lava]}
  - {name: Xiaomi, aliases: [小米]}
  - {name: MediaTek, aliases: [聯發科]}
  - Groq
  - Denso
"""


WATCHED = "Dixon Technologies|Lava International|Xiaomi|MediaTek|Groq|Denso"


def write(home: Path, name: str, text: str) -> None:
    path = home / "watchlists" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def files_source(folder: str, rest: str = "first_poll: alert") -> str:
    return f"sources:\n  - {{name: Press, type: files, url: {folder}, {rest}}}\n"


def shell(home: Path, line: str) -> "subprocess.CompletedProcess[str]":
    """A line of shell, in which `namewatch` is the command; its stdout is what the line leaves of it."""
    return subprocess.run(
        ["bash", "-c", f'namewatch() {{ "{sys.executable}" -m bot "$@"; }}; set -o pipefail; {line}'],
        cwd=home,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def begun(home: Path) -> "subprocess.Popen[str]":
    """`namewatch run` as a process of its own, with nobody at its terminal."""
    return subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        cwd=home,
        env=environment(PYTHONUNBUFFERED="1"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


GONE = [
    ("namewatch run --once >/dev/full", "No space left on device"),
    ("namewatch run >/dev/full", "No space left on device"),
    ("namewatch run --once >&-", "closed"),
    ("namewatch run --once | true", "closed"),
    ("namewatch run | true", "closed"),
    ("namewatch run | head -n 1 >/dev/null", "closed"),
]


@pytest.mark.parametrize(("line", "said"), GONE)
def test_where_the_output_is_gone_alerts_wait_for_the_next_run(
    home: Path, namewatch: Namewatch, line: str, said: str
) -> None:
    write(home, "watched.yaml", LIST + files_source("news"))
    write(home, "news/one.md", "# Groq raises money\n\nGroq Inc said on Monday that it raised money for its chips.\n")
    done = shell(home, line)
    assert (done.returncode, said in done.stderr) == (1, True), done.stderr
    assert "1 message delivered" not in done.stderr
    assert "Traceback" not in done.stderr
    after = namewatch("run", "--once")
    assert ("Groq raises money" in after.stdout, after.returncode) == (True, 0), after.stderr
    assert "Groq raises money" not in namewatch("run", "--once").stdout


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("namewatch watch list | true", 0),
        ("namewatch why | true", 1),  # nothing was posted yet
        ("namewatch watch list >/dev/full", 1),
        ("namewatch run --once 2>&1 | true", 1),
        ("namewatch run --once <&-", 0),
    ],
)
def test_an_output_that_is_gone_is_no_traceback(home: Path, line: str, code: int) -> None:
    write(home, "watched.yaml", LIST)
    done = shell(home, line)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr


@needs_shared
def test_the_newspaper_page_becomes_three_alerts_each_with_its_companies(home: Path, namewatch: Namewatch) -> None:
    write(home, "watched.yaml", LIST + files_source(str(SHARED / "data" / "articles")))
    first = namewatch("run", "--once")
    assert first.returncode == 0, first.stderr
    alerts = [part.splitlines() for part in re.split(r"\n\s*\n", first.stdout) if "· list watched" in part]
    assert sorted(sorted(re.findall(WATCHED, lines[0])) for lines in alerts) == [
        ["Denso", "MediaTek"],
        ["Dixon Technologies", "Lava International", "Xiaomi"],
        ["Groq"],
    ]
    for lines in alerts:
        snippets = [line for line in lines if line.startswith("> ")]
        assert len(snippets) == len(set(snippets)) == len(re.findall(WATCHED, lines[0]))
    second = namewatch("run", "--once")
    assert "0 messages delivered" in second.stderr
    assert "· list watched" not in second.stdout


def test_a_second_run_posts_nothing_again(home: Path, namewatch: Namewatch) -> None:
    write(home, "watched.yaml", LIST + files_source("news"))
    write(home, "news/one.md", "# Groq raises money\n\nGroq Inc said on Monday that it raised money for its chips.\n")
    assert "Groq raises money" in namewatch("run", "--once").stdout
    again = namewatch("run", "--once")
    assert ("Groq raises money" in again.stdout, again.returncode) == (False, 0)
    write(home, "news/two.md", "# Denso opens a plant\n\nDenso Corp said on Monday that it opens a plant in Pune.\n")
    third = namewatch("run", "--once")
    assert ("Denso opens a plant" in third.stdout, "Groq raises money" in third.stdout) == (True, False)


def test_no_post_decides_and_a_later_run_delivers(home: Path, namewatch: Namewatch) -> None:
    write(home, "watched.yaml", LIST + files_source("news"))
    write(home, "news/one.md", "# Groq raises money\n\nGroq Inc said on Monday that it raised money for its chips.\n")
    silent = namewatch("run", "--once", "--no-post")
    assert ("Groq raises money" in silent.stdout, silent.returncode) == (False, 0)
    assert "1 waiting" in silent.stderr
    assert "Groq raises money" in namewatch("run", "--once").stdout


def test_what_waits_for_the_end_of_a_pause_is_no_failure_of_a_pass(home: Path, namewatch: Namewatch) -> None:
    write(home, "watched.yaml", LIST + files_source("news"))
    write(home, "news/one.md", "# Groq raises money\n\nGroq Inc said on Monday that it raised money for its chips.\n")
    assert "1 waiting," in namewatch("run", "--once", "--no-post").stderr
    assert namewatch("watch", "pause").returncode == 0
    paused = namewatch("run", "--once")
    assert ("Groq raises money" in paused.stdout, paused.returncode) == (False, 0), paused.stderr
    assert "1 waiting (1 until quiet hours or a pause end)" in paused.stderr
    assert namewatch("watch", "resume").returncode == 0
    assert "Groq raises money" in namewatch("run", "--once").stdout


def test_what_is_recorded_is_not_posted_and_why_says_so(home: Path, namewatch: Namewatch) -> None:
    write(home, "watched.yaml", LIST + files_source("news", "first_poll: record"))
    write(home, "news/one.md", "# Groq raises money\n\nGroq Inc said on Monday that it raised money for its chips.\n")
    assert "Groq raises" not in namewatch("run", "--once").stdout
    told = namewatch("why", "groq money")
    assert told.returncode == 0, told.stderr
    assert "first poll" in told.stdout
    assert "Groq" in told.stdout


@pytest.mark.parametrize(
    ("files", "variables", "code", "said"),
    [
        ({}, {"NAMEWATCH_WATCHLISTS": "nowhere"}, 1, "nowhere"),
        ({"a.yaml": "companies: [Lava]\nchanels: [x]\n"}, {}, 1, "a.yaml:2:1: error: `chanels`"),
        ({"a.yaml": "companies:\n\t- Lava\n"}, {}, 1, "a.yaml:2:"),
        ({"a.yaml": "companies: [Lava]\nchannels: ['teams:#x']\n"}, {}, 1, "'teams' is not a chat platform"),
        ({"a.yaml": "companies: [Lava]\nsources: ['ftp://x.example/feed']\n"}, {}, 1, "a.yaml:2:"),
        ({"a.yaml": "companies: [Lava]\n"}, {"DATABASE_URL": "/proc/nowhere/x.db"}, 1, "/proc/nowhere"),
        ({"a.yaml": "companies: [Lava]\n"}, {"DATABASE_URL": "mysql://h/x"}, 2, "DATABASE_URL"),
        ({"a.yaml": "companies: [Lava]\n"}, {"NAMEWATCH_LEASE": "soon"}, 2, "NAMEWATCH_LEASE"),
        (
            {"a.yaml": "companies: [Lava]\n"},
            {"DATABASE_URL": "postgres://u:canary@127.0.0.1:1/x"},
            1,
            "postgresql://127.0.0.1:1/x",
        ),
    ],
)
def test_bad_input_is_one_clear_line(
    home: Path, namewatch: Namewatch, files: dict[str, str], variables: dict[str, str], code: int, said: str
) -> None:
    for name, text in files.items():
        write(home, name, text)
    done = namewatch("run", "--once", **variables)
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr
    assert "Traceback" not in done.stderr
    assert "canary" not in done.stderr + done.stdout


def test_a_bad_file_does_not_stop_the_others(home: Path, namewatch: Namewatch) -> None:
    write(home, "bad.yaml", "companies: [\n")
    write(home, "watched.yaml", LIST + files_source("news"))
    write(home, "news/one.md", "# Groq raises money\n\nGroq Inc said on Monday that it raised money for its chips.\n")
    done = namewatch("run", "--once")
    assert "Groq raises money" in done.stdout
    assert ("bad.yaml:" in done.stderr, done.returncode) == (True, 1)


def test_a_dead_source_is_one_line_and_the_others_go_on(home: Path, namewatch: Namewatch) -> None:
    dead = "  - {name: Dead, url: 'http://127.0.0.1:1/feed'}\n"
    write(home, "watched.yaml", LIST + files_source("news") + dead)
    write(home, "news/one.md", "# Groq raises money\n\nGroq Inc said on Monday that it raised money for its chips.\n")
    done = namewatch("run", "--once")
    assert ("Groq raises money" in done.stdout, done.returncode) == (True, 1)
    assert "namewatch: Dead: " in done.stderr
    assert "Traceback" not in done.stderr


def test_a_broken_line_of_a_file_is_named_and_the_rest_is_read(home: Path, namewatch: Namewatch) -> None:
    write(home, "watched.yaml", LIST + files_source("news"))
    good = '{"id": "1", "title": "Groq raises money", "text": "Groq Inc said on Monday that it raised money."}'
    write(home, "news/a.jsonl", f"{good}\nbroken\n")
    done = namewatch("run", "--once")
    assert "Groq raises money" in done.stdout
    assert "namewatch: Press: a.jsonl:2: not a JSON object on one line" in done.stderr


def test_nothing_watched_yet_is_said_and_no_failure(home: Path, namewatch: Namewatch) -> None:
    write(home, "empty.yaml", "companies: []\n")
    done = namewatch("run", "--once")
    assert done.returncode == 0, done.stderr
    assert "/watch add" in done.stdout


@pytest.mark.parametrize("folder", ["there", "missing"])
def test_a_bot_without_any_list_starts_and_says_the_first_step(home: Path, namewatch: Namewatch, folder: str) -> None:
    if folder == "missing":
        (home / "watchlists").rmdir()
    with begun(home) as process:
        assert process.stdout is not None
        first = next(line for line in process.stdout if "nothing yet" in line)
        assert "add a company to a file in watchlists/" in first
        assert "namewatch watch add Lava" in first
        added = namewatch("watch", "add", "Lava International")
        assert added.returncode == 0, added.stderr
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=12) == 0
    assert "Lava International" in (home / "watchlists" / "terminal.yaml").read_text()
    once = namewatch("run", "--once")
    assert ("1 company on 1 list" in once.stdout, once.returncode) == (True, 0), once.stderr


BROKEN = "companies: [Lava]\nsources: ['ftp://x.example/feed']\n"


@pytest.mark.parametrize(
    ("files", "said", "unsaid"),
    [
        ({"a.yaml": "companies: [Lava]\n"}, "name one under `sources:`", "namewatch check"),
        (
            {"a.yaml": BROKEN, "b.yaml": "companies: [Oppo]\n"},
            "No source is polled, for a file has errors: namewatch check watchlists",
            "name one under",
        ),
        (
            {"a.yaml": BROKEN, "b.yaml": "companies: []\n"},
            "watches nothing, for a file has errors: namewatch check watchlists",
            "add a company",
        ),
        ({"a.yaml": BROKEN}, "no list can be used; mend the lines above", "name one under"),
    ],
)
def test_where_nothing_is_polled_the_next_step_is_what_is_wrong(
    home: Path, namewatch: Namewatch, files: dict[str, str], said: str, unsaid: str
) -> None:
    for name, text in files.items():
        write(home, name, text)
    done = namewatch("run", "--once")
    shown = done.stdout + done.stderr
    assert (said in shown, unsaid in shown) == (True, False), shown
    assert ("ftp" in done.stderr or "a.yaml:" in done.stderr) is (files["a.yaml"] == BROKEN)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_running_bot_alerts_and_ends_when_asked(home: Path, number: signal.Signals) -> None:
    write(home, "watched.yaml", LIST + files_source("news"))
    write(home, "news/one.md", "# Groq raises money\n\nGroq Inc said on Monday that it raised money for its chips.\n")
    with begun(home) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert any("Groq raises money" in line for line in process.stdout)
        process.send_signal(number)
        assert process.wait(timeout=12) == 0
        assert "Traceback" not in process.stderr.read()


def test_the_bundled_samples_alert_and_the_volcano_does_not(namewatch: Namewatch) -> None:
    done = namewatch("run", "--once", NAMEWATCH_WATCHLISTS=str(CHECKOUT / "watchlists"))
    assert "Lava International" in done.stdout
    assert "Traceback" not in done.stderr
    assert not re.search("volcano|火山", done.stdout, re.IGNORECASE)


FEED = """\
<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Wire</title><link>http://wire.example/</link>{items}</channel></rss>
"""
ITEM = """\
<item><guid>{number}</guid><title>{title}</title><link>http://wire.example/{number}</link>
<description>&lt;p&gt;{text}&lt;/p&gt;</description></item>
"""


class Wire:
    """A feed on a real server, with validators; it remembers how it was asked."""

    def __init__(self) -> None:
        self.items: list[str] = []
        self.answers: list[int] = []
        wire = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = FEED.format(items="".join(wire.items)).encode()
                etag = f'"{len(wire.items)}"'
                fresh = self.headers.get("If-None-Match") != etag
                wire.answers.append(200 if fresh else 304)
                self.send_response(wire.answers[-1])
                self.send_header("ETag", etag)
                self.send_header("Content-Type", "application/rss+xml")
                self.send_header("Content-Length", str(len(body) if fresh else 0))
                self.end_headers()
                if fresh:
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/feed"

    def add(self, title: str, text: str) -> None:
        self.items.append(ITEM.format(number=len(self.items), title=title, text=text))


@pytest.fixture
def wire() -> Iterator[Wire]:
    made = Wire()
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


def test_a_feed_over_http_alerts_from_its_second_poll_on(home: Path, namewatch: Namewatch, wire: Wire) -> None:
    write(home, "watched.yaml", LIST + f"sources: ['{wire.url}']\n")
    own = {"NAMEWATCH_ALLOW_NETWORKS": "127.0.0.0/8"}
    wire.add("Denso opens a plant", "Denso Corp said on Monday that it opens a plant in Pune.")
    assert "Denso opens" not in namewatch("run", "--once", **own).stdout
    assert "Denso opens" not in namewatch("run", "--once", **own).stdout
    wire.add("Groq raises money", "Groq Inc said on Monday that it raised money for its chips.")
    third = namewatch("run", "--once", **own)
    assert "Groq raises money" in third.stdout
    assert "Denso opens" not in third.stdout
    assert wire.answers == [200, 304, 200]


def test_a_feed_inside_the_network_is_not_asked(home: Path, namewatch: Namewatch, wire: Wire) -> None:
    write(home, "watched.yaml", LIST + f"sources: ['{wire.url}']\n")
    done = namewatch("run", "--once")
    assert (done.returncode, wire.answers) == (1, [])
