"""The words after a command that edits or searches, as requests. Pure."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from rapidfuzz.distance import OSA

from bot.commands.companies import Malformed, names_in
from bot.commands.requests import (
    FIELDS,
    EditCompany,
    EditSource,
    Export,
    Field,
    FilledIn,
    Leave,
    Log,
    Rejected,
    Rename,
    Search,
    Set,
    Show,
    Sources,
    SourceVerb,
    Trial,
    Tune,
    Undo,
    Unknown,
    Use,
)
from bot.commands.until import split_when
from bot.commands.words import Token, joined, tokens

_FIELD_WORDS: dict[str, Field] = {field: field for field in FIELDS}
_FIELD_WORDS |= {"aliases": "alias", "near": "context", "not": "exclude", "excludes": "exclude"}
_TUNED = frozenset({"alias", "aliases", "context", "exclude", "excludes", "threshold", "evidence", "passing"})
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_SPAN = re.compile(
    r"(?:^|\s)(?:(?:the |in the |of the )?(?:last|past)\s+)(?:([0-9]{1,4})\s+)?(day|week|month|year)s?\s*$",
    re.IGNORECASE,
)
_TODAY = re.compile(r"(?:^|\s)(today|yesterday)\s*$", re.IGNORECASE)
PAGE = re.compile(r"(?:^|\s)page\s+([1-9][0-9]{0,3})\s*$", re.IGNORECASE)
_REJECTED = re.compile(r"\s*(\S.*?)\s+rejected\s*", re.IGNORECASE)
_STORIES = re.compile(r"\s+stories(\s+here)?\s*$", re.IGNORECASE)
_FORM = re.compile(r"#([0-9a-f]{12})")
_ONLY_HERE = re.compile(r"\s+only\s+here\s*$", re.IGNORECASE)
_UNDO = re.compile(r"(?P<mark>[0-9a-f]{8})?\s*(?P<sure>anyway|yes|sure)?", re.IGNORECASE)


def unquoted(rest: str) -> str:
    """The words with single spaces, without the quotes around all of them."""
    found: tuple[Token, ...] = tokens(rest)
    return found[0].text if len(found) == 1 and found[0].kind == "quoted" else " ".join(rest.split())


def paged(rest: str) -> tuple[str, int]:
    """The words before `page 2`, and the page, from 1."""
    page = PAGE.search(rest)
    return (rest[: page.start()], int(page.group(1))) if page else (rest, 1)


def show(rest: str) -> Show | Rejected | Malformed:
    """`show Lava`, `show Lava stories [here]`, `show Lava rejected`; a name that ends so goes in quotes."""
    if rejected := _REJECTED.fullmatch(rest):
        return Rejected(unquoted(rejected[1]))
    stories = _STORIES.search(rest)
    name = unquoted(rest[: stories.start()] if stories else rest)
    if not name:
        return Malformed("Say which company: show Lava International", "show {}")
    return Show(name, stories is not None, here=stories is not None and bool(stories.group(1)))


def use(rest: str) -> Use | Malformed:
    """`use phone-makers`, `use phone-makers only here`."""
    copy = _ONLY_HERE.search(rest)
    name = unquoted(rest[: copy.start()] if copy else rest)
    return Use(name, copy is not None) if name else Malformed("Say which list: use phone-makers. See them: lists")


def leave(rest: str) -> Leave | Malformed:
    """`leave phone-makers`."""
    name = unquoted(rest)
    return Leave(name) if name else Malformed("Say which list: leave phone-makers. See them: lists")


def set_one(rest: str) -> Set | EditCompany | FilledIn | Malformed:
    """`set Lava International alias + ラヴァ, Lawa`; without a value it is a question, without a field a form."""
    if form := _FORM.fullmatch(rest.strip()):
        return FilledIn(form[1])
    found = [token for token in tokens(rest) if token.kind != "line"]
    at = next((at for at in range(1, len(found)) if _field(found[at]) is not None), 0)
    if not at:
        name = unquoted(rest)
        return EditCompany(name) if name else Malformed("Say which company: set Lava International", "set {}")
    field = _field(found[at])
    assert field is not None  # noqa: S101 - found above
    return _set(joined(found[:at]), field, found[at + 1 :])


def said_of(text: str) -> Set | None:
    """`Lava alias ラヴァ`: what is said of a company, its name first; None where no such word follows a name."""
    found = [token for token in tokens(text) if token.kind != "line"]
    for at in range(1, len(found) - 1):
        if found[at].kind == "word" and found[at].text.casefold() in _TUNED:
            read = _set(joined(found[:at]), _FIELD_WORDS[found[at].text.casefold()], found[at + 1 :])
            return read if isinstance(read, Set) else None
    return None


def tune(word: str, rest: str) -> Tune | Malformed:
    """`exclude lava flow`: of which company is not said."""
    words = " ".join(rest.split())
    field = _FIELD_WORDS[word]
    return Tune(field, words) if words else Malformed(f"Say of which company: set Lava {field}")


def is_field(word: str) -> bool:
    """Whether a command may begin with this word as `exclude lava flow` does."""
    return word in _TUNED


def _field(token: Token) -> Field | None:
    return _FIELD_WORDS.get(token.text.casefold()) if token.kind == "word" else None


def _set(name: str, field: Field, rest: Sequence[Token]) -> Set | Malformed:
    sign: Literal["", "+", "-"] = ""
    found = list(rest)
    if found and found[0].kind == "word" and found[0].text[0] in "+-＋－−":
        sign = "+" if found[0].text[0] in "+＋" else "-"
        bare = found[0].text[1:]
        found = [Token("word", bare), *found[1:]] if bare else found[1:]
        if not found:
            return Malformed(f"Say what to {'add' if sign == '+' else 'take away'}: set {name} {field} {sign} <value>")
    return Set(name, field, sign, names_in(found))


def rename(rest: str) -> Rename | Malformed:
    """`rename Lava Lava International`, `rename Lava to Lava International`."""
    words = " ".join(rest.split())
    return Rename(words) if len(words.split()) > 1 else Malformed("Say both names: rename Lava to Lava International")


def test(rest: str) -> Trial | Malformed:
    """`test Lava builds handsets in Noida`, `test https://example.org/story`."""
    text = rest.strip()
    return Trial(text) if text else Malformed("Paste a text or a link: test Lava builds handsets in Noida")


def search(rest: str) -> Search | Malformed:
    """`search lava noida last week page 2`."""
    words, page = paged(rest)
    span: timedelta | None = None
    if found := _SPAN.search(words):
        words, span = words[: found.start()], timedelta(days=int(found.group(1) or 1) * _DAYS[found.group(2).lower()])
    elif found := _TODAY.search(words):
        words, span = words[: found.start()], timedelta(days=1 if found.group(1).lower() == "today" else 2)
    kept = [piece for token in tokens(words) if token.kind not in ("comma", "line") for piece in _pieces(token)]
    if not kept:
        return Malformed("Say what to look for: search lava noida, or search lava last week")
    return Search(tuple(dict.fromkeys(kept)), span, page)


def _pieces(token: Token) -> list[str]:
    return [token.text] if token.kind == "quoted" else token.text.split()


_SOURCE_VERBS: dict[str, SourceVerb] = {"add": "add", "remove": "remove", "pause": "pause", "resume": "resume"}
_SOURCE_VERBS |= {"rm": "remove", "delete": "remove", "unpause": "resume", "mute": "pause", "unmute": "resume"}
_SOURCE_EXAMPLES = {"add": "example.org/news", "remove": "Focus Taiwan", "pause": "Focus Taiwan 8h"}


def sources(rest: str) -> Sources | EditSource | Unknown | Malformed:
    """`sources`, `sources taiwan`, `source add example.org/feed`, `source remove Focus`, `source pause Focus 8h`."""
    word, _, named = rest.strip().partition(" ")
    verb = _SOURCE_VERBS.get(word.casefold())
    if verb is not None:
        return _edit_source(verb, named)
    near = min(_SOURCE_VERBS, key=lambda each: OSA.distance(word.casefold(), each))
    if named.strip() and len(word) > 2 and OSA.distance(word.casefold(), near) <= min(2, len(near) - 2):
        return Unknown(f"source {word}", f"source {rest}", f"source {_SOURCE_VERBS[near]} {named.strip()}")
    return Sources(unquoted(rest))


def _edit_source(verb: SourceVerb, named: str) -> EditSource | Malformed:
    words, when = split_when(named) if verb == "pause" else (named, "")
    name = unquoted(words)
    example = _SOURCE_EXAMPLES.get(verb, "Focus Taiwan")
    return EditSource(verb, name, when) if name else Malformed(f"Say which source: source {verb} {example}")


def undo(rest: str) -> Undo | Malformed:
    """`undo`, `undo anyway`; a button says which change it means by a mark."""
    found = _UNDO.fullmatch(rest.strip())
    if found is None:
        return Malformed("undo takes back the last change, and undo anyway one of somebody else. What was changed: log")
    return Undo(found["sure"] is not None, (found["mark"] or "").casefold())


def log(rest: str) -> Log:
    """`log`, `log page 2`."""
    return Log(paged(rest)[1])


def export(_rest: str) -> Export:
    """`export`."""
    return Export()
