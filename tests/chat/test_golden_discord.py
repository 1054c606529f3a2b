"""How typical alerts and answers look as JSON for Discord. After a change that is meant, and before a look at the diff:

python -m tests.chat.test_golden_discord
"""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.chat.discord.sending import content
from bot.chat.drawing.embeds import Drawn, answer, joined, message
from tests.chat.contracts import discord_faults
from tests.chat.goldens import ALERT, ANSWERS, JOINED, MESSAGES

FOLDER = Path(__file__).with_name("golden") / "discord"
REF = "ref k3J9aB2c"


def sent(drawn: Drawn) -> dict[str, Any]:
    said = content(drawn)
    view = said.get("view")
    components = view.to_components() if view else []
    return {"content": drawn.content, "embeds": [said["embed"].to_dict()], "components": components}


def drawn() -> dict[str, dict[str, Any]]:
    pairs = {
        **{name: message(card, ref=REF, alert=ALERT) for name, card in MESSAGES.items()},
        "alert-repeat": message(MESSAGES["alert"], ref=REF, repeat=True),
        "reply-joined": joined(JOINED, ref=REF, alert=ALERT),
        **{name: answer(reply) for name, reply in ANSWERS.items()},
    }
    return {name: sent(each) for name, each in pairs.items()}


@pytest.mark.parametrize("name", sorted(drawn()))
def test_it_looks_as_it_did(name: str) -> None:
    now = drawn()[name]
    assert discord_faults("send", now) == []
    assert json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")) == now


def test_no_file_is_left_over() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(drawn())


if __name__ == "__main__":
    for name, payload in drawn().items():
        text = json.dumps(payload, ensure_ascii=False, indent=1) + "\n"
        (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")
