"""Draws docs/alert.svg, the picture of the README, with the code that draws alerts in a terminal: `make picture`."""

import io
import re
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot.chat.drawing.terminal import Pen
from bot.model.card import AlertCard, CompanyLine, Snippet

AT = datetime(2026, 11, 20, 8, 31, tzinfo=UTC)
BOTH = "Oppo will have its budget phones assembled by Lava International at a plant in Noida, the paper has learned."
ASKED = "Dixon Technologies India Ltd was asked as well and declined, the people said."
CARD = AlertCard(
    companies=(
        CompanyLine(
            "Lava International", "phone-makers", "main", Snippet(BOTH, ((46, 64),)), 'full name; "phones" nearby'
        ),
        CompanyLine("Oppo", "phone-makers", "main", Snippet(BOTH, ((0, 4),)), "distinctive name"),
        CompanyLine(
            "Dixon Technologies", "phone-makers", "passing", Snippet(ASKED, ((0, 28),)), "full name; legal form"
        ),
    ),
    headline="Oppo to assemble phones at Lava International plant in Noida",
    url="https://example.org/oppo-noida",
    sources=("The Harbour Ledger", "Example Wire", "Harbour City Daily"),
    at=AT,
    langs=("en", "zh"),
    articles=3,
)


def main() -> None:
    """Write the picture beside this script."""
    console = Console(record=True, width=112, force_terminal=True, file=io.StringIO(), legacy_windows=False)
    pen = Pen(AT, UTC, links=True)
    console.print(pen.post(CARD))
    console.print(Text("\n").append_text(pen.growth(CARD, 2)))
    console.print(Text("\n/watch why", style="bold"))
    drawn = console.export_svg(title="make run", unique_id="alert")
    # The font is asked of the reader's machine, not of a server.
    Path(__file__).with_name("alert.svg").write_text(re.sub(r"@font-face \{.*?\}", "", drawn, flags=re.DOTALL), "utf-8")


if __name__ == "__main__":
    main()
