"""What `namewatch` says of itself: a line a command, none of them cut off."""

import pytest

from bot.cli.main import main


@pytest.mark.parametrize("group", [[], ["db"], ["source"]])
def test_each_command_is_one_whole_line(
    group: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert main([*group, "--help"]) == 0
    lines = capsys.readouterr().out.partition("Commands:\n")[2].splitlines()
    assert len(lines) >= 5
    assert [line for line in lines if line.endswith("...")] == []
