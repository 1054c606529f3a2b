"""Markdown to plain text: what a reader would say aloud, without the signs."""

import re

_FENCE = re.compile(r"^\s{0,3}(?:```|~~~)")
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(.*?)\s*#*\s*$")
_IMAGE = re.compile(r"!\[([^\[\]]{0,500})\]\([^()\s]{0,2000}(?:\s\"[^\"]{0,500}\")?\)")
_LINK = re.compile(r"\[([^\[\]]{0,500})\](?:\([^()\s]{0,2000}(?:\s\"[^\"]{0,500}\")?\)|\[[^\[\]]{0,200}\])")
_REFERENCE = re.compile(r"^\s{0,3}\[[^\]]{1,200}\]:\s+\S+.*$")
_RULE = re.compile(r"^\s{0,3}([-*_=])(?:\s*\1){2,}\s*$")
_LEADER = re.compile(r"^\s{0,12}(?:>\s?|[-*+]\s+|\d{1,9}[.)]\s+)+")
_STRONG = re.compile(r"(?<![\w*])(\*\*|__|\*|`|~~)(?=\S)([^*`~\n]{1,500}?)(?<=\S)\1(?![\w*])")


def title_and_text(source: str) -> tuple[str, str]:
    """The first heading of the first level, or "", and the rest with a line for each paragraph, item and heading."""
    title = ""
    blocks: list[list[str]] = [[]]
    for line in source.splitlines():
        heading = _HEADING.match(line)
        if heading and not title and line.lstrip().startswith("# "):
            title = _plain(heading.group(1))
        elif heading:
            blocks += [[_plain(heading.group(1))], []]
        elif _FENCE.match(line) or _RULE.match(line) or _REFERENCE.match(line) or not line.strip():
            blocks.append([])
        elif _LEADER.match(line):
            blocks.append([_plain(_LEADER.sub("", line))])
        else:
            blocks[-1].append(_plain(line))
    return title, "\n".join(" ".join(block) for block in blocks if block)


def _plain(line: str) -> str:
    return _STRONG.sub(r"\2", _LINK.sub(r"\1", _IMAGE.sub(r"\1", line))).strip()
