"""One decision: mentions, verdicts, story, alerts, routings and deliveries of a poll. Pure.

`judge` says what the articles are and whom they name; `conclude` says who hears of it. Between the two the caller
asks the store which alerts the stories have already.
"""

from bot.decide.conclude import audience_of, conclude
from bot.decide.judge import judge
from bot.decide.scene import Held, Judged, Scene, held_among

__all__ = ["Held", "Judged", "Scene", "audience_of", "conclude", "held_among", "judge"]
