"""What the polls of a source mean: its rhythm, when it is polled next, how it fares. Pure."""

from bot.polling.anew import TITLES_LAST, digest_is_due, is_anew, is_news
from bot.polling.course import ASK_AGAIN, address_of, cursor_of, failed, held_back, succeeded
from bot.polling.health import Condition, News, condition, is_late, is_silent, news_of
from bot.polling.rhythm import LONGEST, SHORTEST, learn, next_poll, pace, step_of
from bot.polling.standing import Standing

__all__ = [
    "ASK_AGAIN",
    "LONGEST",
    "SHORTEST",
    "TITLES_LAST",
    "Condition",
    "News",
    "Standing",
    "address_of",
    "condition",
    "cursor_of",
    "digest_is_due",
    "failed",
    "held_back",
    "is_anew",
    "is_late",
    "is_news",
    "is_silent",
    "learn",
    "news_of",
    "next_poll",
    "pace",
    "step_of",
    "succeeded",
]
