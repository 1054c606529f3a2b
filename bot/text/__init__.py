"""Folding text for comparison while keeping offsets into the original. The one normaliser; pure."""

from bot.text.folding import Folded, fold, fold_key
from bot.text.tokens import Script, Token, tokens

__all__ = ["Folded", "Script", "Token", "fold", "fold_key", "tokens"]
