"""What the first commands would wait for is ready before they come."""

from bot.commands import ready
from bot.commands.dispatch import Dispatcher
from bot.commands.lookup import find
from bot.matching.gazetteer import given_names, surnames
from bot.model.channel import Channel
from bot.store import MemoryStore
from tests.builders import company, watchlist
from tests.commands.desk import Lists
from tests.fakes import ManualClock


async def test_tables_and_lists_are_loaded_a_little_at_a_time() -> None:
    given_names.cache_clear()
    surnames.cache_clear()
    lists = [watchlist(f"list-{number}", [company(f"Maker {number}")]) for number in range(3)]
    dispatch = Dispatcher(Lists(*lists), MemoryStore(), ManualClock(), frozenset(), _reachable)
    await dispatch.make_ready()
    assert (given_names.cache_info().currsize, surnames.cache_info().currsize) == (1, 1)
    assert len(list(ready.steps(lists))) == 2 + 2 * len(lists)


def test_a_name_that_stands_in_no_table_is_looked_for_in_each() -> None:
    assert not find([watchlist("phones", [company("Lava")])], ready.UNHEARD_OF)


async def _reachable(channel: Channel) -> str:
    del channel
    return ""
