"""Links to other stories and buttons are left out of a text, where they show themselves; everything else stays."""

import time

import pytest

from bot.extraction.markup import inline, readable

STORY = "Lava International said on Monday that it would build a second plant near Pune and hire two thousand people. "
LONG = f"<p>{STORY}</p><p>{STORY.replace('Monday', 'Tuesday')}</p>"
OTHER = '<a href="/x">Dixon hires a chief</a>'


@pytest.mark.parametrize(
    "box",
    [
        f"<p>Read more: {OTHER}</p>",
        f"<p><strong>READ ALSO</strong>: {OTHER}</p>",
        f"<p>Also read | {OTHER}</p>",
        f"<p>Related: {OTHER}, <a href='/y'>Dixon falls</a></p>",
        "<p>Read more: Dixon hires a chief</p>",
        f"<h3>Related stories</h3><ul><li>{OTHER}<li>{OTHER}</ul>",
        f"<p>You may also like</p><p>{OTHER}</p><p>{OTHER}</p>",
        f"<p>More from Business</p><p>{OTHER}</p>".replace("More from", "More stories from"),
        f"<p>延伸閱讀：{OTHER}</p>",
        f"<p>相关新闻</p><p>{OTHER}</p>",
        f"<p>【関連記事】</p><p>・{OTHER}</p>",
        f"<p>Читайте также: {OTHER}</p>",
        f"<p>Lesen Sie auch: {OTHER}</p>",
        f"<p>Lire aussi : {OTHER}</p>",
        f"<p>Leggi anche – {OTHER}</p>",
        f"<p>The post {OTHER} appeared first on <a href='/'>Dixon Daily</a>.</p>",
        "<p><a href='/1'>Continue reading <span>Dixon hires a chief</span></a></p>",
        "<p>Share this: <a href='#'>Facebook</a> <a href='#'>X</a> <a href='#'>LinkedIn</a></p>",
        "<ul><li><a href='#'>Click to share on WhatsApp (Opens in new window)</a></ul>",
        f"<ul><li>{OTHER}</li><li>1. {OTHER}</li></ul>",
        "<div class='jp-relatedposts'><h3>Weiteres</h3><p>Dixon</p></div>",
        '<div id="x" class="widget related-posts box">Dixon <div>Dixon</div></div>',
        "<ul class='share-buttons'><li>Dixon</ul>",
        f"<aside>{OTHER}</aside>",
    ],
)
def test_a_box_is_left_out(box: str) -> None:
    assert readable(LONG + box).text == readable(LONG).text


@pytest.mark.parametrize(
    "kept",
    [
        "<p>Read more books, said Dixon.</p>",
        "<p>Dixon shares rose 5%.</p>",
        "<p>Related companies such as Dixon fell.</p>",
        "<p>The plant was <a href='/x'>first reported by Dixon Daily</a>.</p>",
        f"<p>{OTHER}: the company said so.</p>",
        f"<p>Read also: {OTHER}. {STORY * 2}</p>",
        "<p>See also-rans such as Dixon.</p>",
        "<p>Share prices of Dixon and Facebook fell.</p>",
        "<p>Dixon said in a post on X.</p>",
        "<div class='unrelated-posting'>Dixon</div>",
        f"<p>{OTHER}</p><p>The list above is of the author's own.</p>",
    ],
)
def test_what_an_author_wrote_stays(kept: str) -> None:
    assert "Dixon" in readable(LONG + kept).text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (f"<ul><li>{OTHER}<li>{OTHER}</ul>", "Dixon hires a chief\nDixon hires a chief"),
        (f"<p>Today:</p><ul><li>{OTHER}<li>{OTHER}</ul>", "Today:\nDixon hires a chief\nDixon hires a chief"),
        (f"<p>{OTHER}</p>", "Dixon hires a chief"),
        ("<p>\x0ea\x0fb</p>", "ab"),
        ("<p>&#14;a&#15;</p>", "a"),
        ("<a>never closed", "never closed"),
        ("</a>closed twice</a>", "closed twice"),
    ],
)
def test_a_list_of_links_that_is_all_there_is_stays(source: str, text: str) -> None:
    assert readable(source).text == text


@pytest.mark.parametrize("title", ["Read more: Dixon hires a chief", "Related stories", "Share this"])
def test_a_title_is_no_box(title: str) -> None:
    assert inline(f"<a href='/x'>{title}</a>") == title


@pytest.mark.parametrize(
    "source",
    [
        "<a>" * 100_000,
        "<p>" + "share " * 60_000,
        "<p>" + "share<p>" * 40_000,
        "<p>" + "read more " * 40_000,
        "<div class='" + "related " * 40_000,
        ("<div class='" + "related-" * 60 + "x'>") * 1_000,
        "<p><a>x</a>" * 30_000,
        "<p>the post " * 30_000,
    ],
    ids=lambda source: source[:12],
)
def test_no_box_takes_long(source: str) -> None:
    started = time.process_time()
    readable(source)
    assert time.process_time() - started < 1.0
