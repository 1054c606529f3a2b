"""What the polls of a source mean: its rhythm, when it is polled next, how it fares. Pure."""

from bot.polling.course import ASK_AGAIN, address_of, failed, succeeded
from bot.polling.rhythm import LONGEST, SHORTEST, learn, next_poll, step_of

__all__ = ["ASK_AGAIN", "LONGEST", "SHORTEST", "address_of", "failed", "learn", "next_poll", "step_of", "succeeded"]
