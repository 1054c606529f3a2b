"""What platforms read from the environment alike."""

from collections.abc import Mapping

from bot.errors import SettingsError


def number(environment: Mapping[str, str], name: str, usual: float, *, most: float) -> float:
    """The number of a variable, `usual` where it is not set; SettingsError unless it is over 0, up to `most`."""
    given = environment.get(name, "").strip()
    try:
        found = float(given) if given else usual
    except ValueError:
        found = 0.0
    if not 0 < found <= most:
        raise SettingsError(f"{name} is wrong: write a number, over 0 up to {most:g}")
    return found


def words(environment: Mapping[str, str], name: str) -> list[str]:
    """The words of a variable, between which commas or spaces stand."""
    return environment.get(name, "").replace(",", " ").split()


def command_of(environment: Mapping[str, str]) -> str:
    """The name of the bot's command, without its slash."""
    return environment.get("NAMEWATCH_COMMAND", "").strip().removeprefix("/") or "watch"
