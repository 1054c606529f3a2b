"""Work that is done apart: in processes with limits, which own no setting, no token and no file of ours."""

from bot.apart.workers import Answered, JobFailed, Workers

WORKERS = Workers(2)
"""The processes of this bot. They start when first needed and end with `close`, or with the bot however it ends."""

__all__ = ["WORKERS", "Answered", "JobFailed", "Workers"]
