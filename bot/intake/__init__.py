"""One poll: fetch, decide, commit. A poll that fails costs a line in the health of its source, nothing else."""

from bot.intake.polls import Intake, Polled

__all__ = ["Intake", "Polled"]
