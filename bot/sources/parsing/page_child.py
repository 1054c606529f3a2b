"""The child process for list pages: reads one from stdin, limits itself, writes its links as JSON to stdout."""

import dataclasses
import json
import sys

from bot.extraction import as_utf8
from bot.sources.parsing.limits import limit
from bot.sources.parsing.links import read_page


def main(content_type: str, address: str, select: str) -> None:
    """`address` is that of the page; `select` a CSS selector, or empty for a guess."""
    limit()
    page = read_page(as_utf8(sys.stdin.buffer.read(), content_type), address, select)
    sys.stdout.write(json.dumps(dataclasses.asdict(page)))


if __name__ == "__main__":
    main(*sys.argv[1:])
