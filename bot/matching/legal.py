"""Legal forms: the closed list of endings that a name may have or lack, in the list as in the text."""

from collections.abc import Sequence

_LATIN = """
a s | ab | ab publ | ag | ag & co | ag & co kg | ag & co kgaa | aps | as | asa | berhad | bhd | bv | co | co inc |
co kg | co limited | co llc | co lp | co ltd | co pte ltd | co pty ltd | companies inc | company | company inc |
company limited | company ltd | corp | corp inc | corp ltd | corp pte ltd | corporation | corporation limited |
corporation ltd | dac | eg | ev | gesmbh | gmbh | gmbh & co | gmbh & co kg | gmbh & co kgaa | inc | incorporated |
jsc | k k | kabushiki kaisha | kft | kg | kgaa | kk | lda | limitada | limited | limited company |
limited partnership | llc | llp | lp | ltd | ltda | mbh | nv | oao | ojsc | ooo | oy | oyj | pao | pc | pcl | pjsc |
plc | private limited | private ltd | pt | pte | pte limited | pte ltd | pty | pty limited | pty ltd |
public company limited | public limited company | pvt | pvt limited | pvt ltd | rt | s p a | s r o | sa | sa de cv |
sab | sab de cv | sae | sapa | sarl | sas | sca | sdn bhd | se | se & co kgaa | sl | snc | sp k | sp z o o | sp zoo
| spa | spolka akcyjna | srl | sro | tbk | uab | ug | vof | yk | zrt
"""

_FORMS = frozenset(tuple(form.split()) for form in _LATIN.replace("\n", "|").split("|") if form.strip())
LATIN_FORMS = _FORMS | {("&", *form) for form in _FORMS if form[0] in ("co", "company", "companies")}
"""Token sequences, folded; "& Co" is one too."""

CJK_FORMS = (
    "控股股份有限公司", "集团股份有限公司", "控股有限公司", "集团有限公司", "股份有限公司", "有限责任公司", "有限公司",
    "股份公司", "株式会社", "合同会社", "有限会社", "주식회사", "유한회사", "公司",
)  # fmt: skip
"""Endings (some also beginnings) in Han and Hangul, folded, longest first."""

LONGEST = max(map(len, LATIN_FORMS))
"""Tokens of the longest form."""
_CONNECTIVES = {"and": "&", "und": "&", "et": "&", "y": "&", "och": "&"}
_WRITTEN_SMALL = frozenset({"plc", "gmbh", "a", "s", "p", "r", "o", "z", "zoo", "de", "cv", "&", "kk", "publ"})


def _lengths() -> dict[str, tuple[int, ...]]:
    found: dict[str, set[int]] = {}
    for form in LATIN_FORMS:
        for first in (form[0], *(word for word, sign in _CONNECTIVES.items() if sign == form[0])):
            found.setdefault(first, set()).add(len(form))
    return {first: tuple(sorted(lengths, reverse=True)) for first, lengths in found.items()}


LENGTHS = _lengths()
"""How many tokens the legal forms have that begin with this one, longest first."""


def is_form(tokens: Sequence[str]) -> bool:
    """Whether these folded tokens are one legal form; connectives are equal."""
    return tuple(_CONNECTIVES.get(token, token) for token in tokens) in LATIN_FORMS


def ending(tokens: Sequence[str]) -> int:
    """How many tokens at the end are a legal form; 0 where none is, or where nothing would be left."""
    return next((n for n in range(min(LONGEST, len(tokens) - 1), 0, -1) if is_form(tokens[-n:])), 0)


def core_words(key: str) -> tuple[str, ...]:
    """The words of a folded name as texts write it at the least: no leading "the", no legal form at the end."""
    words = key.removeprefix("the ").split()
    for count in range(len(words) - 1, 0, -1):
        if tuple(words[-count:]) in LATIN_FORMS:
            return tuple(words[:-count])
    return tuple(words)


def written_small(token: str) -> bool:
    """Whether this part of a legal form may begin with a small letter: "plc", not "limited"."""
    return token in _WRITTEN_SMALL or token in _CONNECTIVES


def cjk_beginning(text: str) -> str:
    """The legal form that this folded text begins with, or nothing."""
    if not text.startswith(CJK_FORMS):
        return ""
    return next(form for form in CJK_FORMS if text.startswith(form))
