"""The child process for sitemaps: reads one from stdin, limits itself, writes it as JSON to stdout."""

import dataclasses
import json
import sys

from bot.sources.parsing.limits import limit
from bot.sources.parsing.sitemaps import read_sitemap


def main(content_type: str) -> None:
    """`content_type` as the server said it."""
    limit()
    sitemap = read_sitemap(sys.stdin.buffer.read(), content_type)
    sys.stdout.write(json.dumps(dataclasses.asdict(sitemap)))


if __name__ == "__main__":
    main(sys.argv[1])
