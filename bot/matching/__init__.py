"""Does this text name a watched company? Candidates, evidence, verdicts in words. Pure."""

from bot.matching.matcher import Matcher

__all__ = ["Matcher"]
