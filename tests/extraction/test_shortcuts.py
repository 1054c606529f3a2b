"""Where there is nothing to do a short way is taken; it must lead where the long one does."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.extraction import boxes, clean, identity, markup
from bot.sources.parsing import entries

TEXTS = st.text(
    st.sampled_from(list("ab .,<>&;\n\t\r\x00\x0b\x1c\x7f\x85\x96\xa0\u200e\u200d\u2028\u3000\ufeff\ud800新é"))
)
PIECES = "<p>|</p>|<p >|<br/>|<a href='x'>|</a>|<div class='share-buttons'>|</div>|text| |\n|&amp;|&nbsp;|Read more: "
MORE = f"<ul><li>|<nav>|</nav>|{'a' * 210}|新|<|>|<!--|-->"
MARKUP = st.lists(st.sampled_from(f"{PIECES}|{MORE}".split("|")), max_size=12).map("".join)
SCHEMES = "http://|https://|HTTP://|ftp://|"
HOSTS = "a.example|A.example|a.example.|a.example:443|u@a.example|a..example|-|"
PATHS = "|/|//|/b/|/b:c@d;e|/%7Eb|/b?utm_source=x|/b\n|/b#c|/é|/b c"
ADDRESSES = st.one_of(
    st.text(st.sampled_from(list("htps:/.a1-Z%~?#&=@ é\\_+;")), max_size=30).map("https://".__add__),
    st.tuples(*map(st.sampled_from, (SCHEMES.split("|"), HOSTS.split("|"), PATHS.split("|")))).map("".join),
)


def never(text: str) -> bool:
    del text
    return False


@given(TEXTS)
@example("a\n")
@example("")
def test_a_tidy_text_is_what_tidying_makes_of_it(text: str) -> None:
    short = clean.paragraphs(text), clean.one_line(text), identity.digest(text, text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clean, "is_tidy", never)
        patch.setattr(identity, "is_tidy", never)
        assert short == (clean.paragraphs(text), clean.one_line(text), identity.digest(text, text))


@given(MARKUP)
def test_markup_reads_the_same_the_long_way(source: str) -> None:
    short = markup.readable(source)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clean, "is_tidy", never)
        patch.setattr(boxes, "unmarked", lambda text: text.translate(boxes._MARKS))
        patch.setattr(markup, "_end_of_tag", _end_of_tag)
        assert markup.readable(source) == short


def _end_of_tag(reading: markup._Reading, start: int) -> int:
    found = markup._TAG_END.match(reading.source, start)
    return found.end() if found else markup._after(reading.source, ">", start)


@given(ADDRESSES)
def test_a_plain_address_is_what_rewriting_makes_of_it(url: str) -> None:
    short = identity.canonical_url(url)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(identity, "_PLAIN", re.compile("(?!)"))
        assert identity.canonical_url(url) == short


@given(TEXTS)
def test_a_plain_id_stays_as_it_is(text: str) -> None:
    cleaned = " ".join(entries._UNSAFE.sub("\ufffd", text).split())
    assert entries.stable_id(text) == cleaned
