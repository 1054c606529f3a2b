"""The table of commands: what a form on a platform fills in reads like what people type."""

from collections.abc import Mapping

import pytest

from bot.commands.parse import parse
from bot.commands.requests import Unknown
from bot.model.command import COMMANDS, CommandSpec

SPECS = {spec.name: spec for spec in COMMANDS}


@pytest.mark.parametrize(
    ("command", "values", "typed"),
    [
        ("add", {"company": "Lava"}, "add Lava"),
        (
            "add",
            {"context": "phone, handset", "company": "Lava International", "aliases": "Lava", "exclude": "lava lamp"},
            "add Lava International as Lava not lava lamp near phone, handset",
        ),
        ("add", {"company": " Lava ", "aliases": "  "}, "add Lava"),
        ("remove", {"company": "Lava", "list": "phone-makers"}, "remove Lava from phone-makers"),
        ("list", {"page": "2"}, "list page 2"),
        ("why", {}, "why"),
        ("why", {"article": "https://example.org/story"}, "why https://example.org/story"),
    ],
)
def test_the_blanks_of_a_form_become_the_command_as_typed(command: str, values: Mapping[str, str], typed: str) -> None:
    assert SPECS[command].typed(values) == typed
    assert not isinstance(parse(typed), Unknown)


@pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.name)
def test_each_command_fits_the_narrowest_platform(spec: CommandSpec) -> None:
    """Discord: 25 options, names of 32 small letters, summaries of 100 characters, required options first."""
    assert len(spec.options) <= 25
    for name, summary in [(spec.name, spec.summary), *((option.name, option.summary) for option in spec.options)]:
        assert len(summary) <= 100
        assert name.islower()
        assert len(name) <= 32
    required = [option.required for option in spec.options]
    assert required == sorted(required, reverse=True)
    assert len({option.name for option in spec.options}) == len(spec.options)


def test_the_table_fits_one_level_of_a_command_tree() -> None:
    assert len(COMMANDS) <= 25
