"""Every name against every window: which spell it, by the definition."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.matching.legal import CJK_FORMS
from bot.matching.names import CONNECTIVES
from bot.model.company import Company
from tests.matching.oracle.names import CONNECTIVE, Name, Part, is_legal_form, known, names_of
from tests.matching.oracle.words import SUBSTRINGS, Text, Word

_SMALL_FORMS = {"plc", "gmbh", "a", "s", "p", "r", "o", "z", "zoo", "de", "cv", "&", "kk", "publ"}
_QUOTES = "\"'“”‘’„‚«»‹›「」『』《》〈〉"
_HYPHENS = ("-", "\u2010")
_SKIPPED = {*CONNECTIVES, "of", "the", "for", "de", "du", "des", "la"}


@dataclass(frozen=True, slots=True)
class Match:
    """A span that spells a company: code points of the field as given."""

    company: str
    field: str
    start: int
    end: int
    kind: str
    similarity: float


@dataclass(frozen=True, slots=True)
class _Found:
    """A name and the folded span that spells it; `last` is the last word of the window."""

    name: Name
    last: int
    folded_start: int
    folded_end: int
    letters: int
    edits: int = 0
    inexact: bool = False

    @property
    def similarity(self) -> float:
        return 100 * (1 - self.edits / max(self.name.length, self.letters))


class Oracle:
    """Knows all names of a list; `pairs` counts the (name, window) pairs it has decided."""

    def __init__(self, companies: Iterable[Company]) -> None:
        self.pairs = 0
        self._names = [name for company in companies for name in names_of(company)]
        self._owners: dict[str, set[str]] = {}
        for name in self._names:
            for part in name.parts:
                self._owners.setdefault(part.text, set()).add(name.company)

    def matches(self, title: str, text: str) -> set[Match]:
        """What `Matcher.find` must give, tickers apart; of overlapping spans the longest, then the closest."""
        fields = {"title": Text(title), "text": Text(text)}
        found: list[Match] = []
        shown: dict[tuple[str, str], None] = {}
        for where, read in fields.items():
            for hit in self._all(read):
                if hit.similarity >= hit.name.threshold and (match := _match(hit, read, where)):
                    found.append(match)
                    if not hit.inexact and len(hit.name.parts) >= 3:
                        shown.update(((hit.name.company, short), None) for short in acronyms(hit.name))
        for company, short in shown:
            found += [match for where, read in fields.items() for match in _shortened(company, short, read, where)]
        return _without_overlaps(found)

    def _all(self, text: Text) -> Iterator[_Found]:
        for name in self._names:
            size = len(name.parts)
            if size == 1 and name.parts[0].script in SUBSTRINGS:
                yield from self._substrings(name, text)
                continue
            for first in range(len(text.words)):
                window = text.words[first : first + size + 1]
                if len(window) >= size:
                    self.pairs += 1
                    if found := self._plain(name, window[:size], first):
                        yield found
                if len(window) > size and not name.joined:
                    self.pairs += 1
                    yield from self._with_join(name, window, first)

    def _substrings(self, name: Name, text: Text) -> Iterator[_Found]:
        part = name.parts[0]
        for at, word in enumerate(text.words):
            if word.script != part.script:
                continue
            for place in range(len(word.text)):
                self.pairs += 1
                if word.text[place : place + len(part.text)] == part.text:
                    start = word.folded_start + place
                    yield _Found(name, at, start, start + len(part.text), len(part.text))

    def _plain(self, name: Name, window: Sequence[Word], first: int) -> _Found | None:
        costs = []
        for part, word in zip(name.parts, window, strict=True):
            cost = self._agree(name, part, word)
            if cost is None:
                return None
            costs.append(cost)
        if not all(_unbroken(part, window[at - 1], window[at]) for at, part in enumerate(name.parts) if at):
            return None
        return _found(name, window, first, costs)

    def _with_join(self, name: Name, window: Sequence[Word], first: int) -> Iterator[_Found]:
        """The window in which two words together equal one word of the name."""
        for place, part in enumerate(name.parts):
            left, right = window[place : place + 2]
            if not (_equal_together(part, left, right) and may_join(left, right)):
                continue
            one = replace(
                left, text=part.text, forms=(part.text,), end=right.end, folded_end=right.folded_end,
                possessive=right.possessive, initials=right.initials,
            )  # fmt: skip
            if found := self._plain(name, [*window[:place], one, *window[place + 2 :]], first):
                yield replace(found, last=first + len(window) - 1, letters=sum(len(word.text) for word in window))

    def _agree(self, name: Name, part: Part, word: Word) -> tuple[int, bool] | None:
        """Edits between a word of the name and one of the text, and whether only number parts them; None: too far."""
        if part.seam:
            return (0, False) if part.text == word.text and _shows_seam(part, word) else None
        if part.text in word.forms or (part.text == CONNECTIVE and word.text in CONNECTIVES):
            return 0, False
        if part.script != word.script:
            return None
        if word.script in (*SUBSTRINGS, "hangul"):
            return (0, False) if _at_open_edge(name, part, word) else None
        if part.text[0] != word.text[0]:  # neither a typo nor a plural changes the first letter
            return None
        # A possessive ending is no place for typos: only both words may have it, or none.
        forms = [form for form in word.forms if form.endswith("'s") == part.text.endswith("'s")]
        edits = min((distance(part.text, form) for form in forms), default=part.cap + 1)
        if edits <= part.cap and not self._is_word(name, word):
            return edits, False
        several = len(name.parts) > 1 and part.script == "latin"
        number = [distance(part.text, form) for form in word.forms if same_but_for_number(part.text, form)]
        return (min(number), True) if several and number else None

    def _is_word(self, name: Name, word: Word) -> bool:
        """Whether the word of the text is known or a part of another company's name, and so no misspelling."""
        return any(known(form) or self._owners.get(form, set()) - {name.company} for form in word.forms)


def _shows_seam(part: Part, word: Word) -> bool:
    """JPMorgan, not Jpmorgan and not JPMORGAN."""
    return {0, part.seam} <= word.capitals and len(word.capitals) < len(word.text)


def _at_open_edge(name: Name, part: Part, word: Word) -> bool:
    """Whether Han at the beginning or end of a longer name, or Hangul at its end, covers a part of its run."""
    if part is name.parts[-1] and word.text.startswith(part.text):
        return True
    return part is name.parts[0] and word.script in SUBSTRINGS and word.text.endswith(part.text)


def _found(name: Name, window: Sequence[Word], first: int, costs: Sequence[tuple[int, bool]]) -> _Found | None:
    plural = any(number for _, number in costs)
    distinctive = any(cost == (0, False) and part.distinctive for cost, part in zip(costs, name.parts, strict=True))
    if plural and not distinctive:
        return None
    start, end = window[0].folded_start, window[-1].folded_end
    letters = sum(len(word.text) for word in window)
    if window[-1].script in (*SUBSTRINGS, "hangul"):
        letters -= len(window[-1].text) - len(name.parts[-1].text)
        end = window[-1].folded_start + len(name.parts[-1].text)
    if window[0].script in SUBSTRINGS and len(window) > 1:
        letters -= len(window[0].text) - len(name.parts[0].text)
        start = window[0].folded_end - len(name.parts[0].text)
    edits = sum(edits for edits, _ in costs)
    return _Found(name, first + len(window) - 1, start, end, letters, edits, bool(edits))


def _unbroken(part: Part, before: Word, word: Word) -> bool:
    """Whether a name may go on from one word to the next."""
    initial = before.initials or (len(before.text) == 1 and before.text.isalpha())
    return not word.marks or (word.marks == "." and initial) or set(word.marks) <= set(part.marks)


def _equal_together(part: Part, left: Word, right: Word) -> bool:
    if part.script != left.script or left.script != right.script or left.script in (*SUBSTRINGS, "hangul", "sign"):
        return False
    return any(part.text == one + other for one in left.forms for other in right.forms)


def may_join(left: Word, right: Word) -> bool:
    """Whether two words of the text may be halves of one."""
    if left.possessive or right.marks:
        return False
    if not all(len(half.text) >= 3 or half.initials for half in (left, right)):
        return False
    if not (known(left.text) and known(right.text)):
        return True
    return right.gap.strip() in _HYPHENS or (left.capital and right.capital)


@lru_cache(maxsize=100_000)
def distance(one: str, other: str) -> int:
    """Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours, each 1."""
    rows = [list(range(len(other) + 1))]
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            best = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, rows[i - 2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


def same_but_for_number(one: str, other: str) -> bool:
    """Whether one of the two is the plural of the other."""
    return one in plurals(other) or other in plurals(one)


def plurals(word: str) -> set[str]:
    """The plurals of a word of three letters or more: an s; es after a hiss; ies for y."""
    if len(word) < 3:
        return set()
    found = set() if word.endswith("s") else {word + "s"}
    if word.endswith(("s", "x", "z", "ch", "sh")):
        found.add(word + "es")
    if word.endswith("y"):
        found.add(word[:-1] + "ies")
    return found


def _match(found: _Found, text: Text, where: str) -> Match | None:
    start, core_end = text.original_span(found.folded_start, found.folded_end)
    name, end = found.name, _end_with_legal_form(found, text, core_end)
    written = text.original[start:core_end]
    if name.length == 1:
        quoted = written == name.core and _quoted(text.original, start, core_end)
        if not quoted and not (end > core_end and name.has_form):
            return None
    ending = "'s" if name.parts[-1].text.endswith("'s") else ""
    kind = "fuzzy" if found.inexact else "exact" if written + ending == name.core else "folded"
    return Match(name.company, where, start, end, kind, round(found.similarity, 1))


def _quoted(original: str, start: int, end: int) -> bool:
    before, after = original[:start][-1:], original[end : end + 1]
    return before != "" and before in _QUOTES and after != "" and after in _QUOTES


def _end_with_legal_form(found: _Found, text: Text, end: int) -> int:
    """Where the span ends, the legal forms that follow it included."""
    for form in CJK_FORMS:
        if text.folded.startswith(form, found.folded_end):
            return text.original_span(found.folded_end, found.folded_end + len(form))[1]
    at, words = found.last, text.words
    if words[at].script != "latin":
        return end
    while count := _legal_form_after(words, at):
        at += count
        end = words[at].end
    return end


def _legal_form_after(words: Sequence[Word], at: int) -> int:
    """How many words after `at` are a legal form that belongs to the name before it, the longest one."""
    for count in range(6, 0, -1):
        form = words[at + 1 : at + 1 + count]
        if len(form) < count or not is_legal_form(form) or "(" in form[0].gap:
            continue
        if all(_belongs(words[at + i], words[at + 1 + i]) for i in range(count)):
            return count
    return 0


def _belongs(before: Word, word: Word) -> bool:
    """Whether a word of a legal form belongs to the one before it: "Ltd", not "limited"."""
    small = word.text not in _SMALL_FORMS | CONNECTIVES and not word.capital
    return not before.possessive and set(word.marks) <= {",", "."} and not small


def acronyms(name: Name) -> set[str]:
    """The initials of a listed name, with and without its legal form."""
    whole = [word.text for word in Text(name.listed).words]
    rows = (whole, [part.text for part in name.parts])
    shorts = {"".join(word[0] for word in row if word not in _SKIPPED) for row in rows}
    return {short for short in shorts if len(short) >= 3 and short.isalpha()}


def _shortened(company: str, short: str, text: Text, where: str) -> Iterator[Match]:
    for word in text.words:
        if word.text == short and text.original[word.start : word.end].isupper():
            yield Match(company, where, word.start, word.end, "folded", 100.0)


def _without_overlaps(found: list[Match]) -> set[Match]:
    kept: set[Match] = set()
    for match in sorted(found, key=lambda m: (m.start - m.end, -m.similarity, m.kind != "exact", m.start)):
        if not any(
            (match.company, match.field) == (other.company, other.field)
            and match.start < other.end
            and other.start < match.end
            for other in kept
        ):
            kept.add(match)
    return kept
