"""`search`: articles of the past that hold some words, the newest first."""

from datetime import timedelta

from bot.commands.desk import Desk
from bot.commands.lookback import told
from bot.commands.paging import pages
from bot.commands.phrases import listed, problem
from bot.commands.requests import Search
from bot.commands.visible import visible
from bot.commands.words import quoted
from bot.model.card import Line
from bot.model.command import Action, Command, Reply
from bot.text import counted

PAGE = 10
WORDS = 3
MOST = 500


async def search(desk: Desk, command: Command, request: Search) -> Reply:
    """A page of the articles that hold all the words, newest first, of sources that may be seen here."""
    since = desk.clock.now() - request.span if request.span else None
    found = await desk.store.search(request.words, since=since, limit=MOST)
    shown = visible(desk, command.channel, found)
    said = " ".join(quoted(word) if word.split()[1:] else word for word in request.words)
    span = f" last {_days(request.span)}" if request.span else ""
    if not shown:
        return await _nothing_found(desk, command, request, said)
    start = (request.page - 1) * PAGE
    page = shown[start : start + PAGE]
    count = f"{len(shown):,} and more" if len(found) == MOST else f"{len(shown):,}"
    if not page:
        first = Action("First page", f"search {said}{span}")
        articles = "article" if count == "1" else "articles"
        return problem(f"There is no page {request.page}: {count} {articles} in all.", actions=[first])
    lines: list[Line] = [*told(desk, page), (f"{start + 1}-{start + len(page)} of {count}",)]
    return Reply(tuple(lines), pages(f"search {said}{span}", request.page, more=start + PAGE < len(shown)))


async def _nothing_found(desk: Desk, command: Command, request: Search, said: str) -> Reply:
    """What to try instead: all times, words that are found by themselves; and since when there is anything at all."""
    wider = f" in the last {_days(request.span)}" if request.span else ""
    actions = [Action("All times", f"search {said}")] if request.span else []
    alone = [word for word in request.words if await _is_there(desk, command, word)] if request.words[1:] else []
    lines: list[Line] = [(f"No article with {' and '.join(request.words)} is kept{wider}.",)]
    if alone:
        lines.append((f"By itself there is {listed(alone, WORDS)}.",))
        actions += [Action(f"Search {word}", f"search {quoted(word)}") for word in alone[:WORDS]]
    else:
        lines.append(("A part of a word is enough: search tech finds Foxtech. What was decided of one: why <link>",))
    return problem(*lines, actions=actions)


async def _is_there(desk: Desk, command: Command, word: str) -> bool:
    return bool(visible(desk, command.channel, await desk.store.search([word], limit=PAGE)))


def _days(span: timedelta) -> str:
    return counted(span.days, "day")
