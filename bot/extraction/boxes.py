"""What a publisher sets around a text: links to other stories, buttons to share it. A name there is no mention.

Only what shows itself is left out: behind a label such as "Read more:", below a heading such as "Related stories",
a list of links that ends a text, what a blog's software adds. A list of links that is all there is stays.
"""

import re
from collections.abc import Sequence

LINK, END_OF_LINK = "\x0e", "\x0f"
"""Marks around the words of a link; no text keeps such characters."""

_ENOUGH_TEXT = 200
"""Characters of the author's own, before which a list of links at the end is taken for one of other stories."""
_FEWEST_LINKS = 2
_LONGEST_BOX = 200

_LABELS = (
    r"(?:you )?(?:may|might) also (?:like|enjoy|be interested in)",
    r"(?:please )?(?:read|see|watch|learn) (?:more|also|next)(?: on this| about this| here)?",
    r"(?:also|further|must|what to) read(?:ing)?(?: next)?",
    r"continue reading.{0,100}|read the (?:full|whole) (?:story|article).{0,40}",
    r"(?:more )?related(?: (?:stories|story|articles?|news|posts?|links?|coverage|content|reading|topics|videos?))?",
    r"more (?:on this(?: story| topic)?|(?:stories|news|articles|coverage)(?: (?:like this|from .{1,40}))?)",
    r"recommended(?: (?:stories|articles|reading|for you))?|editor['’]?s['’]? picks?",
    r"in case you missed it|don['’]t miss",
    r"(?:延伸|推薦|推荐|相關|相关|更多|熱門|热门)(?:閱讀|阅读|新聞|新闻|報導|報道|报道|文章|資訊|资讯)",
    r"(?:閱讀|阅读|看)更多|(?:閱讀|阅读)全文|(?:関連|おすすめ)(?:記事|ニュース)|あわせて読みたい",
    r"こちらも(?:おすすめ|読みたい)|続きを読む|관련\s?(?:기사|뉴스)|더 보기",
    r"lesen sie (?:auch|mehr)(?: dazu)?|mehr zum thema|weiterlesen|auch interessant",
    r"lire (?:aussi|la suite)|à lire aussi|sur le même sujet|lees (?:ook|meer)|leggi anche",
    r"le[ea] también|te puede interesar|leer más|noticias relacionadas|leia (?:também|mais)|veja também",
    r"читайте также|по теме|читать далее|czytaj (?:też|także|więcej)|čtěte také|ayrıca okuyun|baca juga|xem thêm",
)
_LABEL = f"(?:{'|'.join(_LABELS)})"
_HEADING = re.compile(rf"[\W_]*{_LABEL}[\W_]*", re.IGNORECASE)
_LABELLED = re.compile(rf"[\W_]*{_LABEL}(?:\s*[:：|>»→]+\s*|\s+[–—-]+\s+)\S.*", re.IGNORECASE)
_ADDED = re.compile(r"the post .{1,300} (?:first )?appeared (?:first )?on .{1,100}", re.IGNORECASE)
_SHARING = re.compile(
    r"(?:(?:share|tweet|e?mail|print|pin|save|copy|link|post|send|like|follow|us|it|this|that|on|via|to|with|by|a|in|here"
    r"|friends?|article|story|news|click|opens|new|window|loading|facebook|twitter|x|linkedin|whats ?app|telegram"
    r"|reddit|pinterest|threads|bluesky|mastodon|line|google"
    r"|分享|轉發|转发|到|至|按讚|讚|追蹤|微博|微信|シェア|ツイート|공유|하기)[\W_]*)+",
    re.IGNORECASE,
)
_SHARE = re.compile(r"share|tweet|follow|分享|轉發|转发|シェア|ツイート|공유", re.IGNORECASE)
_LINKED = re.compile(f"{LINK}[^{END_OF_LINK}]*+{END_OF_LINK}?")
_MARKS = str.maketrans("", "", LINK + END_OF_LINK)


def unmarked(text: str) -> str:
    """The text without marks of links."""
    return text.translate(_MARKS) if LINK in text or END_OF_LINK in text else text


def without_boxes(lines: Sequence[str]) -> list[str]:
    """The lines that the author wrote, without marks; the lines given carry them."""
    kept: list[str] = []
    below_heading = False
    for line in lines:
        plain = unmarked(line).strip()
        if not plain:
            continue
        linked = _is_linked(line)
        if len(plain) <= _LONGEST_BOX and _HEADING.fullmatch(plain):
            below_heading = True
        elif not (below_heading and linked):
            below_heading = False
            if not _is_box(plain):
                kept.append(line)
    return [unmarked(line) for line in _without_last_links(kept)]


def _is_linked(line: str) -> bool:
    """Whether every word of a line is of a link."""
    return LINK in line and not any(map(str.isalpha, _LINKED.sub("", line)))


def _is_box(plain: str) -> bool:
    if len(plain) > 2 * _LONGEST_BOX:
        return False
    if _ADDED.fullmatch(plain):
        return True
    if len(plain) > _LONGEST_BOX:
        return False
    return bool(_LABELLED.fullmatch(plain)) or bool(_SHARE.search(plain) and _SHARING.fullmatch(plain))


def _without_last_links(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and _is_linked(lines[end - 1]):
        end -= 1
    if len(lines) - end < _FEWEST_LINKS:
        return lines
    own = sum(len(_LINKED.sub("", line)) for line in lines[:end])
    return lines[:end] if own >= _ENOUGH_TEXT else lines
