"""Text for comparison, keeping offsets into the original: the one normaliser; and counts in words. Pure."""

from bot.text.counting import counted
from bot.text.folding import Folded, fold, fold_key
from bot.text.tokens import Script, Token, Tokens, tokens

__all__ = ["Folded", "Script", "Token", "Tokens", "counted", "fold", "fold_key", "tokens"]
