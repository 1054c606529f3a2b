"""What people type, as tokens: quotes of any language, commas of any script, lines, brackets. Pure."""

import html
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

TokenKind = Literal["word", "quoted", "bracket", "comma", "line"]

_QUOTES = {'"': '"“”‟＂', "“": '"“”‟＂', "”": '"“”‟＂', "„": '"“”‟＂', "‟": '"“”‟＂', "＂": '"“”‟＂'}
_QUOTES |= {"«": "»", "「": "」", "『": "』"}
_SINGLE = {"'": "'’", "‘": "'’"}
_BRACKETS = {"(": ")", "（": "）"}
_COMMAS = ",，、;；"
_WORD = re.compile(r"[^\s,，、;；(（]+")
# Chat clients turn what looks like an address into <address|as typed>, and a channel into <#id|name>.
_CHAT_LINK = re.compile(r"<(?:https?://|mailto:|[#@!])[^<>|\s]*\|([^<>|]+)>|<((?:https?://|mailto:)[^<>|\s]*)>")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_JOINERS = "\u200c\u200d"


class Unreadable(ValueError):
    """The words can't be told apart; the message says why and how to write it."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a command. `text` is without its quotes or brackets; `spaced`: white space stands before it."""

    kind: TokenKind
    text: str
    spaced: bool = True


def readable(text: str) -> str:
    """The text with entities decoded, chat links as they were typed, and without what can't be seen."""
    text = _CHAT_LINK.sub(lambda found: found.group(1) or found.group(2), text)
    text = decoded(text)
    return "".join(_seen(char) for char in text.replace("\r\n", "\n"))


def decoded(text: str) -> str:
    """The text with HTML entities decoded where they end in a semicolon ("AT&amp;T"; "AT&T" stays)."""
    return _ENTITY.sub(lambda found: html.unescape(found.group()), text)


def _seen(char: str) -> str:
    if char in "\n\r\v\f\u0085\u2028\u2029":
        return "\n"
    if char == "\t":
        return char
    category = unicodedata.category(char)
    if category in ("Cc", "Zs"):
        return " "
    return "" if category in ("Cf", "Cs") and char not in _JOINERS else char


def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of a readable text, in order. Unreadable where a quote is not closed."""
    found: list[Token] = []
    at, spaced = 0, True
    while at < len(text):
        char = text[at]
        if char.isspace():
            if char == "\n":
                found.append(Token("line", char))
            at, spaced = at + 1, True
            continue
        token, at = _next(text, at, spaced=spaced)
        found.append(token)
        spaced = token.kind == "comma"
    return tuple(found)


def _next(text: str, at: int, *, spaced: bool) -> tuple[Token, int]:
    char = text[at]
    if char in _COMMAS:
        return Token("comma", char, spaced), at + 1
    if spaced and char in _QUOTES:
        end = _closing(text, at + 1, _QUOTES[char])
        if end < 0:
            raise Unreadable(f"The quote before '{text[at + 1 : at + 41]}' is not closed. Close it, or leave it out")
        return Token("quoted", " ".join(text[at + 1 : end].split()), spaced), end + 1
    if spaced and char in _SINGLE and (end := _closing(text, at + 1, _SINGLE[char])) > 0:
        return Token("quoted", " ".join(text[at + 1 : end].split()), spaced), end + 1
    if char in _BRACKETS:
        end = text.find(_BRACKETS[char], at)
        if end > 0 and "\n" not in text[at:end]:
            return Token("bracket", text[at + 1 : end].strip(), spaced), end + 1
        return Token("word", char, spaced), at + 1
    word = _WORD.match(text, at)
    end = word.end() if word else at + 1
    return Token("word", text[at:end], spaced), end


def _closing(text: str, at: int, closing: str) -> int:
    """Where the quote ends: at a closing mark that no letter follows, in this line; -1 if nowhere."""
    for end in range(at, len(text)):
        if text[end] == "\n":
            return -1
        if text[end] in closing and end > at and not text[end + 1 : end + 2].isalnum():
            return end
    return -1


def joined(pieces: tuple[Token, ...] | list[Token]) -> str:
    """The tokens as one text again, brackets put back, quotes left out."""
    text = ""
    for piece in pieces:
        bare = f"({piece.text})" if piece.kind == "bracket" else piece.text
        text += f" {bare}" if piece.spaced and text else bare
    return text


def quoted(name: str) -> str:
    """The name in quotes that it does not hold itself, so that a command takes it as one word."""
    for opening, closing in ('""', "«»", "「」", "『』"):
        if opening not in name and closing not in name and not (opening == '"' and set(name) & set("“”‟＂")):
            return f"{opening}{name}{closing}"
    return f'"{name}"'
