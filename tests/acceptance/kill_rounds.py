"""Starts the bot again and again and kills it with SIGKILL, at another moment each time; run as a script.

    kill_rounds.py ROUNDS SEED     in the folder of the bot; alerts of all rounds are appended to alerts.txt

Each round brings a new source of three articles. The interpreter is forked, with everything imported, so that kills
fall on the work and not on the imports. The last round is not killed: it ends by itself.
"""

import os
import random
import select
import signal
import sys
from pathlib import Path

from bot.cli import main

LONGEST_ROUND = 0.9
"""Seconds from start to kill, at the most: by then everything of the round is delivered."""

ARTICLE = (
    "# Groq announces item {number}\n\nGroq Inc said on Monday that item {number} of {word} is on its way to {word}.\n"
)


def bring_news(number: int) -> None:
    """A source that was not there in the round before."""
    folder = Path("watchlists") / f"news-{number}"
    folder.mkdir(parents=True)
    for position in range(3):
        item = number * 3 + position
        word = "".join(chr(ord("b") + int(digit)) + "a" for digit in f"{item * 7919:06d}")
        (folder / f"{item}.md").write_text(ARTICLE.format(number=item, word=word), encoding="utf-8")
    source = f"sources:\n  - {{type: files, url: news-{number}, first_poll: alert}}\n"
    (Path("watchlists") / f"news-{number}.yaml").write_text(source, encoding="utf-8")


def begin() -> int:
    """Fork a bot whose output goes to the files of this folder; returns its process id."""
    child = os.fork()
    if child:
        return child
    for stream, name in ((1, "alerts.txt"), (2, "log.txt")):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND), stream)
    os._exit(main(["run"]))


def wait(child: int, seconds: float) -> bool:
    """Whether the process ended within so many seconds."""
    handle = os.pidfd_open(child)
    ready, _, _ = select.select([handle], [], [], seconds)
    os.close(handle)
    return bool(ready)


def all_arrived(items: int) -> bool:
    """Whether every article has been seen in the output."""
    text = Path("alerts.txt").read_text(encoding="utf-8")
    return all(
        f"Groq announces item {item}\n" in text or f"Groq announces item {item} " in text for item in range(items)
    )


def play(rounds: int, seed: int) -> None:
    """All rounds, then one that may finish."""
    chance = random.Random(seed)  # noqa: S311 - it spreads kills
    for number in range(rounds):
        bring_news(number)
        child = begin()
        if not wait(child, chance.uniform(0.02, LONGEST_ROUND)):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    child = begin()
    for _ in range(300):
        if all_arrived(rounds * 3) or wait(child, 0.1):
            break
    os.kill(child, signal.SIGTERM)
    os.waitpid(child, 0)


if __name__ == "__main__":
    play(int(sys.argv[1]), int(sys.argv[2]))
