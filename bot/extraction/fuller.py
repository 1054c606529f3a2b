"""An article whose source gives little, and what its page adds."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.extraction.boxes import without_boxes
from bot.extraction.clean import one_line, paragraphs, shortened
from bot.extraction.extract import LONGEST_TITLE, without_heading
from bot.extraction.identity import digest
from bot.extraction.language import told_or_seen
from bot.model.article import Extract

SHORT = 200
"""A text of fewer characters than this is little; one that stands for a syllable or a word counts as two."""

_WIDE_FROM = "\u2e80"


@dataclass(frozen=True, slots=True)
class Page:
    """What a web page says of itself, as it was read: each "" where it says nothing; `date` is a day, ISO."""

    title: str = ""
    text: str = ""
    lang: str = ""
    publisher: str = ""
    date: str = ""


def is_short(text: str) -> bool:
    """Whether a text says too little to find companies in it."""
    return len(text) + sum(char >= _WIDE_FROM for char in text[:SHORT]) < SHORT


def fuller(extract: Extract, page: Page, *, titled: bool, dated: bool = True) -> Extract:
    """The article with the text of its page; `titled`: the source itself gave the title, so it stays.

    `dated` likewise: its date is that of publication. Where it is only that of a change, an earlier day that the page
    gives is believed, for pages of old are touched up every day.
    Nothing that the source wrote is lost: its own text stands first, unless the page says the same.
    What identifies this edition is still what the source lists, so that the next poll knows it again.
    """
    title = extract.title if titled else shortened(one_line(page.title), LONGEST_TITLE) or extract.title
    own = extract.text.removesuffix("…").removesuffix("...").rstrip()
    text = "\n".join(without_boxes(paragraphs(page.text).split("\n")))
    text = without_heading(text, one_line(page.title), title)
    if own and " ".join(own.split()) not in " ".join(text.split()):
        text = f"{extract.text}\n{text}" if text else extract.text
    return replace(
        extract,
        title=title,
        text=text,
        lang=extract.lang or told_or_seen(page.lang, f"{title}\n{text}"),
        published=_published(extract, page, dated=dated),
        publisher=extract.publisher or shortened(one_line(page.publisher), LONGEST_TITLE),
        listed=extract.listed or digest(extract.title, extract.text),
    )


def _published(extract: Extract, page: Page, *, dated: bool) -> datetime | None:
    day = _day(page.date)
    if extract.published is None or (not dated and day is not None and day.date() < extract.published.date()):
        return day
    return extract.published


def _day(date: str) -> datetime | None:
    try:
        return datetime.fromisoformat(date).replace(tzinfo=UTC) if date else None
    except ValueError:
        return None
