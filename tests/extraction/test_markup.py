"""HTML becomes what a person would read, whatever it is."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.extraction.markup import inline, readable


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("", ""),
        ("plain words", "plain words"),
        ("one\n\ntwo", "one\ntwo"),
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("<p>one\nline</p>", "one line"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<div>a<div>b</div>c</div>", "a\nb\nc"),
        ("<ul><li>a<li>b</ul>", "a\nb"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><th>c</th></tr></table>", "a b\nc"),
        ("La<b>v</b>a <i>Inter</i>national", "Lava International"),
        ("Apple<sup>®</sup> Inc", "Apple® Inc"),
        ("a&nbsp;&amp;&nbsp;b &lt;c&gt; &#23567;&#x7c73;", "a & b <c> 小米"),
        ("<p>&lt;b&gt;not bold&lt;/b&gt;</p>", "<b>not bold</b>"),
        ("<script>var a='<p>x</p>'</script>y", "y"),
        ("<SCRIPT>x</ScRiPt >y", "y"),
        ("<style>p{}</style>y<script>never ends", "y"),
        ("<nav>menu <nav>sub</nav> menu</nav>text<footer>foot</footer>", "text"),
        ("<nav>menu that never ends <p>text", "menu that never ends\ntext"),
        ("<aside/>text", "text"),
        ("<svg><path d='M0'/><text>x</text></svg>y", "y"),
        ("<!-- <p>x</p> -->y", "y"),
        ("<!-->y", "y"),
        ("<!-- never ends", ""),
        ("<!doctype html><?php x ?>y", "y"),
        ("<![CDATA[<p>x</p>]]>", "x"),
        ('<img alt="a > b" src=x>y', "y"),
        ("<a href='x>y'>link</a>", "link"),
        ('<a href="x>link</a> behind', "link behind"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("<p>1 < 2</p>", "1 < 2"),
        ("<p>x <", "x <"),
        ("<p>x <b", "x"),
        ("</p>x</>y", "xy"),
        ("<p>a\u202eb\u200bc\x07d\x00</p>", "ab\u200bcd"),
        ("<p>a\u2028b</p>", "a b"),
        ("<p>na\u200cme می‌خواهم</p>", "na\u200cme می‌خواهم"),
        ("<p>&#x110000; &#0; &#xD800;</p>", "\ufffd \ufffd \ufffd"),
    ],
)
def test_what_is_read(source: str, text: str) -> None:
    assert readable(source).text == text


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("<title>A &amp; B</title><p>x", "A & B"),
        ("<html><head><title>\n A\n B </title></head>", "A B"),
        ("<title>A</title><svg><title>B</title></svg>", "A"),
        ("<title>A <b>c</b></title>", "A <b>c</b>"),
        ("<p>none", ""),
    ],
)
def test_the_title_of_a_document(source: str, title: str) -> None:
    assert readable(source).title == title


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("plain", "plain"),
        (" two\nlines ", "two lines"),
        ("A &amp; <b>B</b>", "A & B"),
        ("AT&T &#38; T", "AT&T & T"),
        ("1 < 2", "1 < 2"),
        ("<p>a</p><p>b</p>", "a b"),
        ("a\u202egnp.exe\x1b[31m", "agnp.exe[31m"),
    ],
)
def test_a_title_is_one_harmless_line(source: str, title: str) -> None:
    assert inline(source) == title


@pytest.mark.parametrize(
    "source",
    [
        "<div>" * 80_000,
        "".join(f"<font a={step}><p>" for step in range(20_000)),
        "<img " + " ".join(f"a{step}=b" for step in range(50_000)) + ">",
        "<!--" * 100_000,
        "<" * 400_000,
        "<a" * 200_000,
        "<a \"'>" * 66_000,
        "<a '" + '<a "' * 100_000,
        "<svg>" * 80_000,
        "<nav></nav><nav>" * 25_000,
        "<svg><nav><aside>" * 20_000,
        "<script>" * 50_000,
        "<p>&#" + "9" * 400_000 + ";",
        "&" * 400_000 + "<p>",
        "<![CDATA[" * 44_000,
        "<p>" + " \n" * 200_000,
    ],
    ids=lambda source: source[:8],
)
def test_no_document_takes_long(source: str) -> None:
    started = time.process_time()
    readable(source)
    assert time.process_time() - started < 1.0


@given(st.text(alphabet="<>/!-ap\"'= &;#x1\n", max_size=200))
@settings(max_examples=100)
def test_any_soup_is_read(source: str) -> None:
    text = readable(source).text
    assert "\n\n" not in text
    assert text == text.strip()


@given(st.lists(st.text(alphabet="abcéü小米 ", min_size=1, max_size=30).filter(str.strip), max_size=6))
@settings(max_examples=100)
def test_no_word_of_a_paragraph_is_lost(lines: list[str]) -> None:
    source = "".join(f"<p class='x'>{line}</p>\n" for line in lines)
    assert readable(source).text.split() == " ".join(lines).split()
