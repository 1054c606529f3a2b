"""Handler of `digest all`: every story of one digest, page by page, for whoever asks."""

from bot.alerting.digest import in_order, story_line
from bot.commands.desk import Desk
from bot.commands.hush import WholeDigest
from bot.commands.phrases import refusal
from bot.model.card import Line, Strong
from bot.model.command import Action, Command, Reply

PAGE = 15


async def whole_digest(desk: Desk, command: Command, request: WholeDigest) -> Reply:
    """A page of it; what a channel was told is seen from there alone."""
    found = await desk.store.digest(request.delivery)
    if found is None or found[0] != command.channel:
        return refusal("No digest of that id was posted here.", "See what waits: digest")
    stories = in_order([alert.card for alert in found[1]])
    pages = max(1, -(-len(stories) // PAGE))
    page = min(max(request.page, 1), pages)
    first = (page - 1) * PAGE
    shown = stories[first : first + PAGE]
    title: Line = (Strong("Digest"), f" · {first + 1}-{first + len(shown)} of {len(stories)}")
    turn = f"digest all {request.delivery} page"
    actions = [Action("Previous", f"{turn} {page - 1}")] if page > 1 else []
    actions += [Action("Next", f"{turn} {page + 1}")] if page < pages else []
    return Reply((title, *map(story_line, shown)), tuple(actions))
