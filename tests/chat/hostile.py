"""Cards and replies made of what the world may bring: markup, pings, every alphabet, any length."""

from datetime import UTC

from hypothesis import strategies as st

from bot.model.card import AlertCard, CompanyLine, Link, Snippet, Strong, When
from bot.model.command import Action

HOSTILE = [
    "<!channel> & <!here>",
    "<https://evil.example|Bank>",
    "<@U0ANN> *bold* _it_ ~no~ `code` :smile:",
    "&lt;!channel&gt; &amp;",
    "<!date^1^{date}|x>",
    "שלום \u202e<!everyone>\u2066",
    "聯發科 " * 500,
    "👨‍👩‍👧" * 2000,
    "&" * 4000,
    "e" + "\u0301" * 5000,
    "**bold** __under__ ~~no~~ ||spoiler|| `code` ```block```",
    "[Bank](https://evil.example)",
    "@everyone @here <@900000000000000002> <@&900000000000000002> <#200000000000000001> </watch:1> <t:1:R> <:x:1>",
    "# Title",
    "> quote",
    "- item",
    "-# small",
    "\\*\\*\\",
    "https://evil.example/login",
    "*" * 4000,
    "\ud800",
    "",
    " ",
    "\n",
]
foreign = st.text(max_size=80) | st.sampled_from(HOSTILE) | st.text(min_size=1, max_size=9).map(lambda t: t * 400)
addresses = (
    st.sampled_from(["", "javascript:alert(1)", "https://example.org/" + "a" * 4000, "https://evil.example/<!here>"])
    | st.text(max_size=30).map(lambda rest: f"https://example.org/{rest}")
    | foreign
)
moments = st.datetimes(timezones=st.just(UTC))


@st.composite
def snippets(draw: st.DrawFn) -> Snippet:
    text = draw(foreign)
    edges = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6, unique=True)))
    return Snippet(text, tuple(zip(edges[::2], edges[1::2], strict=False)))


companies = st.builds(
    CompanyLine, foreign, foreign, st.sampled_from(["main", "passing"]), snippets(), foreign
)  # fmt: skip
cards = st.builds(
    AlertCard,
    st.lists(companies, min_size=1, max_size=8).map(tuple),
    foreign,
    addresses,
    st.lists(foreign, max_size=8).map(tuple),
    moments,
    st.lists(foreign, max_size=4).map(tuple),
    thread=foreign,
)
spans = foreign | st.builds(Strong, foreign) | st.builds(Link, foreign, addresses) | st.builds(When, moments)
lines = st.lists(st.lists(spans, max_size=4).map(tuple), min_size=1, max_size=12).map(tuple)
actions = st.lists(st.builds(Action, foreign, foreign), max_size=4).map(tuple)
