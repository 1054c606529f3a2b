"""An edit of a file in any style touches the lines that it concerns, byte for byte, and is read as it was meant."""

import os
from collections.abc import Callable
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from bot.errors import ChangeRefused
from bot.model.channel import Channel
from bot.model.company import Alias, Company
from bot.model.place import NOWHERE
from bot.model.watchlist import Change, ChannelRule, Watchlist
from bot.watchlists.edit import spliced
from bot.watchlists.lines import content_end
from bot.watchlists.tree import Document, Mapping, Node, Sequence, read_document
from tests.shared_data import SHARED, needs_shared
from tests.watchlists.types import read

STYLES = sorted((Path(__file__).parent / "styles").glob("*.yaml"))
GOOD = [path for path in STYLES if not path.name.startswith("refused")]
NAMES = ("Lava", "Oppo", "Vivo")
NOKIA = Company("Nokia", (Alias("ノキア"),))
TUNED = ChannelRule(Channel.parse("slack:#styles"), quiet="22:00-07:00")


def test_there_are_enough_styles() -> None:
    assert len(GOOD) >= 30


def as_list(data: bytes) -> Watchlist:
    found = read(data)
    assert found.errors == ()
    assert found.watchlist is not None
    bare = tuple(replace(one, place=NOWHERE) for one in found.watchlist.companies)
    channels = tuple(replace(one, place=NOWHERE) for one in found.watchlist.channels)
    return replace(found.watchlist, companies=bare, channels=channels)


def touched(before: bytes, after: bytes) -> tuple[int, int]:
    """The first and last line (from 1) of the old file that are not as they were; (0, 0) where lines only came in."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    gone = [number + 1 for tag, i1, i2, _, _ in codes if tag != "equal" for number in range(i1, i2)]
    return (min(gone), max(gone)) if gone else (0, 0)


def span(document: Document, node: Node) -> tuple[int, int]:
    """The lines of an entry, that of its dash too."""
    start = document.text.rfind("-", 0, node.start) if document.dashes else node.start
    end = content_end(document.text, node)
    return document.place_at(max(start, 0)).line, document.place_at(max(end - 1, node.start)).line


def entry(data: bytes, index: int) -> tuple[tuple[int, int], Sequence]:
    document = read_document(data, "styles.yaml")
    root = document.root
    assert isinstance(root, Mapping)
    pair = root.get("companies")
    assert pair is not None
    companies = pair[1]
    assert isinstance(companies, Sequence)
    first, last = span(document, companies.items[index])
    # between brackets a comma belongs to the entry before it
    return ((first - 1, last + 1) if companies.flow else (first, last)), companies


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
@pytest.mark.parametrize("index", range(3))
def test_a_removal_touches_its_entry_alone(path: Path, index: int) -> None:
    data = path.read_bytes()
    after = spliced(data, [Change("a", "remove", NAMES[index])], path.name)
    first, last = touched(data, after)
    (low, high), _ = entry(data, index)
    assert low <= first
    assert last <= high
    was, now = as_list(data), as_list(after)
    assert now == replace(was, companies=tuple(one for one in was.companies if one.name != NAMES[index]))


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_an_addition_touches_nothing_but_the_end_of_a_flow_list_or_file(path: Path) -> None:
    data = path.read_bytes()
    after = spliced(data, [Change("a", "add", "Nokia", NOKIA)], path.name)
    first, last = touched(data, after)
    (low, high), companies = entry(data, 2)
    if not companies.flow and data.endswith((b"\n", b"\r")):
        assert (first, last) == (0, 0)
    assert first == 0 or (low <= first and last <= high)
    was = as_list(data)
    assert as_list(after) == replace(was, companies=(*was.companies, NOKIA))


EDITS: list[tuple[str, Callable[[Company], Company]]] = [
    ("alias", lambda one: replace(one, aliases=(*one.aliases, Alias("Nothing: new")))),
    ("rename", lambda one: replace(one, name=f"{one.name} International")),
    ("strict", lambda one: replace(one, evidence="loose" if one.evidence == "strict" else "strict")),
    ("bare", lambda one: Company(one.name)),
    ("less", lambda one: replace(one, aliases=one.aliases[1:], context=one.context[:-1], exclude=one.exclude[1:])),
    ("all", lambda one: replace(NOKIA, name=one.name, context=("a, b", "it's"), threshold=95, passing="digest")),
]


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
@pytest.mark.parametrize("index", range(3))
@pytest.mark.parametrize("edit", [edit for _, edit in EDITS], ids=[name for name, _ in EDITS])
def test_a_change_touches_its_entry_alone(path: Path, index: int, edit: Callable[[Company], Company]) -> None:
    data = path.read_bytes()
    was = as_list(data)
    company = edit(was.companies[index])
    after = spliced(data, [Change("a", "replace", NAMES[index], company)], path.name)
    first, last = touched(data, after)
    (low, high), _ = entry(data, index)
    assert first == 0 or (low <= first and last <= high)
    companies = list(was.companies)
    companies[index] = company
    assert as_list(after) == replace(was, companies=tuple(companies))


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_channel_comes_is_tuned_and_goes(path: Path) -> None:
    data = path.read_bytes()
    was = as_list(data)
    plain = replace(TUNED, quiet="")
    heard = spliced(data, [Change("a", "hear", str(TUNED.channel), rule=plain)], path.name)
    assert as_list(heard) == replace(was, channels=(*was.channels, plain))
    tuned = spliced(heard, [Change("a", "tune", str(TUNED.channel), rule=TUNED)], path.name)
    assert as_list(tuned) == replace(was, channels=(*was.channels, TUNED))
    gone = spliced(tuned, [Change("a", "unhear", str(TUNED.channel))], path.name)
    assert as_list(gone) == was
    if was.channels:
        assert gone == data


@pytest.mark.parametrize("path", set(STYLES) - set(GOOD), ids=lambda path: path.stem)
def test_what_yaml_can_do_and_a_list_may_not_is_refused(path: Path) -> None:
    with pytest.raises(ChangeRefused, match="mend the file first, nothing was changed"):
        spliced(path.read_bytes(), [Change("a", "add", "Nokia", NOKIA)], path.name)


@needs_shared
def test_documents_of_the_yaml_test_suite_are_edited_or_refused_with_all_else_as_it_was() -> None:
    """Each document that is a list or a mapping becomes the companies of a list, or stands beside them."""
    suite = sorted((SHARED / "data/corpora/yaml-test-suite/src").glob("*.yaml"))
    edited = 0
    for path in suite:
        for block in _documents(path.read_text(encoding="utf-8")):
            for data in (block, f"companies:\n{block}", f"{block.rstrip()}\ncompanies:\n  - Lava\n  - Oppo\n"):
                edited += _edits(data.encode())
    assert edited >= 120


def _documents(text: str) -> list[str]:
    """The YAML of each case: what stands indented below `yaml: |`, with its visible white space made real."""
    found: list[str] = []
    taking = False
    for line in text.splitlines():
        if line.strip().startswith("yaml: |"):
            found.append("")
            taking = True
        elif taking and (line.startswith("    ") or not line.strip()):
            found[-1] += line[4:] + "\n"
        else:
            taking = False
    marks = {"␣": " ", "∎\n": "", "←": "\r", "⇔": "\ufeff", "↵": "", "——»": "\t", "—»": "\t", "»": "\t"}
    for mark, meant in marks.items():
        found = [document.replace(mark, meant) for document in found]
    return found


def _edits(data: bytes) -> int:
    try:
        after = spliced(data, [Change("a", "add", "Nokia", NOKIA)], "suite.yaml")
    except ChangeRefused:
        return 0
    first, last = touched(data, after)
    assert last - first <= 1, os.fsdecode(data)
    back = spliced(after, [Change("a", "remove", "Nokia")], "suite.yaml")
    assert read_document(back, "b").root is not None
    return 1
