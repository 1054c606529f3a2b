"""What `namewatch doctor` says of one thing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Checkup:
    """One thing that was checked: `wrong` is empty when it is in order; `note` is worth knowing and breaks nothing."""

    what: str
    wrong: str = ""
    note: str = ""
