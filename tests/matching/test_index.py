"""The index: nothing within a cap is missed, and names come and go while it is used."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from bot.matching import Matcher, index
from bot.matching.names import edit_cap
from bot.matching.owners import Owners
from bot.matching.pieces import Pieces
from bot.model.company import Mention
from tests.matching.lists import PHONE_MAKERS, company, watchlist

LETTERS = st.text("abc", min_size=6, max_size=13)


def mutated(word: str, edits: int, chance: random.Random) -> str:
    """The word after this many edits behind its first letter."""
    for _ in range(edits):
        at = chance.randrange(1, len(word))
        letter = chance.choice("abc")
        word = chance.choice(
            (
                word[:at] + word[at + 1 :],
                word[:at] + letter + word[at:],
                word[:at] + letter + word[at + 1 :],
                word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :],
            )
        )
    return word


@given(st.sets(LETTERS, min_size=1, max_size=20), st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_pieces_miss_no_word_within_its_cap(words: set[str], chance: random.Random) -> None:
    pieces = Pieces()
    for word in sorted(words):
        pieces.add(word)
    for word in sorted(words):
        cap = edit_cap(word, "latin")
        text = mutated(word, chance.randint(0, cap), chance)
        due = {w for w in words if w[0] == text[:1] and OSA.distance(w, text) <= edit_cap(w, "latin")}
        assert due <= pieces.near(text)


def test_pieces_forget() -> None:
    pieces = Pieces()
    pieces.add("microsoft")
    pieces.add("macy'sland")
    assert pieces.near("micorsoft") == {"microsoft"}
    assert "macy'sland" in pieces.near("macyslnad")
    pieces.remove("microsoft")
    assert pieces.near("micorsoft") == set()


def test_owners() -> None:
    owners = Owners()
    for each in (1, 2, 3):
        owners.add(each, ("steel", f"own{each}"))
    assert owners.other_than(1, "steel")
    assert not owners.other_than(1, "own1")
    assert owners.other_than(2, "own1")
    owners.remove(2, ("steel", "own2"))
    owners.remove(3, ("steel", "own3", "never"))
    assert not owners.other_than(1, "steel")
    owners.remove(1, ("steel", "own1"))
    assert "steel" not in owners.tokens


TEXT = (
    "Lava International met Groq, Micorsoft and Media Tek. 鴻海 and 小米 rose, $AAPL fell, Nippon Steels said. "
    "The Samsung Electronic Co unit and HonHai of AT&T. Muenchener Rueck, TCL科技, 기아는, 2454.TW, Microsotf."
)


def found(matcher: Matcher, text: str = TEXT) -> list[Mention]:
    return sorted(matcher.find(text, text), key=repr)


@given(st.lists(st.integers(0, len(PHONE_MAKERS.companies) - 1), max_size=25))
@settings(max_examples=40, deadline=None)
def test_names_that_come_and_go_leave_a_matcher_as_if_built_anew(toggled: list[int]) -> None:
    matcher = Matcher(watchlist())
    listed: dict[str, int] = {}
    for at in toggled:
        each = PHONE_MAKERS.companies[at]
        found(matcher)
        if listed.pop(each.name, None) is None:
            listed[each.name] = at
            matcher.add(each)
        else:
            matcher.remove(each.name)
    anew = Matcher(watchlist(*(PHONE_MAKERS.companies[at] for at in listed.values())))
    assert found(matcher) == found(anew)


def test_a_name_is_found_as_soon_as_it_is_added() -> None:
    matcher = Matcher(watchlist(company("Groq")))
    text = "Shares of Kyndrilo rose, Kyndryla Works fell"
    assert not matcher.find("", text)
    matcher.add(company("Kyndrylo"))
    assert [m.text for m in matcher.find("", text)] == ["Kyndrilo", "Kyndryla"]
    matcher.add(company("Kyndryla Work"))
    assert [m.text for m in matcher.find("", text)] == ["Kyndrilo", "Kyndryla Works"]
    matcher.remove("Kyndryla Work")
    assert [m.text for m in matcher.find("", text)] == ["Kyndrilo", "Kyndryla"]


@pytest.mark.parametrize("remembered", [1, 4096])
def test_a_name_that_comes_while_a_text_is_read_is_found_in_the_next_one(
    remembered: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "REMEMBERED", remembered)
    matcher = Matcher(watchlist(company("Groq")))
    near = Pieces.near

    def overtaken(pieces: Pieces, text: str) -> set[str]:
        found = near(pieces, text)
        if text == "kyndrilo" and "Kyndrylo" not in matcher._positions:
            matcher.add(company("Kyndrylo"))
        return found

    monkeypatch.setattr(Pieces, "near", overtaken)
    matcher.find("", "Wistrom and Wiwynm rose")
    assert not matcher.find("", "Shares of Kyndrilo rose")
    assert matcher.find("", "Shares of Kyndrilo fell")


def test_what_words_stand_for_is_remembered_within_bounds() -> None:
    matcher = Matcher(watchlist(company("Kyndrylo")))
    for at in range(0, 2 * index.REMEMBERED, 100):
        matcher.find("", " ".join(f"word{number}" for number in range(at, at + 100)) + " kyndrilo")
        assert len(matcher._index._strange) <= index.REMEMBERED
    many = " ".join(f"word{number}" for number in range(2 * index.REMEMBERED))
    assert matcher.find("", f"{many} Kyndrilo rose")
    assert len(matcher._index._strange) <= index.REMEMBERED


def test_a_name_that_is_not_there_cannot_be_removed() -> None:
    with pytest.raises(KeyError):
        Matcher(PHONE_MAKERS).remove("Nokia")


def test_places_of_removed_companies_are_used_again() -> None:
    matcher = Matcher(watchlist())
    for at in range(2500):
        matcher.add(company(f"Groq{at}", tickers=("AAPL",)))
        assert [m.company for m in matcher.find("", f"$AAPL and Groq{at} said")] == [f"Groq{at}"] * 2
        matcher.remove(f"Groq{at}")
    assert len(matcher._companies) < 1500
    assert not matcher.find("", "$AAPL and Groq2499 said")


def test_many_names_under_one_anchor_are_told_apart_by_the_word_beside_it() -> None:
    names = [f"{word} Kyndrylo" for word in ("Blue", "Green", "Yellow", "Silver", "Orange", "Purple", "White's", "Süd")]
    matcher = Matcher(watchlist(*(company(name) for name in names)))
    text = "Green Kyndrylo, Yelllow Kyndrylo, Silvers Kyndrylo, White's Kyndrylo, Sued Kyndrylo, Black Kyndrylo"
    assert [m.text for m in matcher.find("", text)] == [part for part in text.split(", ") if "Black" not in part]
