"""Text that was wrapped at a column, as in mails and old text files, gets its paragraphs back."""

import re

_WIDEST = 100
_NARROWEST = 40


def unwrapped(text: str) -> str:
    """Join the lines of each block between blank lines that looks wrapped; other blocks keep their lines."""
    blocks = re.split(r"\n[^\S\n]*\n", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "\n".join(_joined(block) if _is_wrapped(block.split("\n")) else block for block in blocks)


def _is_wrapped(lines: list[str]) -> bool:
    """Two lines or more, none wide, and each but the last about full."""
    widths = [len(line.rstrip()) for line in lines if line.strip()]
    if len(widths) < 2 or max(widths) > _WIDEST:
        return False
    return min(widths[:-1]) >= max(_NARROWEST, max(widths) * 2 // 3)


def _joined(block: str) -> str:
    return " ".join(line.strip() for line in block.split("\n"))
