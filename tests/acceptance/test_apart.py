"""A short feed is filled from its page by the running bot, and however the bot ends, its processes end with it."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.acceptance.conftest import Namewatch, environment

LOCAL = {"NAMEWATCH_ALLOW_NETWORKS": "127.0.0.0/8"}
FEED = (
    "<rss version='2.0'><channel><title>Wire</title><item><guid>1</guid><title>A chip maker raises money</title>"
    "<link>{0}/page</link><description>More in our story.</description></item></channel></rss>"
)
PAGE = (
    "<html><head><title>A chip maker raises money</title></head><body><nav><a href='/'>Denso</a></nav><article><p>"
    + "Groq Inc said on Monday that it raised money for its chips, and that it will hire engineers in Pune. " * 4
    + "</p></article></body></html>"
)


@pytest.fixture
def wire() -> Iterator[str]:
    """The address of a server with a feed and the page that it names."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here = f"http://127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]
            found = {"/feed": FEED.format(here), "/page": PAGE}.get(self.path)
            body = (found or "").encode()
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/html" if self.path == "/page" else "application/rss+xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def watching(home: Path, wire: str) -> Path:
    home.joinpath("watchlists", "watched.yaml").write_text(
        f"companies: [Groq, Denso]\nsources: [{{url: '{wire}/feed', first_poll: alert}}]\n", encoding="utf-8"
    )
    return home


def test_a_name_that_only_the_page_has_alerts(watching: Path, namewatch: Namewatch) -> None:
    del watching
    done = namewatch("run", "--once", **LOCAL)
    assert ("Groq" in done.stdout, "Denso" in done.stdout, done.returncode) == (True, False, 0), done.stderr
    assert "Traceback" not in done.stderr


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def ctrl_c(pid: int) -> None:
    """A terminal sends it to every process of the group."""
    os.killpg(pid, signal.SIGINT)


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="asks /proc for the children of a process")
@pytest.mark.parametrize(("end", "code"), [(ctrl_c, 0), (kill, -signal.SIGKILL)])
def test_no_process_outlives_the_bot(watching: Path, end: Callable[[int], None], code: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        cwd=watching,
        env=environment(PYTHONUNBUFFERED="1", **LOCAL),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as bot:
        assert bot.stdout is not None
        assert bot.stderr is not None
        assert any("A chip maker raises money" in line for line in bot.stdout)
        children = [child for thread in Path(f"/proc/{bot.pid}/task").iterdir() for child in _children(thread)]
        assert children
        end(bot.pid)
        assert bot.wait(timeout=12) == code
        assert "Traceback" not in bot.stderr.read()
    until = time.monotonic() + 10
    while not all(map(gone, children)) and time.monotonic() < until:
        threading.Event().wait(0.05)
    assert all(map(gone, children))


def _children(thread: Path) -> list[int]:
    """A child belongs to the thread that started it."""
    return [int(child) for child in thread.joinpath("children").read_text(encoding="ascii").split()]
