"""Whatever is typed, there is an answer: no exception, no silence, and a refusal says that nothing was changed."""

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands.parse import NAMES
from bot.model.command import Reply
from tests.builders import company
from tests.commands.desk import Desk
from tests.commands.test_add import HERE, LAVA, MEMBER, desk_with, heard, stored

verbs = st.sampled_from([*NAMES, "rename", "alias", "exclude", "latest", "Lava", "ad", "pasue", "/watch", "", "?"])
words = st.sampled_from(
    [
        "Lava", "Oppo", "lvaa", "as", "not", "near", "to", "from", "all", "story", "source", "page", "0", "2", "-1",
        "until", "friday", "tomorrow", "9am", "25h", "99999d", "2h", "22-7", "8:30", "weekly", "mon", "Asia/Taipei",
        "Not/AZone", "alias", "context", "threshold", "name", "evidence", "strict", "+", "--all", "only here",
        "stories", "here", "anyway", "https://focus.example/1", "<#C1|x>", "#sourcing", "example.org/feed", '"',
        "“Lava", "”", "(", "（聯發科）", "$AAPL", "2454.TW", ",", "、", "\n", "\t", "\u3000", "\u202e", "&amp;", "小米",
        "the", "X", "🙂", "\x00", "'", "pause", "resume", "add", "remove", "=", "|", "x" * 200,
    ]
)  # fmt: skip
typed = st.one_of(
    st.text(max_size=120),
    st.tuples(verbs, st.lists(words, max_size=7).map(" ".join)).map(" ".join),
    st.tuples(verbs, st.text(max_size=60)).map(" ".join),
)


def desk() -> Desk:
    stories = (stored(1, "Lava opens a plant", "Lava International builds phones."),)
    return desk_with(heard("phones", HERE, LAVA, company("Oppo"), company("3M")), stories=stories)


def answered(reply: Reply) -> None:
    said = "".join(str(span) for line in reply.lines for span in line)
    assert said.strip()
    assert len(reply.lines) < 100
    for action in reply.actions:
        assert action.label.strip()
        assert action.command.strip()


@settings(max_examples=400, deadline=None)
@given(typed)
def test_any_text_is_answered(text: str) -> None:
    answered(asyncio.run(desk().ask(text, HERE, MEMBER)))


@settings(max_examples=60, deadline=None)
@given(typed)
def test_every_answer_that_is_offered_is_answered(text: str) -> None:
    here = desk()
    for action in asyncio.run(here.ask(text, HERE, MEMBER)).actions:
        answered(asyncio.run(here.ask(action.command, HERE, MEMBER)))


@settings(max_examples=150, deadline=None)
@given(typed)
def test_a_refusal_changes_nothing(text: str) -> None:
    here = desk()
    before = here.lists.lists()
    reply = asyncio.run(here.ask(text, HERE, MEMBER))
    if reply.failed:
        assert here.lists.lists() == before
