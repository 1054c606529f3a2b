"""Work that is done apart from the event loop: in one thread, or in processes that own no token and no file of ours."""

from bot.apart.interpreter import undisturbed
from bot.apart.thread import computed
from bot.apart.workers import Answered, JobFailed, Workers

WORKERS = Workers(2)
"""The processes of this bot. They start when first needed and end with `close`, or with the bot however it ends."""

__all__ = ["WORKERS", "Answered", "JobFailed", "Workers", "computed", "undisturbed"]
