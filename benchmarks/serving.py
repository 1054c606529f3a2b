"""Feeds on loopback for the benchmarks: nginx where it is installed, else a small aiohttp server, in another process.

Every feed has a host of its own, an address of 127.0.0.0/8: the bot keeps to one connection a host. The server closes
each connection after its answer: between two polls of a feed lie minutes, and none would live as long.
"""

import random
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

import wordfreq
from aiohttp import web

ENTRIES = 30
PARAGRAPHS = 3
"""Of some 440 characters each: 30 entries make about 58 KB."""

_BEGIN = datetime(2026, 11, 1, 6, 0, tzinfo=UTC)
_NGINX = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr error;
events {{ worker_connections 8192; }}
http {{
  access_log off;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  types {{ application/rss+xml xml; }}
  keepalive_timeout 0;
  server {{ listen 0.0.0.0:{port} backlog=4096; root {root}; allow 127.0.0.0/8; deny all; }}
}}
"""


class News(NamedTuple):
    """An entry of a feed; the body is HTML."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Site:
    """`feeds` feeds, each on a host of its own."""

    root: Path
    port: int
    feeds: int

    def urls(self) -> list[str]:
        """The addresses of the feeds."""
        return [f"http://{host(number)}:{self.port}/{number}.xml" for number in range(self.feeds)]

    def publish(self, edition: int, news: Sequence[News] = ()) -> None:
        """Write all feeds; each next edition has one new entry at the top and has lost the last one.

        `news`: what the new entry of each feed is about; else it is made up.
        """
        for number in range(self.feeds):
            (self.root / f"{number}.xml").write_bytes(rss(number, edition, news[number] if news else None))


def host(number: int) -> str:
    """An address of its own for each feed."""
    return f"127.1.{number // 250}.{number % 250 + 1}"


def rss(number: int, edition: int, news: News | None = None) -> bytes:
    """One feed, newest entry first. No entry is in two feeds."""
    newest = edition + ENTRIES
    first = _item(number, newest, news or _made_up_news(number, newest))
    items = first + "".join(_item(number, at, _made_up_news(number, at)) for at in range(newest - 1, edition, -1))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>Daily {number}</title><link>https://daily{number}.example/</link><language>en</language>"
        f"<description>The news of the day</description>{items}</channel></rss>"
    ).encode()


def _made_up_news(number: int, entry: int) -> News:
    chance = random.Random(number * 1_000 + entry)
    paragraphs = [chance.choice(_PARAGRAPHS) for _ in range(PARAGRAPHS)]
    return News(" ".join(chance.choices(_WORDS, k=9)).capitalize(), f"<p>{'</p><p>'.join(paragraphs)}</p>")


def _item(number: int, entry: int, news: News) -> str:
    address = f"https://daily{number}.example/2026/11/a-story-of-the-day-{entry}"
    published = format_datetime(_BEGIN + timedelta(minutes=17 * entry))
    return (
        f"<item><title>{escape(news.title)}</title><link>{address}</link><guid isPermaLink='true'>{address}</guid>"
        f"<pubDate>{published}</pubDate><dc:creator>Our staff</dc:creator>"
        f"<description>{escape(news.body[:120])}</description>"
        f"<content:encoded><![CDATA[{news.body}]]></content:encoded></item>\n"
    )


def _made_up(words: Sequence[str]) -> list[str]:
    """Paragraphs of four sentences of common words."""
    chance = random.Random(7)
    sentences = [f"{' '.join(chance.choices(words, k=16)).capitalize()}." for _ in range(4_000)]
    return [" ".join(sentences[at : at + 4]) for at in range(0, len(sentences), 4)]


_WORDS = [word for word in wordfreq.top_n_list("en", 4_000) if word.isalpha()]
_PARAGRAPHS = _made_up(_WORDS)


@contextmanager
def serving(folder: Path, feeds: int) -> Iterator[Site]:
    """The first edition of so many feeds, served until the context ends."""
    root = folder / "site"
    root.mkdir()
    site = Site(root, _free_port(), feeds)
    site.publish(0)
    server = subprocess.Popen(_command(folder, site))
    try:
        _wait_for(site.port)
        yield site
    finally:
        server.terminate()
        server.wait(10)


def server_name() -> str:
    """Who serves."""
    return "nginx" if shutil.which("nginx") else "aiohttp's static server (nginx is not installed)"


def _command(folder: Path, site: Site) -> list[str]:
    nginx = shutil.which("nginx")
    if nginx is None:
        return [sys.executable, "-m", "benchmarks.serving", str(site.root), str(site.port)]
    settings = folder / "nginx.conf"
    settings.write_text(_NGINX.format(folder=folder, root=site.root, port=site.port))
    folder.chmod(0o755)  # started as root its workers are somebody else
    return [nginx, "-c", str(settings), "-p", str(folder), "-e", "stderr"]


def _free_port() -> int:
    with closing(socket.socket()) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(200):
        with closing(socket.socket()) as sock:
            if sock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the server of the feeds did not start")


def main() -> None:
    """Serve a folder: `python -m benchmarks.serving FOLDER PORT`."""
    application = web.Application()
    application.router.add_static("/", sys.argv[1])
    web.run_app(application, host="0.0.0.0", port=int(sys.argv[2]), keepalive_timeout=0, print=None, access_log=None)


if __name__ == "__main__":
    main()
