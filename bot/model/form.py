"""A form: several things of one company, to be filled in at once where a platform can show that."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Blank:
    """One thing to fill in, and what stands there now. `choices` are (value, label); without any it is text.

    `lines`: the text has an entry a line.
    """

    name: str
    label: str
    value: str = ""
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    lines: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """`command` is the text of the command that a filled form is, its values beside it. It holds ids alone."""

    title: str
    command: str
    blanks: tuple[Blank, ...]
