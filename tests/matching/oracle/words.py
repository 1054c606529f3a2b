"""Words of a text: the oracle's own tokens, character by character."""

import html
import unicodedata
from dataclasses import dataclass
from functools import cache

from bot.text import fold

SUBSTRINGS = ("han", "hiragana")
"""Scripts whose names are found inside a run."""

BREAKS = ".!?;:,"
NARROW = {"，": ",", "！": "!", "？": "?", "；": ";", "：": ":"}
CLOSERS = "'\"”’)]"
APOSTROPHES = "'’ʼ‘"
_BLOCKS = {
    "LATIN": "latin", "GREEK": "greek", "CYRILLIC": "cyrillic", "CJK": "han", "IDEOGRAPHIC": "han",
    "HIRAGANA": "hiragana", "KATAKANA": "katakana", "KATAKANA-HIRAGANA": "katakana", "HANGUL": "hangul",
}  # fmt: skip
_UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue"}


@dataclass(frozen=True, slots=True)
class Word:
    """A token. `forms`: all it answers to. `capitals`: which of its characters are.

    `gap` is what stands before it, `marks` the breaks in that, "¶" for a paragraph.
    """

    text: str
    script: str
    start: int
    end: int
    folded_start: int
    folded_end: int
    forms: tuple[str, ...]
    possessive: bool
    initials: bool
    capitals: frozenset[int]
    gap: str
    marks: str

    @property
    def capital(self) -> bool:
        """Whether it begins with one."""
        return 0 in self.capitals


@cache
def script_of(char: str) -> str:
    """The script class of a folded character; a digit is Latin; nothing for what separates."""
    if char.isascii():
        return "latin" if char.isalnum() else ""
    if not char.isalnum():
        return ""
    return _BLOCKS.get(unicodedata.name(char, "").split(" ")[0], "other")


class Text:
    """A text in words."""

    def __init__(self, original: str) -> None:
        self.original = original
        self._folded = fold(original)
        self.folded = self._folded.text
        self.words: list[Word] = []
        at = 0
        while at < len(self.folded):
            at = self._word_at(at)

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """The span in the original of a folded span."""
        return self._folded.span(start, end)

    def _char(self, at: int) -> str:
        return self.folded[at] if 0 <= at < len(self.folded) else ""

    def _latin(self, at: int) -> bool:
        return bool(self._char(at)) and script_of(self._char(at)) == "latin"

    def _written(self, at: int) -> str:
        left, right = self.original_span(at, at + 1)
        return self.original[left:right]

    def _letter(self, at: int) -> bool:
        return self._char(at).isascii() and self._char(at).isalpha()

    def _word_at(self, at: int) -> int:
        """Take the word that begins here, if one does; where to go on."""
        script = script_of(self.folded[at])
        if not script:
            if self.folded[at] == "&":
                self._take(at, at + 1, "sign")
            return at + 1
        if end := self._initials(at):
            return self._take(at, end, "latin", initials=True)
        if end := self._ampersand(at):
            return self._take(at, end, "latin")
        end = at + 1
        while end < len(self.folded) and self._goes_on(script, self.folded[end]):
            end += 1
        return self._take(at, end, script)

    def _goes_on(self, script: str, char: str) -> bool:
        if script == "other" and unicodedata.category(char)[0] == "M":
            return True
        digit = char.isascii() and char.isdigit()
        return script_of(char) == script or (digit and script in ("greek", "cyrillic"))

    def _initials(self, at: int) -> int:
        """Where "i.b.m." ends, its last dot included; 0 where there are no two single letters with a dot between."""
        if not self._letter(at) or self._latin(at - 1):
            return 0
        end = at + 1
        while self._char(end) == "." and self._letter(end + 1) and not self._latin(end + 2):
            end += 2
        if end == at + 1:
            return 0
        return end + (self._char(end) == ".")

    def _ampersand(self, at: int) -> int:
        """Where "at&t" ends: one or two characters, then single letters, each after an ampersand; else 0."""
        if self._latin(at - 1):
            return 0
        for head in (2, 1):
            if not all(self._char(at + i).isascii() and self._char(at + i).isalnum() for i in range(head)):
                continue
            end = start = at + head
            while step := self._ampersand_step(end):
                end += step
            if end > start:
                return end
        return 0

    def _ampersand_step(self, at: int) -> int:
        for step in ("&", " &", "& ", " & "):
            after = at + len(step)
            if self.folded.startswith(step, at) and self._letter(after) and not self._latin(after + 1):
                return len(step) + 1
        return 0

    def _take(self, start: int, end: int, script: str, *, initials: bool = False) -> int:
        """Append the word; where to go on behind its possessive ending."""
        possessive, after = self._possessive(end) if script == "latin" else (False, end)
        original = self.original_span(start, end)
        gap, marks = self._gap(start, original[0])
        text = "".join(c for c in self.folded[start:end] if c not in ". ")
        forms = list(dict.fromkeys((text, self._spelled_out(start, end))))
        if possessive:
            forms += [form + "'s" for form in forms]
        capitals = frozenset(at - start for at in range(start, end) if html.unescape(self._written(at)).isupper())
        word = Word(text, script, *original, start, end, tuple(forms), possessive, initials, capitals, gap, marks)
        self.words.append(word)
        return after

    def _possessive(self, at: int) -> tuple[bool, int]:
        """Whether 's follows, and where the ending stops; after an s the apostrophe alone is an ending."""
        if self._char(at) and self._char(at) in APOSTROPHES:
            if self._char(at + 1) == "s" and not self._latin(at + 2):
                return True, at + 2
            if self._char(at - 1) == "s" and not self._char(at + 1).isalnum():
                return False, at + 1
        return False, at

    def _spelled_out(self, start: int, end: int) -> str:
        """The word with ae, oe, ue for ä, ö, ü."""
        spelled = ""
        for at in range(start, end):
            source = "".join(c for c in html.unescape(self._written(at)) if unicodedata.category(c) != "Cf")
            spelled += _UMLAUTS.get(unicodedata.normalize("NFC", source).lower(), self.folded[at])
        return "".join(c for c in spelled if c not in ". ")

    def _gap(self, folded_start: int, start: int) -> tuple[str, str]:
        """What stands between the word before and this one, and the breaks in it."""
        if not self.words:
            return "", ""
        gap = self.folded[self.words[-1].folded_end : folded_start]
        return gap, breaks(gap, self.original[self.words[-1].end : start])


def breaks(gap: str, written: str) -> str:
    """The marks that end a sentence part between two words; `written` is the gap before folding."""
    if paragraph(gap):
        return "¶"
    marks = "".join(NARROW[char] for char in written if char in NARROW)
    for at, char in enumerate(gap):
        behind = gap[at + 1 :]
        spaced = behind.lstrip(CLOSERS)[:1].isspace()
        doubled = char in "!?;:" and behind != "" and not behind[0].isalnum() and behind[0] not in "_ "
        if char in "。、" or (char in BREAKS and spaced) or doubled:
            marks += char
    return marks


def paragraph(gap: str) -> bool:
    """Whether an empty line, or a paragraph separator, stands in the gap."""
    return "\u2029" in gap or any(not line.strip() for line in gap.split("\n")[1:-1])
