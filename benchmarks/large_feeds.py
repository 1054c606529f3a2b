"""A web server on loopback, in a process of its own, with large feeds that nobody else has written."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PARAGRAPH = (
    "The central bank left its rate unchanged on Thursday, as most economists had expected, and said that exports of "
    "electronics would support growth in the second half although demand at home remains weak. "
)
LARGE = 1_500_000
"""Characters of each twentieth feed."""


def word(number: int) -> str:
    """A made-up word for each number, at least four syllables."""
    letters = "bcdfghklmnprstvz"
    return "".join(f"{letters[number >> shift & 15]}{'aeio'[number >> shift & 3]}" for shift in (0, 4, 8, 12))


def company_name(number: int) -> str:
    """One of the companies that the feeds name."""
    return f"{word(number * 37 + 11).title()} {word(number * 101 + 5).title()} Holdings"


def feed(number: int, *, entries: int, paragraphs: int, companies: int) -> bytes:
    """RSS; every fifth entry names a company."""
    items = "".join(
        _item(number * 10_000 + position, paragraphs, companies if position % 5 == 0 else 0)
        for position in range(entries)
    )
    return f'<rss version="2.0"><channel><title>Feed {number}</title>{items}</channel></rss>'.encode()


def _item(number: int, paragraphs: int, companies: int) -> str:
    words = f"{word(number)} {word(number * 7 + 1)} {word(number * 13 + 2)}"
    named = f"{company_name(number % companies)} said it will build {words}. " if companies else ""
    body = "".join(f"&lt;p&gt;{named}{words} {PARAGRAPH * 4}&lt;/p&gt;" for _ in range(paragraphs))
    link = f"http://127.0.0.1/{number}"
    head = f"<guid>{link}</guid><link>{link}</link><title>{words}: {named}</title>"
    return f"<item>{head}<description>{body}</description></item>"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        number, entries, paragraphs, companies = map(int, self.path.strip("/").split("/"))
        if number % 20 == 19:
            paragraphs = LARGE // (entries * 4 * len(PARAGRAPH))
        body = feed(number, entries=entries, paragraphs=paragraphs, companies=companies)
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served() -> Iterator[str]:
    """The address of the server; a feed is `/number/entries/paragraphs/companies`."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.large_feeds"], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
    finally:
        process.kill()
        process.communicate()


def main() -> None:
    """Serve until killed; says the port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
