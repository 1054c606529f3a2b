"""Does this text name a watched company? Candidates, evidence, verdicts in words. Pure."""

from bot.matching.matcher import LONGEST_TEXT, Matcher

__all__ = ["LONGEST_TEXT", "Matcher"]
