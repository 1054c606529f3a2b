"""Where the lines of a text begin and end, whatever its line ends are."""

from bot.watchlists.tree import Node


def line_end(text: str, offset: int) -> int:
    """Where the line of this offset ends, before its newline."""
    found = [end for end in (text.find("\n", offset), text.find("\r", offset)) if end >= 0]
    return min(found, default=len(text))


def past_newline(text: str, offset: int) -> int:
    """The offset behind a newline that stands at this offset, if one does."""
    return offset + (
        2 if text.startswith("\r\n", offset) else 1 if offset < len(text) and text[offset] in "\r\n" else 0
    )


def line_start(text: str, offset: int) -> int:
    """Where the line of this offset begins, behind a byte order mark."""
    start = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    return 1 if start == 0 and text.startswith("\ufeff") else start


def newline_of(text: str) -> str:
    """The line end that this text uses: that of its first line."""
    end = line_end(text, 0)
    return text[end : past_newline(text, end)] or "\n"


def value_end(text: str, node: Node) -> int:
    """The end of what a node says; block scalars end behind their newline."""
    end = node.end
    while end > node.start and text[end - 1] in " \t\r\n":
        end -= 1
    return end


def content_end(text: str, node: Node) -> int:
    """The end of the last line that belongs to a node."""
    return line_end(text, value_end(text, node))
