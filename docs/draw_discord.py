"""Draws docs/discord.png, a picture of the README, out of the very embeds that Discord is sent: `make picture`.

Needs Chromium.
"""

import re
import sys
from html import escape
from itertools import groupby
from pathlib import Path

from draw_alert import AT, CARD
from draw_slack import ALERT, MUTE, WHY
from screenshot import shoot

from bot.chat.drawing.embeds import BUTTON, Drawn, Part, answer, message

WIDTH, HEIGHT = 720, 992

STYLE = """
body { margin: 0; background: #313338; color: #dbdee1; width: 720px;
  font: 15px/1.375 "gg sans", "Noto Sans", "Liberation Sans", Arial, sans-serif; }
.message { display: flex; padding: 14px 16px 12px; gap: 16px; }
.private { background: #383a4c; }
.face { flex: none; width: 40px; height: 40px; border-radius: 50%; background: #1d3557; color: #fff; font-weight: 700;
  font-size: 18px; display: flex; align-items: center; justify-content: center; margin-top: 2px; }
.who b { color: #f2f3f5; font-weight: 600; }
.app { background: #5865f2; color: #fff; border-radius: 3px; font-size: 10px; font-weight: 600; padding: 1px 4px;
  margin: 0 6px; vertical-align: 1px; }
.time { color: #949ba4; font-size: 12px; }
.embed { background: #2b2d31; border-left: 4px solid; border-radius: 4px; padding: 8px 16px 14px 12px; margin-top: 6px;
  max-width: 520px; font-size: 14px; }
.title { font-weight: 600; font-size: 15px; margin: 8px 0; color: #f2f3f5; }
a { color: #00a8fc; text-decoration: none; }
.embed > div { margin-top: 2px; } .embed b { color: #f2f3f5; }
.quote { border-left: 4px solid #4e5058; border-radius: 2px; padding-left: 10px; margin: 4px 0; }
.line { white-space: pre-wrap; } .moment { background: #3c3e44; border-radius: 3px; padding: 0 2px; }
.embed .footer { font-size: 12px; color: #b5bac1; margin-top: 8px; }
.button { display: inline-block; background: #4e5058; color: #fff; border-radius: 3px; padding: 6px 16px;
  font-size: 14px; font-weight: 500; margin: 8px 8px 0 0; }
.menu { background: #1e1f22; color: #949ba4; border-radius: 4px; padding: 8px 12px; font-size: 14px; margin-top: 6px;
  width: 400px; display: flex; justify-content: space-between; } .menu::after { content: "\\25be"; color: #dbdee1; }
.only { color: #949ba4; font-size: 12px; margin-top: 6px; } .only u { color: #00a8fc; text-decoration: none; }
"""

TOKENS = re.compile(
    r"\\(?P<literal>.)|(?P<bold>\*\*)|<t:(?P<moment>\d+):f>|\[(?P<words>(?:[^\]\\]|\\.)+)\]\((?P<url>[^)]+)\)"
)


def main() -> int:
    """Write the picture beside this script; 1 where no Chromium is found."""
    only = '<div class="only">Only you can see this · <u>Dismiss message</u></div>'
    body = _said(message(CARD, ref="ref k3J9aB2c", alert=ALERT), "8:31 AM")
    for reply, time in ((WHY, "8:40 AM"), (MUTE, "8:41 AM")):
        body += _said(answer(reply), time, "private", only)
    page = f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style><body>{body}'
    return shoot(page, Path(__file__).with_name("discord.png"), WIDTH, HEIGHT)


def _said(drawn: Drawn, time: str, look: str = "", below: str = "") -> str:
    who = (
        f'<div class="who"><b>Namewatch</b><span class="app">APP</span><span class="time">Today at {time}</span></div>'
    )
    rows = "".join(_component(each) for row in drawn.rows for each in row)
    said = f'{who}<div class="line">{_line(drawn.content)}</div>{_embed(drawn)}<div>{rows}</div>{below}'
    return f'<div class="message {look}"><div class="face">N</div><div>{said}</div></div>'


def _component(part: Part) -> str:
    """A button, or a menu of which the question shows."""
    if part["type"] == BUTTON:
        return f'<span class="button">{escape(part["label"])}</span>'
    return f'<div class="menu">{escape(part["placeholder"])}</div>'


def _embed(drawn: Drawn) -> str:
    embed = drawn.embed
    title = f'<div class="title"><a href="#">{_line(embed["title"])}</a></div>' if "title" in embed else ""
    footer = f'<div class="footer">{escape(embed["footer"]["text"])}</div>' if "footer" in embed else ""
    lines = "".join(
        f'<div class="{"quote" if quoted else "text"}">{"".join(map(_row, rows))}</div>'
        for quoted, rows in groupby(embed["description"].split("\n"), key=lambda row: row.startswith("> "))
    )
    return f'<div class="embed" style="border-color: #{embed["color"]:06x}">{title}{lines}{footer}</div>'


def _row(row: str) -> str:
    return f'<div class="line">{_line(row.removeprefix("> "))}</div>'


def _line(text: str) -> str:
    """Markdown as Discord shows it, of that what the bot writes."""
    said, at, is_bold = "", 0, False
    for token in TOKENS.finditer(text):
        said += escape(text[at : token.start()])
        at = token.end()
        if token["bold"]:
            said, is_bold = said + ("</b>" if is_bold else "<b>"), not is_bold
        elif token["literal"]:
            said += escape(token["literal"])
        elif token["moment"]:
            said += f'<span class="moment">{_clock(int(token["moment"]))}</span>'
        else:
            said += f'<a href="#">{_line(token["words"])}</a>'
    return said + escape(text[at:])


def _clock(stamp: int) -> str:
    """As the client of a reader in UTC shows it."""
    minutes = (stamp - int(AT.timestamp())) // 60 + AT.hour * 60 + AT.minute
    return f"{AT:%B} {AT.day}, {AT.year} {minutes // 60}:{minutes % 60:02} AM"


if __name__ == "__main__":
    sys.exit(main())
