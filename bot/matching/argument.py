"""An argument for or against a candidate, in words."""

from typing import NamedTuple

from bot.matching.weights import WEIGHTS


class Argument(NamedTuple):
    """What it says, which of the fitted arguments it is (`weights.SIGNS`), and how much of it there is."""

    text: str
    feature: str
    amount: float = 1.0

    @property
    def logits(self) -> float:
        """What it adds to the log odds."""
        return WEIGHTS[self.feature] * self.amount
