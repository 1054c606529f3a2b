"""How typical alerts and answers look as JSON for Slack. After a change that is meant, and before a look at the diff:

python -m tests.chat.test_golden_slack
"""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.chat.drawing.blocks import answer, joined, message
from tests.chat.goldens import ALERT, ANSWERS, JOINED, MESSAGES
from tests.chat.slack_rules import shown

FOLDER = Path(__file__).with_name("golden") / "slack"


def drawn() -> dict[str, dict[str, Any]]:
    pairs = {
        **{name: message(card, alert=ALERT) for name, card in MESSAGES.items()},
        "alert-repeat": message(MESSAGES["alert"], repeat=True),
        "reply-joined": joined(JOINED, alert=ALERT),
        **{name: answer(reply) for name, reply in ANSWERS.items()},
    }
    return {name: {"text": text, "blocks": blocks} for name, (text, blocks) in pairs.items()}


@pytest.mark.parametrize("name", sorted(drawn()))
def test_it_looks_as_it_did(name: str) -> None:
    now = drawn()[name]
    shown(now["text"], now["blocks"])
    assert json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")) == now


def test_no_file_is_left_over() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(drawn())


if __name__ == "__main__":
    for name, content in drawn().items():
        text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
        (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")
