"""Companies as people write them after `add`: names, aliases, tickers and the as, not, near clauses. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.commands.words import Token, Unreadable, joined, quoted, tokens
from bot.matching.legal import LATIN_FORMS
from bot.model.company import MAX_NAME, MIN_NAME, Alias, Company
from bot.text import fold_key

MOST = 50

_CLAUSES = ("as", "not", "near")
_SHOWN = 40
_TICKER = re.compile(
    r"\$[A-Z][A-Z0-9]{0,5}(?:\.[A-Z]{1,3})?|[0-9]{3,6}\.[A-Z]{1,3}|"
    r"[A-Z][A-Z0-9]{0,5}\.(?:N|O|OQ|L|PA|DE|TO|HK|T|TW|TWO|KS|KQ|SS|SZ|NS|BO|AX|SW|MI|AS|BR|ST|HE|OL|MC|SI|BK|SA|MX)"
)


@dataclass(frozen=True, slots=True)
class Add:
    """Watch these. `literal` holds the names that were written in quotes: they are meant exactly so.

    `to` is the channel that is to hear, as typed (`#supply-chain`, an id), or "" for this one; `only_here`: on a list
    that no other channel hears. `pasted`: written in several lines, of which `unread` says what could not be read.
    """

    companies: tuple[Company, ...]
    literal: frozenset[str] = frozenset()
    to: str = ""
    only_here: bool = False
    pasted: bool = False
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Malformed:
    """The command is known and its words are not: `problem` says what is wrong and how to write it.

    `wants`: the command with {} for the company that it lacks, where that is all.
    """

    problem: str
    wants: str = ""


NamePart = list[Token]


def read_companies(found: Sequence[Token]) -> Add | Malformed:
    """The companies of one line, each name once. Malformed says what to write instead."""
    return _once(_line([token for token in found if token.kind != "line"]))


def read_lines(lines: Sequence[str]) -> Add | Malformed:
    """The companies of pasted lines, each name once; what can't be read is told, and the rest stands."""
    companies: list[Company] = []
    literal: set[str] = set()
    unread: list[str] = []
    for line in lines:
        try:
            read = _line(tokens(line))
        except Unreadable as error:
            read = Malformed(str(error))
        if isinstance(read, Malformed):
            unread.append(f'"{line[:_SHOWN]}": {read.problem}')
        else:
            companies += read.companies
            literal |= read.literal
    if unread and not companies:
        return Malformed(unread[0])
    return _once(Add(tuple(companies), frozenset(literal), pasted=True, unread=tuple(unread)))


def _once(read: Add | Malformed) -> Add | Malformed:
    if isinstance(read, Malformed):
        return read
    companies: dict[str, Company] = {}
    for company in read.companies:
        companies.setdefault(company.name.casefold(), company)
    if not companies:
        return Malformed("Say which company: add Lava International")
    if len(companies) > MOST:
        return Malformed(f"{len(companies)} companies at once, and {MOST} are the limit. Put them into the list's file")
    return replace(read, companies=tuple(companies.values()))


def names_in(found: Sequence[Token]) -> tuple[str, ...]:
    """The names between commas, quotes left out; a legal form after a comma belongs to the name before it."""
    return tuple(dict.fromkeys(joined(part) for part in _name_parts(found)))


def as_command(company: Company) -> str:
    """What follows `add` to get this company again, as far as `add` can say it."""
    text = _written([company.name])
    if company.tickers:
        text += f" ({', '.join(company.tickers)})"
    clauses = (("as", [alias.text for alias in company.aliases]), ("not", company.exclude), ("near", company.context))
    return text + "".join(f" {word} {_written(items)}" for word, items in clauses if items)


def as_name(name: str) -> str:
    """The name as a command takes it: bare where that is read back as this name alone, else in quotes."""
    return _written([name])


def _written(names: Sequence[str]) -> str:
    return ", ".join(
        name
        if re.fullmatch(r"[^\W_]+(?:[ &.'-]+[^\W_]+)*", name) and not set(name.split()) & _RESERVED
        else quoted(name)
        for name in names
    )


_RESERVED = frozenset({*_CLAUSES, "from", "page", "rejected"})


def _line(line: Sequence[Token]) -> Add | Malformed:
    cut = next((at for at in range(1, len(line)) if _is_clause(line, at)), len(line))
    parts = _name_parts(line[:cut])
    if cut < len(line) and len(parts) != 1:
        return Malformed(
            "The words as, not and near belong to one company, and this line names several: "
            "write that company on its own"
        )
    clauses = _clauses(line[cut:])
    if isinstance(clauses, Malformed):
        return clauses
    read = [_company(part, clauses) for part in parts]
    wrong = next((one for one in read if isinstance(one, Malformed)), None)
    if wrong is not None:
        return wrong
    companies = tuple(one for one in read if isinstance(one, Company))
    literal = frozenset(part[0].text for part in parts if _is_quoted(part))
    return Add(companies, literal)


def _is_clause(line: Sequence[Token], at: int) -> bool:
    """Whether a clause begins here: the bare small word, with something before it that is no comma."""
    return line[at].kind == "word" and line[at].text in _CLAUSES and line[at - 1].kind != "comma"


def _clauses(line: Sequence[Token]) -> dict[str, list[str]] | Malformed:
    clauses: dict[str, list[str]] = {word: [] for word in _CLAUSES}
    starts = [at for at in range(len(line)) if at == 0 or _is_clause(line, at)]
    for start, end in pairwise([*starts, len(line)]):
        items = names_in(line[start + 1 : end])
        if not items:
            word = line[start].text
            return Malformed(
                f'Nothing stands after "{word}". A name that holds the word goes in quotes: add "Me {word}"'
            )
        clauses[line[start].text] += items
    return clauses


def _company(part: NamePart, clauses: dict[str, list[str]]) -> Company | Malformed:
    name = list(part)
    extra: list[str] = []
    while len(name) > 1 and name[-1].kind == "bracket":
        extra = [piece.strip() for piece in re.split(r"[,，、;；/]", name.pop().text)] + extra
    extra += [token.text for token in name if _is_ticker(token)]
    name = [token for token in name if not _is_ticker(token)] or name[:1]
    text = joined(name)
    if _is_ticker(name[0]) and len(name) == 1:
        extra.append(text)
    if name[0].kind == "word" and name[0].text in _CLAUSES:
        word = name[0].text
        return Malformed(f'No company stands before "{word}". A name that begins with it goes in quotes: "{text}"')
    problem = fault_of(text, literal=len(name) == 1 and name[0].kind == "quoted")
    if problem:
        return Malformed(problem)
    aliases = [one for one in [*extra, *clauses["as"]] if one and one != text and not _TICKER.fullmatch(one)]
    tickers = [one.removeprefix("$") for one in [*extra, *clauses["as"]] if _TICKER.fullmatch(one)]
    return Company(
        text,
        aliases=tuple(Alias(alias) for alias in dict.fromkeys(aliases)),
        tickers=tuple(dict.fromkeys(tickers)),
        context=tuple(clauses["near"]),
        exclude=tuple(clauses["not"]),
    )


def _is_quoted(part: NamePart) -> bool:
    """Whether the name stands in quotes, with nothing behind it but what it is also called."""
    return part[0].kind == "quoted" and all(token.kind == "bracket" or _is_ticker(token) for token in part[1:])


def as_ticker(text: str) -> bool:
    """Whether the text looks like a ticker with its sign or exchange, and like nothing else."""
    return _TICKER.fullmatch(text) is not None


def _is_ticker(token: Token) -> bool:
    return token.kind == "word" and _TICKER.fullmatch(token.text) is not None


def fault_of(name: str, *, literal: bool) -> str:
    """Why this is no name, with the way out; "" when it is one."""
    if len(name) > MAX_NAME:
        return f'A name has at most {MAX_NAME} characters, and this has {len(name)}: "{name[:40]}" ... Shorten it'
    if not any(char.isalnum() for char in name):
        return f'"{name}" has no letter and no digit. Write the name of the company'
    if len(name) < MIN_NAME and not literal:
        return f'"{name}" is one character, which is in every article. If it is meant, put it in quotes: add "{name}"'
    return ""


def _name_parts(found: Sequence[Token]) -> list[NamePart]:
    """The tokens between commas; legal forms alone belong to the part before them, comma and all."""
    parts: list[NamePart] = []
    for part in _split([token for token in found if token.kind != "line"], "comma"):
        if not part:
            continue
        if parts and _is_legal(part):
            parts[-1] += [Token("word", ",", spaced=False), *part]
        else:
            parts.append(list(part))
    return parts


def _is_legal(part: NamePart) -> bool:
    words = tuple(fold_key(joined(part)).split())
    return words in LATIN_FORMS and all(token.kind == "word" for token in part)


def _split(found: Sequence[Token], kind: str) -> list[list[Token]]:
    parts: list[list[Token]] = [[]]
    for token in found:
        if token.kind == kind:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts
