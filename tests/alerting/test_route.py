"""Who hears, from where, and what is too old to be news."""

from datetime import datetime, timedelta

import pytest

from bot.alerting.route import hearers, passing_rule, takes, too_old
from bot.model.channel import CONSOLE, Channel
from bot.model.company import Company, Passing
from bot.model.source import Source
from bot.model.watchlist import ChannelRule, Watchlist
from tests.fakes import START

SLACK, DISCORD = Channel.parse("slack:#supply-chain"), Channel.parse("discord:1122")


@pytest.mark.parametrize(
    ("channels", "live", "heard_by"),
    [
        ([], set(), [CONSOLE]),
        ([], {"slack"}, [CONSOLE]),
        ([SLACK], set(), [CONSOLE]),
        ([SLACK, DISCORD], set(), [CONSOLE]),
        ([SLACK], {"slack"}, [SLACK]),
        ([SLACK, DISCORD], {"slack"}, [SLACK, DISCORD]),
        ([SLACK, SLACK], {"slack"}, [SLACK]),
        ([SLACK, CONSOLE], {"slack"}, [SLACK, CONSOLE]),
    ],
)
def test_a_list_is_heard_by_its_channels_and_by_the_terminal_where_no_chat_can_be(
    channels: list[Channel], live: set[str], heard_by: list[Channel]
) -> None:
    watchlist = Watchlist("a.yaml", "a", channels=tuple(ChannelRule(channel) for channel in channels))
    assert [rule.channel for rule in hearers(watchlist, frozenset(live))] == heard_by


@pytest.mark.parametrize(
    ("wanted", "source", "taken"),
    [
        ((), Source("Focus Taiwan", "feed", "https://a.example"), True),
        (("taiwan",), Source("Focus Taiwan", "feed", "https://a.example", tags=("Taiwan",)), True),
        (("focus taiwan",), Source("Focus Taiwan", "feed", "https://a.example"), True),
        (("focus",), Source("Focus Taiwan", "feed", "https://a.example"), False),
        (("india",), Source("Focus Taiwan", "feed", "https://a.example", tags=("taiwan",)), False),
        ((), Source("Theirs", "feed", "https://a.example", tenant="T2"), False),
        ((), Source("Theirs", "feed", "https://a.example", tenant="T2", shared=True), True),
    ],
)
def test_a_list_reads_the_sources_of_its_tenant_within_from(
    wanted: tuple[str, ...], source: Source, taken: bool
) -> None:
    assert takes(Watchlist("a.yaml", "a", sources=wanted), source) is taken


@pytest.mark.parametrize(
    ("of_list", "of_company", "rule"),
    [("alert", None, "alert"), ("off", None, "off"), ("off", "alert", "alert"), ("alert", "off", "off")],
)
def test_the_companys_word_on_passing_goes_before_the_lists(
    of_list: Passing, of_company: Passing | None, rule: Passing
) -> None:
    watchlist = Watchlist("a.yaml", "a", (Company("Lava", passing=of_company),), passing=of_list)
    assert passing_rule(watchlist, "Lava") == rule


@pytest.mark.parametrize(
    ("published", "old"),
    [
        (None, False),
        (START, False),
        (START - timedelta(hours=48), False),
        (START - timedelta(hours=48, seconds=1), True),
        (START + timedelta(days=300), False),
    ],
)
def test_old_is_what_was_published_before_the_limit(published: datetime | None, old: bool) -> None:
    assert too_old(published, START, timedelta(hours=48)) is old
