"""Draws docs/evidence-curve.svg: `python -m benchmarks.draw_evidence ../shared/data/mentions`.

Precision over recall of the pairs of all sources together, for every cut of the confidence, with the three levels.
Recall counts the named companies that no candidate was found for as missed.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmarks.articles import collections
from benchmarks.quality import Score, at_cut, baseline, judged
from bot.matching.weights import CUT_OFFS

PICTURE = Path(__file__).parent.parent / "docs" / "evidence-curve.svg"
WIDTH, HEIGHT, MARGIN = 720, 420, 60
LEAST = 0.8
"""Where both axes begin."""
STEPS = 50


def place(score: Score) -> tuple[float, float]:
    """Where a score stands in the picture."""
    x = MARGIN + (score.recall - LEAST) / (1 - LEAST) * (WIDTH - 2 * MARGIN)
    y = HEIGHT - MARGIN - (score.precision - LEAST) / (1 - LEAST) * (HEIGHT - 2 * MARGIN)
    return round(x, 1), round(y, 1)


def grid() -> list[str]:
    """Lines and figures of both axes."""
    drawn = []
    for tick in (0.80, 0.85, 0.90, 0.95, 1.0):
        x = MARGIN + (tick - LEAST) / (1 - LEAST) * (WIDTH - 2 * MARGIN)
        y = HEIGHT - MARGIN - (tick - LEAST) / (1 - LEAST) * (HEIGHT - 2 * MARGIN)
        drawn += [
            f'<path d="M{x:.1f} {MARGIN}V{HEIGHT - MARGIN}M{MARGIN} {y:.1f}H{WIDTH - MARGIN}" stroke="#ddd"/>',
            f'<text x="{x:.1f}" y="{HEIGHT - MARGIN + 18}" text-anchor="middle">{tick:.2f}</text>',
            f'<text x="{MARGIN - 8}" y="{y + 4:.1f}" text-anchor="end">{tick:.2f}</text>',
        ]
    middle = HEIGHT // 2
    return [
        *drawn,
        f'<text x="{WIDTH // 2}" y="{HEIGHT - 18}" text-anchor="middle">recall</text>',
        f'<text x="16" y="{middle}" text-anchor="middle" transform="rotate(-90 16 {middle})">precision</text>',
    ]


def marked(name: str, score: Score, colour: str) -> str:
    """A point with its name and figures."""
    x, y = place(score)
    words = f"{name}: P {score.precision:.3f} R {score.recall:.3f} F1 {score.f1:.3f}"
    dot = f'<circle cx="{x}" cy="{y}" r="5" fill="{colour}"/>'
    return f'{dot}<text x="{x - 10}" y="{y + 16}" text-anchor="end">{words}</text>'


def picture(curve: Sequence[Score], levels: dict[str, Score], search: Score) -> str:
    """The whole drawing."""
    seen = [score for score in curve if score.precision >= LEAST and score.recall >= LEAST]
    line = " ".join(f"{x},{y}" for x, y in map(place, seen))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" style="font: 13px sans-serif">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        *grid(),
        f'<polyline points="{line}" fill="none" stroke="#1864ab" stroke-width="2"/>',
        *(marked(name, score, "#1864ab") for name, score in levels.items()),
        marked("token search", search, "#868e96"),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def main() -> None:
    """Judge all sources once, draw, and print the figures of the levels."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder of the shared mentions")
    sources = list(collections(parser.parse_args().data).values())
    read = [(judged(watchlist, articles), articles, watchlist) for watchlist, articles in sources]
    cuts = [step / STEPS for step in range(STEPS + 1)]
    curve = [sum((at_cut(*each, cut) for each in read), Score()) for cut in cuts]
    levels = {level: sum((at_cut(*each, cut) for each in read), Score()) for level, cut in CUT_OFFS.items()}
    search = sum((baseline("token search", watchlist, articles) for watchlist, articles in sources), Score())
    PICTURE.write_text(picture(curve, {str(level): score for level, score in levels.items()}, search), encoding="utf-8")
    for level, score in levels.items():
        print(f"{level:<7}{score}")


if __name__ == "__main__":
    main()
