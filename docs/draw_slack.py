"""Draws docs/slack.png, a picture of the README, out of the very blocks that Slack is sent: `make picture`.

Needs Chromium.
"""

import sys
from collections.abc import Mapping, Sequence
from datetime import timedelta
from html import escape
from pathlib import Path
from typing import Any

from draw_alert import AT, CARD
from screenshot import shoot

from bot.chat.drawing.blocks import answer, message
from bot.commands.feedback import TIMES
from bot.model.card import Link, Strong, When
from bot.model.command import Action, Menu, Reply

WIDTH, HEIGHT = 720, 753
ALERT = "00000000-0000-7000-8000-000000000001"

WHY = Reply(
    (
        (Link(f'"{CARD.headline}"', CARD.url), " · The Harbour Ledger"),
        ("Published ", When(AT - timedelta(minutes=19)), " · fetched ", When(AT), " · decided ", When(AT)),
        ("POSTED here ", When(AT), " (", Link("the message", "https://example.org/message"), "); 2 articles joined"),
        ("  ", Strong("Lava International"), ' .97 · full name; "phones" nearby'),
        ("  ", Strong("Oppo"), " .93 · distinctive name"),
        ("  ", Strong("Dixon Technologies"), " .95 · full name; legal form · in passing"),
        ("REJECTED: ", Strong("Apple"), ' .12 · "apple harvest"; lower case'),
        ("NOT FOUND: Denso · not in the text",),
    )
)

MUTE = Reply(
    (("Mute what, and for how long? Its end reports what it held back.",),),
    menus=tuple(
        Menu(label, tuple(Action(f"{label} · {words}", f"mute {label} {when}") for words, when in TIMES))
        for label in ("This story", "Lava International", "Oppo", "Source The Harbour Ledger", "All of #supply-chain")
    ),
)

STYLE = """
body { margin: 0; background: #fff; color: #1d1c1d; font: 15px/1.46668 Lato, "Liberation Sans", Arial, sans-serif;
  width: 720px; }
.message { display: flex; padding: 12px 20px 10px; gap: 10px; }
.private { background: #fbfaf7; }
.face { flex: none; width: 36px; height: 36px; border-radius: 6px; background: #1d3557; color: #fff; font-weight: 700;
  font-size: 17px; display: flex; align-items: center; justify-content: center; }
.who { line-height: 20px; } .who b { font-weight: 700; }
.app { font-size: 10px; font-weight: 700; color: #616061; background: #ececec; border-radius: 2px; padding: 1px 3px;
  margin: 0 4px; vertical-align: 1px; }
.time { font-size: 12px; color: #616061; } .only { font-size: 12px; color: #616061; padding: 8px 20px 0 66px; }
.rich { white-space: pre-wrap; margin: 2px 0; } .rich a { color: #1264a3; text-decoration: none; }
.quote { border-left: 4px solid #ddd; padding-left: 12px; margin: 4px 0; }
.context { font-size: 13px; line-height: 18px; color: #616061; margin: 4px 0; display: flex; gap: 4px; }
.context span { white-space: pre-line; }
.button { display: inline-block; border: 1px solid #bbbabb; border-radius: 8px; padding: 3px 12px 4px; font-weight: 700;
  font-size: 13px; margin: 6px 8px 2px 0; }
.menu { display: inline-block; border: 1px solid #bbbabb; border-radius: 8px; padding: 3px 10px 4px 12px;
  font-size: 13px; margin: 6px 8px 2px 0; color: #616061; }
.menu::after { content: "\\25be"; margin-left: 8px; color: #1d1c1d; }
"""


FRAMES = {
    "rich_text": "<div>{}</div>",
    "rich_text_section": '<div class="rich">{}</div>',
    "rich_text_quote": '<div class="rich quote">{}</div>',
    "context": '<div class="context">{}</div>',
    "actions": "<div>{}</div>",
    "button": '<span class="button">{}</span>',
    "static_select": '<span class="menu">{}</span>',
    "link": '<a href="#">{}</a>',
    "mrkdwn": "<span>{}</span>",
    "plain_text": "<span>{}</span>",
    "text": "{}",
    "bold": "<b>{}</b>",
}


def main() -> int:
    """Write the picture beside this script; 1 where no Chromium is found."""
    return shoot(_page(), Path(__file__).with_name("slack.png"), WIDTH, HEIGHT)


def _page() -> str:
    only = '<div class="only private">Only visible to you</div>'
    body = _said(message(CARD, alert=ALERT)[1], "8:31 AM")
    for reply, time in ((WHY, "8:40 AM"), (MUTE, "8:41 AM")):
        body += only + _said(answer(reply)[1], time, "private")
    return f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style><body>{body}'


def _said(blocks: Sequence[Mapping[str, Any]], time: str, look: str = "") -> str:
    who = f'<div class="who"><b>Namewatch</b><span class="app">APP</span> <span class="time">{time}</span></div>'
    return f'<div class="message {look}"><div class="face">N</div><div>{who}{"".join(map(_drawn, blocks))}</div></div>'


def _drawn(part: Mapping[str, Any]) -> str:
    """One part of a message with all that stands in it."""
    match part["type"]:
        case "date":
            return _clock(part["timestamp"])
        case "mrkdwn":
            return FRAMES["mrkdwn"].format(_clock(int(part["text"].split("^")[1])))
        case "button":
            return FRAMES["button"].format(escape(part["text"]["text"]))
        case "static_select":
            return FRAMES["static_select"].format(escape(part["placeholder"]["text"]))
        case kind if "elements" in part:
            return FRAMES[kind].format("".join(map(_drawn, part["elements"])))
        case kind:
            return FRAMES["bold" if "style" in part else kind].format(escape(part["text"]))


def _clock(stamp: int) -> str:
    """As the client of a reader in UTC shows it on that day."""
    minutes = (stamp - int(AT.timestamp())) // 60 + 8 * 60 + 31
    return f"today {minutes // 60}:{minutes % 60:02} AM"


if __name__ == "__main__":
    sys.exit(main())
