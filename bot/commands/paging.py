"""The buttons below a long answer."""

from bot.model.command import Action


def pages(words: str, page: int, *, more: bool) -> tuple[Action, ...]:
    """One page back and one on, as far as there are any; `words` is the command, `page` the one that is shown."""
    before = (Action("Previous", f"{words} page {page - 1}"),) if page > 1 else ()
    return (*before, Action("Next", f"{words} page {page + 1}")) if more else before
