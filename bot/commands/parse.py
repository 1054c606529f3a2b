"""From the words after `/watch` to a request. Pure: what is asked, not whether it may or can be done."""

import re
import unicodedata
from collections.abc import Callable, Mapping

from rapidfuzz.distance import OSA

from bot.commands.companies import Add, Malformed, names_in, read_companies
from bot.commands.requests import Help, List, Lists, Remove, Request, Show, Sources, Status, Unknown, Why
from bot.commands.words import Token, Unreadable, decoded, joined, readable, tokens
from bot.model.command import COMMANDS

NAMES: Mapping[str, str] = {word: spec.name for spec in COMMANDS for word in (spec.name, *spec.synonyms)}
"""Every word that is understood as a command, and the command's own name."""

_ADDRESS = re.compile(r"https?://[^\s<>|\"“”「」]+", re.IGNORECASE)
_BARE_ADDRESS = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/[^\s<>|]*", re.IGNORECASE)
_PREFIX = re.compile(r"\s*[/／]\s*watch(?=\s|$)", re.IGNORECASE)
_PAGE = re.compile(r"(?:^|\s)page\s+([1-9][0-9]{0,3})\s*$", re.IGNORECASE)
# What questions are made of besides what they are about: `why didn't we get the Lava deal?`
_FILLER = frozenset(
    re.findall(
        r"\S+",
        """a about alert alerted alerts an and any are article been did didn't didnt do does doesn't doesnt don't dont
    for from get got had has have haven't havent hear heard here how i in is isn't isnt it me miss missed my never
    news no not of on our post posted receive received see seen send sent show story that the there they this to told us
    was wasn't wasnt we were with you""",
    )
)


def parse(text: str) -> Request:
    """Read a command as people type it; a leading `/watch` is tolerated, a wrong word becomes Unknown."""
    bare = readable(text)
    while prefix := _PREFIX.match(bare):
        bare = bare[prefix.end() :]
    bare = bare.strip()
    verb, rest = _first_word(bare)
    if not verb:
        return Status()
    if verb == "watch" and _first_word(rest)[0] in {spec.name for spec in COMMANDS}:
        return parse(rest)
    if _ADDRESS.match(bare):
        return _why(bare)
    name = NAMES.get(verb)
    if name is None:
        return Unknown(bare.split(maxsplit=1)[0], bare, _suggestion(verb, rest))
    try:
        # A chat link's address, not its label, says which article is meant.
        return _why(decoded(text)) if name == "why" else _READERS[name](rest)
    except Unreadable as error:
        return Malformed(str(error))


def _first_word(text: str) -> tuple[str, str]:
    """The first word as commands are compared, and what follows it as written."""
    word, rest = (*text.split(maxsplit=1), "", "")[:2]
    return unicodedata.normalize("NFKC", word).casefold().rstrip(":"), rest


def _suggestion(verb: str, rest: str) -> str:
    """The nearest command with the same rest, or "" where none is near: a swapped, wrong or missing letter or two."""
    prefixed = {name for word, name in NAMES.items() if len(verb) > 1 and word.startswith(verb)}
    near = min(NAMES, key=lambda word: OSA.distance(verb, word))
    if len(prefixed) == 1:
        name = prefixed.pop()
    elif len(verb) > 1 and OSA.distance(verb, near) <= (1 if len(near) < 5 else 2):
        name = NAMES[near]
    else:
        return ""
    return f"{name} {rest}".strip()


def _remove(rest: str) -> Remove | Malformed:
    found = [token for token in tokens(rest) if token.kind != "line"]
    origin = [at for at, token in enumerate(found) if token.kind == "word" and token.text == "from"]
    watchlist = ""
    if origin and 0 < origin[-1] < len(found) - 1:
        watchlist, found = joined(found[origin[-1] + 1 :]), found[: origin[-1]]
    names = names_in(found)
    return Remove(names, watchlist) if names else Malformed("Say which company: remove Lava International")


def _list(rest: str) -> List:
    page = _PAGE.search(rest)
    words = rest[: page.start()] if page else rest
    return List(_unquoted(words), int(page.group(1)) if page else 1)


def _show(rest: str) -> Show | Malformed:
    name = _unquoted(rest)
    return Show(name) if name else Malformed("Say which company: show Lava International")


def _unquoted(rest: str) -> str:
    found: tuple[Token, ...] = tokens(rest)
    return found[0].text if len(found) == 1 and found[0].kind == "quoted" else " ".join(rest.split())


def _why(text: str) -> Why:
    if address := _ADDRESS.search(text):
        return Why(url=address.group().rstrip(".,;:!?)'’»"))
    rest = _first_word(_PREFIX.sub("", readable(text)))[1]
    if address := _BARE_ADDRESS.fullmatch(rest.strip()):
        return Why(url=f"https://{address.group()}")
    return Why(words=_words(rest))


def _words(rest: str) -> tuple[str, ...]:
    """What an article must hold, without the filler of a question; words in quotes are all kept."""
    kept: list[str] = []
    for token in tokens(rest):
        if token.kind == "quoted":
            kept += token.text.split()
        elif token.kind in ("word", "bracket"):
            kept += [word for piece in token.text.split() if (word := _bare(piece)) and word.casefold() not in _FILLER]
    return tuple(dict.fromkeys(kept))


def _bare(word: str) -> str:
    """The word without a question's punctuation and without a possessive."""
    word = word.replace("’", "'").strip("?？!！.。…:\"'“”")
    return word[:-2] if word.endswith("'s") else word


def _add(rest: str) -> Add | Malformed:
    return read_companies(tokens(rest))


_READERS: Mapping[str, Callable[[str], Request]] = {
    "add": _add,
    "remove": _remove,
    "list": _list,
    "show": _show,
    "status": lambda _: Status(),
    "lists": lambda _: Lists(),
    "sources": lambda rest: Sources(_unquoted(rest)),
    "help": lambda rest: Help(" ".join(rest.casefold().split())),
}

__all__ = ["NAMES", "Request", "parse"]
