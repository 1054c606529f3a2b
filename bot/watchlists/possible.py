"""Whether changes are possible in the list in force; what stands in their way is said."""

from collections.abc import Sequence
from dataclasses import replace

from bot.errors import ChangeRefused
from bot.model.watchlist import Change, Watchlist
from bot.watchlists.edit import check_company, check_rule
from bot.watchlists.merge import bare, changed, entries_of, keys_of
from bot.watchlists.names import shown

_NEEDS = {"add": "company", "replace": "company", "hear": "rule", "tune": "rule"}


def made_possible(watchlist: Watchlist, changes: Sequence[Change]) -> tuple[Change, ...]:
    """The changes, each with what stands there before it; ChangeRefused where one is not possible."""
    checked = []
    for change in changes:
        checked.append(_checked(watchlist, change))
        watchlist = changed(watchlist, checked[-1:])
    return tuple(checked)


def _checked(watchlist: Watchlist, change: Change) -> Change:
    _check_content(change)
    entries = entries_of(watchlist)
    first, *others = keys_of(change)
    here = entries.get(first)
    if change.action in ("add", "hear"):
        if here is not None:
            raise _refused(change, watchlist, "is", " already")
        return replace(change, before=None)
    if here is None:
        raise _refused(change, watchlist, "is not")
    if change.before is not None and bare(change.before) != bare(here):
        raise ChangeRefused(
            f"{shown(change.name)} was changed in {watchlist.name} meanwhile: look at it again; nothing was changed"
        )
    if any(key in entries for key in others) and change.company is not None:
        raise ChangeRefused(
            f"{shown(change.company.name)} is on the list {watchlist.name} already; nothing was changed"
        )
    if change.after is not None and change.action in ("replace", "tune") and bare(change.after) == bare(here):
        raise ChangeRefused(
            f"{shown(change.name)} is like that already on the list {watchlist.name}; nothing was changed"
        )
    return replace(change, before=bare(here))


def _check_content(change: Change) -> None:
    needs = _NEEDS.get(change.action)
    if needs and getattr(change, needs) is None:
        what = "added" if change.action in ("add", "hear") else "changed"
        raise ChangeRefused(f"{shown(change.name)} can't be {what} without its rules; nothing was changed")
    if change.rule is not None and needs == "rule":
        check_rule(change.rule)
        if str(change.rule.channel) != change.name:
            raise ChangeRefused(f"{shown(change.name)} can't become another channel; nothing was changed")
    if change.company is not None and needs == "company":
        check_company(change.company)


def _refused(change: Change, watchlist: Watchlist, stands: str, already: str = "") -> ChangeRefused:
    where = f"among the channels of {watchlist.name}" if change.is_of_channel else f"on the list {watchlist.name}"
    return ChangeRefused(f"{shown(change.name)} {stands} {where}{already}; nothing was changed")
