"""Edits touch the lines they concern and nothing else, whatever the style of the file."""

import difflib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import ChangeRefused
from bot.model.company import Alias, Company
from bot.watchlists.edit import add_companies, remove_company
from bot.watchlists.names import clean, fault_in_name, fold_name
from tests.watchlists.types import names, read

OPPO = Company("Oppo")
LAVA = Company(
    "Lava International",
    (Alias("Lava", weak=True), Alias("ラヴァ")),
    tickers=("LAVA.NS",),
    context=("phone", "hand: set"),
    exclude=("lava lamp",),
    threshold=95,
    evidence="strict",
    passing="off",
)

ADDED = [
    ("block", "companies:\n  - Lava\n", "companies:\n  - Lava\n  - Oppo\n"),
    ("no indentation", "companies:\n- Lava\n", "companies:\n- Lava\n- Oppo\n"),
    ("deep indentation", "companies:\n      - Lava\n", "companies:\n      - Lava\n      - Oppo\n"),
    ("no final newline", "companies:\n  - Lava", "companies:\n  - Lava\n  - Oppo"),
    ("CRLF", "companies:\r\n  - Lava\r\n", "companies:\r\n  - Lava\r\n  - Oppo\r\n"),
    ("byte order mark", "\ufeffcompanies:\n  - Lava\n", "\ufeffcompanies:\n  - Lava\n  - Oppo\n"),
    ("byte order mark, nothing else", "\ufeff", "\ufeffcompanies:\n  - Oppo\n"),
    ("flow", "companies: [Lava, Vivo]\n", "companies: [Lava, Vivo, Oppo]\n"),
    ("flow, trailing comma", "companies: [Lava, Vivo,]\n", "companies: [Lava, Vivo, Oppo,]\n"),
    (
        "flow over lines",
        "companies: [\n  Lava,\n  Vivo # v\n]\n",
        "companies: [\n  Lava,\n  Vivo, Oppo # v\n]\n",
    ),
    ("flow below its key", "companies:\n  [Lava]\n", "companies:\n  [Lava, Oppo]\n"),
    ("empty flow", "companies: []\n", "companies:\n  - Oppo\n"),
    ("empty flow, comment", "companies: [] # none\nname: ab\n", "companies: # none\n  - Oppo\nname: ab\n"),
    ("empty flow below its key", "companies: # c\n  []\n", "companies: # c\n  [Oppo]\n"),
    ("nothing behind the key", "companies:\nname: ab\n", "companies:\n  - Oppo\nname: ab\n"),
    ("null", "companies: ~\n", "companies:\n  - Oppo\n"),
    ("no key", "version: 1\nname: ab\n", "version: 1\nname: ab\ncompanies:\n  - Oppo\n"),
    ("no key, no final newline", "name: ab", "name: ab\ncompanies:\n  - Oppo"),
    ("no key, list before", "channels:\n- 'console:'\n", "channels:\n- 'console:'\ncompanies:\n  - Oppo\n"),
    ("no key, indented root", "  name: ab\n", "  name: ab\n  companies:\n    - Oppo\n"),
    ("no key, empty value last", "name: ab\nsources: # s\n", "name: ab\nsources: # s\ncompanies:\n  - Oppo\n"),
    ("only a comment", "# my list\n", "# my list\ncompanies:\n  - Oppo\n"),
    ("empty file", "", "companies:\n  - Oppo\n"),
    ("document start", "---\ncompanies:\n  - Lava\n", "---\ncompanies:\n  - Lava\n  - Oppo\n"),
    ("document end", "companies:\n  - Lava\n...\n", "companies:\n  - Lava\n  - Oppo\n...\n"),
    (
        "comments between and after",
        "companies: # ours\n  # first\n  - Lava # l\n  # last\n\n# next\nname: ab\n",
        "companies: # ours\n  # first\n  - Lava # l\n  - Oppo\n  # last\n\n# next\nname: ab\n",
    ),
    (
        "a mapping last",
        "companies:\n  - name: Lava\n    aliases:\n      - L1\n      - L2 # two\nname: ab\n",
        "companies:\n  - name: Lava\n    aliases:\n      - L1\n      - L2 # two\n  - Oppo\nname: ab\n",
    ),
    (
        "an empty value last",
        "companies:\n  - name: Lava\n    aliases: # none\nname: ab\n",
        "companies:\n  - name: Lava\n    aliases: # none\n  - Oppo\nname: ab\n",
    ),
    (
        "flow mapping over lines",
        'companies:\n  - {name: "Lava",\n     aliases: [L1]}\n',
        'companies:\n  - {name: "Lava",\n     aliases: [L1]}\n  - Oppo\n',
    ),
    (
        "block scalar",
        "companies:\n  - >-\n    Lava\n    Mobiles\n\n",
        "companies:\n  - >-\n    Lava\n    Mobiles\n  - Oppo\n\n",
    ),
    ("quoted", "companies:\n  - 'Lava'\n  - \"Vivo\"\n", "companies:\n  - 'Lava'\n  - \"Vivo\"\n  - Oppo\n"),
    ("quoted key", '"companies":\n  - Lava\n', '"companies":\n  - Lava\n  - Oppo\n'),
    ("dash alone on its line", "companies:\n  -\n    name: Lava\n", "companies:\n  -\n    name: Lava\n  - Oppo\n"),
    ("wide dash", "companies:\n  -   Lava\n", "companies:\n  -   Lava\n  - Oppo\n"),
    ("JSON", '{"companies": ["Lava"]}', '{"companies": ["Lava", Oppo]}'),
    ("JSON, no key", '{"name": "ab"}', '{"name": "ab", companies: [Oppo]}'),
    ("JSON, empty", "{}", "{companies: [Oppo]}"),
    ("JSON, empty list", '{"companies": []}', '{"companies": [Oppo]}'),
]


@pytest.mark.parametrize(("before", "after"), [case[1:] for case in ADDED], ids=[case[0] for case in ADDED])
def test_a_company_is_added_in_the_style_of_the_file(before: str, after: str) -> None:
    assert add_companies(before.encode(), [OPPO]).decode() == after


REMOVED = [
    ("first", "companies:\n  - Lava\n  - Oppo\n", "Lava", "companies:\n  - Oppo\n"),
    ("middle", "companies:\n- Aa\n- Lava # x\n- Oppo\n", "Lava", "companies:\n- Aa\n- Oppo\n"),
    ("last", "companies:\n  - Lava\n  - Oppo\nname: ab\n", "Oppo", "companies:\n  - Lava\nname: ab\n"),
    ("last, no final newline", "companies:\n  - Lava\n  - Oppo", "Oppo", "companies:\n  - Lava\n"),
    ("CRLF", "companies:\r\n  - Lava\r\n  - Oppo\r\n", "Lava", "companies:\r\n  - Oppo\r\n"),
    ("only one", "companies: # ours\n  - Lava\n", "Lava", "companies: [] # ours\n"),
    ("only one, flow", "companies: [Lava]\n", "Lava", "companies: []\n"),
    ("only one, trailing comma", "companies: [Lava,]\n", "Lava", "companies: []\n"),
    ("flow first", "companies: [Lava, Oppo]\n", "Lava", "companies: [Oppo]\n"),
    ("flow middle", "companies: [Aa, Lava, Oppo]\n", "Lava", "companies: [Aa, Oppo]\n"),
    ("flow last", "companies: [Lava, Oppo]\n", "Oppo", "companies: [Lava]\n"),
    ("flow over lines", "companies: [\n  Lava,\n  Oppo,\n]\n", "Oppo", "companies: [\n  Lava,\n]\n"),
    (
        "a mapping with lists",
        "companies:\n  - name: Lava\n    aliases:\n    - L1\n    - L2\n  # kept\n  - Oppo\n",
        "Lava",
        "companies:\n  # kept\n  - Oppo\n",
    ),
    (
        "name is not the first key",
        "companies:\n  - evidence: strict\n    name: Lava\n  - Oppo\n",
        "Lava",
        "companies:\n  - Oppo\n",
    ),
    ("dash alone", "companies:\n  - # why\n    name: Lava\n  - Oppo\n", "Lava", "companies:\n  - Oppo\n"),
    (
        "a dash in the comment",
        "companies:\n  # - Vivo\n  - Lava\n  - Oppo\n",
        "Lava",
        "companies:\n  # - Vivo\n  - Oppo\n",
    ),
    ("quoted", "companies:\n  - \"Lava\"\n  - 'Oppo'\n", "Oppo", 'companies:\n  - "Lava"\n'),
    ("another case and width", "companies:\n  - Lava\n  - Oppo\n", "ＯＰＰＯ", "companies:\n  - Lava\n"),
    ("block scalar", "companies:\n  - |\n    Lava\n\n  - Oppo\n", "Lava", "companies:\n\n  - Oppo\n"),
    ("JSON", '{"companies": ["Lava", {"name": "Oppo"}]}', "Oppo", '{"companies": ["Lava"]}'),
]


@pytest.mark.parametrize(("before", "name", "after"), [case[1:] for case in REMOVED], ids=[case[0] for case in REMOVED])
def test_a_company_is_removed_with_its_lines_alone(before: str, name: str, after: str) -> None:
    assert remove_company(before.encode(), name).decode() == after


@pytest.mark.parametrize("before", [case[1] for case in ADDED], ids=[case[0] for case in ADDED])
def test_a_whole_company_reads_back_as_it_was_given(before: str) -> None:
    result = read(add_companies(before.encode(), [LAVA]))
    assert result.errors == ()
    assert result.watchlist is not None
    assert replace(result.watchlist.companies[-1], place=LAVA.place) == LAVA


@pytest.mark.parametrize(
    "before", [case[1] for case in ADDED if "Oppo" not in case[1]], ids=lambda text: repr(text)[:30]
)
def test_what_was_added_can_be_removed_again(before: str) -> None:
    again = remove_company(add_companies(before.encode(), [OPPO]), "oppo")
    old = read(before).watchlist
    new = read(again).watchlist
    assert [c.name for c in new.companies] == [c.name for c in old.companies] if old and new else not old


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("Lava International", "  - Lava International"),
        ("NO", "  - NO"),
        ("3M", "  - 3M"),
        ("C3.ai", "  - C3.ai"),
        ("AT&T", "  - AT&T"),
        ("It's a name", "  - It's a name"),
        ("歐珀", "  - 歐珀"),
        ("1e5", '  - "1e5"'),
        ("007", '  - "007"'),
        ("TRUE", '  - "TRUE"'),
        ("null", '  - "null"'),
        ("C3.ai: AI", '  - "C3.ai: AI"'),
        ("C #", '  - "C #"'),
        ("@alpha", '  - "@alpha"'),
        ("#hash", '  - "#hash"'),
        ("- dash", '  - "- dash"'),
        ('"Q"', '  - "\\"Q\\""'),
        ("back\\slash", "  - back\\slash"),
        ("the", '  - "the"'),
        ("[x]", '  - "[x]"'),
        ("Yahoo!", "  - Yahoo!"),
        ("*NSYNC", '  - "*NSYNC"'),
        ("...more", '  - "...more"'),
    ],
)
def test_a_name_is_quoted_only_where_it_must_be(name: str, line: str) -> None:
    data = add_companies(b"companies:\n  - Lava\n", [Company(name)])
    assert data.decode().splitlines()[-1] == line
    assert names(data) == ["Lava", name]


@pytest.mark.parametrize(
    ("before", "why"),
    [
        ("companies: [Lava, Oppo\n", "is not closed"),
        ("- Lava\n", "not a watchlist"),
        ("companies: Lava\n", "not a list"),
        ("companies:\n  - oppo\n", "already"),
        ("companies: {a: b}\n", "not a list"),
        ("companies: &a [Lava]\n", "anchor"),
    ],
)
def test_a_file_that_cannot_be_edited_is_refused(before: str, why: str) -> None:
    with pytest.raises(ChangeRefused, match=why):
        add_companies(before.encode(), [OPPO])


@pytest.mark.parametrize(
    ("company", "why"),
    [
        (Company("X"), "too short"),
        (Company("***"), "no letter"),
        (Company("Lava", threshold=101), "less than or equal to 100"),
        (Company("Lava", (Alias(""),)), "name is empty"),
        (Company("La\u200b"), "stands in the list already"),
    ],
)
def test_what_no_file_may_hold_is_not_added(company: Company, why: str) -> None:
    with pytest.raises(ChangeRefused, match=why):
        add_companies(b"companies: [La]\n", [company])


def test_a_company_that_is_not_there_cannot_be_removed() -> None:
    with pytest.raises(ChangeRefused, match="`Vivo` does not stand in the list"):
        remove_company(b"companies: [Lava]\n", "Vivo")


NAMES = (
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Cn", "Co")), min_size=2, max_size=20)
    .map(clean)
    .filter(lambda text: not fault_in_name(text) and fold_name(text) != "")
)
GAPS = st.sampled_from(["", "\n", "  # a comment\n", "# - not an entry\n", "\n\n    # deep\n"])


@st.composite
def written_lists(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A file in some style, and the names in it."""
    listed = draw(st.lists(NAMES, max_size=6, unique_by=fold_name))
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    quoted = ['"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"' for name in listed]
    head = draw(st.sampled_from(["", "# head\n", "version: 1\nname: Some list\n", "\ufeff", "---\n"]))
    tail = draw(st.sampled_from(["", "\n# tail\n", "passing: off\n", "channels:\n- 'console:'\n"]))
    if draw(st.booleans()):
        body = "companies: [" + draw(st.sampled_from([", ", ",\n  "])).join(quoted) + "]\n"
    else:
        indent = draw(st.sampled_from(["", "  ", "    "]))
        body = "companies:\n" + "".join(
            draw(GAPS) + indent + draw(st.sampled_from([f"- {q}\n", f"- name: {q}\n", f"- {{name: {q}}} # c\n"]))
            for q in quoted
        )
    return (head + body + tail).replace("\n", newline), listed


@given(written_lists(), NAMES)
@settings(max_examples=100, deadline=None)
def test_any_company_can_be_added_to_any_list_and_removed(written: tuple[str, list[str]], name: str) -> None:
    text, listed = written
    if fold_name(name) in map(fold_name, listed):
        return
    assert names(text) == listed
    added = add_companies(text.encode(), [Company(name)])
    assert names(added) == [*listed, name]
    gone = remove_company(added, name)
    assert names(gone) == listed
    for other in listed:
        assert names(remove_company(added, other)) == [*(one for one in listed if one != other), name]


@given(written_lists(), NAMES)
@settings(max_examples=50, deadline=None)
def test_an_edit_changes_no_line_but_its_own(written: tuple[str, list[str]], name: str) -> None:
    text, listed = written
    if fold_name(name) in map(fold_name, listed):
        return
    before = text.splitlines()
    after = add_companies(text.encode(), [Company(name)]).decode().splitlines()
    changed = [line for line in difflib.ndiff(before, after) if line.startswith("- ")]
    assert len(changed) <= 1
