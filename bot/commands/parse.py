"""From the words after `/watch` to a request. Pure: what is asked, not whether it may or can be done."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace

from rapidfuzz.distance import OSA

from bot.commands import ballots, forms, hush
from bot.commands.companies import Add, Malformed, names_in, read_companies, read_lines
from bot.commands.pasted import lines_of
from bot.commands.requests import Address, Help, List, Lists, Remove, Request, Status, Unknown, Why
from bot.commands.words import Unreadable, decoded, joined, readable, tokens
from bot.model.command import BUTTONS, COMMANDS

NAMES: Mapping[str, str] = {word: spec.name for spec in (*COMMANDS, *BUTTONS) for word in (spec.name, *spec.synonyms)}
"""Every word that is understood as a command, and the command's own name."""

_ADDRESS = re.compile(r"https?://[^\s<>|\"“”「」]+", re.IGNORECASE)
_TO = re.compile(r"\s+to\s+(?:<#([A-Z0-9]+)(?:\|[^<>]*)?>|(#[^\s,，、]+))\s*$")
_BARE_ADDRESS = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/[^\s<>|]*", re.IGNORECASE)
_ONLY_HERE = re.compile(r"(?<=\S)\s+only\s+here\s*$")
_PREFIX = re.compile(r"\s*[/／]\s*watch(?=\s|$)", re.IGNORECASE)
_MEANT = {"latest": "why", "last": "why", "recent": "why", "newest": "why"}
"""Words that are no command, and come near none, but are meant for one."""
# What questions are made of besides what they are about: `why didn't we get the Lava deal?`
_FILLER = frozenset(
    re.findall(
        r"\S+",
        """a about alert alerted alerts an and any are article been did didn't didnt do does doesn't doesnt don't dont
    for from get got had has have haven't havent hear heard here how i in is isn't isnt it me miss missed my never
    news no not of on our post posted receive received see seen send sent show story that the there they this to told us
    today was wasn't wasnt we were with yesterday you""",
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
    try:
        return _read(text, bare, verb, rest)
    except Unreadable as error:
        return Malformed(str(error))


def _read(text: str, bare: str, verb: str, rest: str) -> Request:
    name = NAMES.get(verb)
    if name == "why":
        # A chat link's address, not its label, says which article is meant.
        return _why(decoded(text))
    if name == "add":
        return _add_to(text, rest)
    if name is not None:
        return _READERS[name](rest)
    if verb == "rename":
        return forms.rename(rest)
    if forms.is_field(verb):
        return forms.tune(verb, rest)
    return forms.said_of(bare) or Unknown(bare.split(maxsplit=1)[0], bare, _suggestion(verb, rest))


def _add_to(text: str, rest: str) -> Request:
    to = ""
    if (found := _TO.search(text)) is not None:
        to = found.group(1) or found.group(2)
        rest = _first_word(_PREFIX.sub("", readable(text[: found.start()])).strip())[1]
    alone = _ONLY_HERE.search(rest)
    read = _add(rest[: alone.start()] if alone else rest)
    return replace(read, to=to, only_here=alone is not None) if isinstance(read, Add) else read


def _first_word(text: str) -> tuple[str, str]:
    """The first word as commands are compared, and what follows it as written."""
    word, rest = (*text.split(maxsplit=1), "", "")[:2]
    return unicodedata.normalize("NFKC", word).casefold().rstrip(":"), rest


def _suggestion(verb: str, rest: str) -> str:
    """The nearest command with the same rest, or "" where none is near."""
    if verb in _MEANT:
        return _MEANT[verb]
    near = nearest_command(verb)
    return f"{near} {rest}".strip() if near else ""


def nearest_command(word: str) -> str:
    """The one command that the word begins, or is with a swapped, wrong or missing letter or two; "" where none is."""
    begun = {name for known, name in NAMES.items() if len(word) > 1 and known.startswith(word)}
    if len(begun) == 1:
        return begun.pop()
    near = min(NAMES, key=lambda known: OSA.distance(word, known))
    return NAMES[near] if len(word) > 1 and OSA.distance(word, near) <= (1 if len(near) < 6 else 2) else ""


def _remove(rest: str) -> Remove | Malformed:
    found = [token for token in tokens(rest) if token.kind != "line"]
    origin = [at for at, token in enumerate(found) if token.kind == "word" and token.text == "from"]
    watchlist = ""
    if origin and 0 < origin[-1] < len(found) - 1:
        watchlist, found = joined(found[origin[-1] + 1 :]), found[: origin[-1]]
    names = names_in(found)
    return Remove(names, watchlist) if names else Malformed("Say which company: remove Lava International", "remove {}")


def _list(rest: str) -> List:
    words, page = forms.paged(rest)
    return List(forms.unquoted(words), page)


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


def _add(rest: str) -> Add | Address | Malformed:
    if address := _ADDRESS.fullmatch(rest.strip()):
        return Address(address.group())
    return read_lines(lines_of(rest)) if "\n" in rest.strip() else read_companies(tokens(rest))


_READERS: Mapping[str, Callable[[str], Request]] = {
    "status": lambda _: Status(),
    "add": _add,
    "remove": _remove,
    "list": _list,
    "show": forms.show,
    "set": forms.set_one,
    "use": forms.use,
    "leave": forms.leave,
    "lists": lambda _: Lists(),
    "test": forms.test,
    "sources": forms.sources,
    "source": forms.sources,
    "search": forms.search,
    "mute": hush.mute,
    "unmute": hush.unmute,
    "pause": hush.pause,
    "resume": hush.resume,
    "digest": hush.digest,
    "quiet": hush.quiet,
    "undo": forms.undo,
    "log": forms.log,
    "export": forms.export,
    "useful": ballots.useful,
    "wrong": ballots.wrong,
    "help": lambda rest: Help(" ".join(rest.casefold().split())),
}

__all__ = ["NAMES", "Request", "nearest_command", "parse"]
