"""The weights of the arguments, in logits, as `benchmarks/fit_evidence.py` fitted them into weights.json."""

import json
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from bot.model.company import EvidenceLevel

SIGNS: Mapping[str, int] = MappingProxyType(
    {
        # What kind of spelling this is: where the judgement starts. One of these holds for each candidate.
        "kind.full_name": 0,
        "kind.plain_words": 0,
        "kind.unknown_word": 0,
        "kind.brand": 0,
        "kind.ordinary_word": 0,
        "kind.plural_word": 0,
        "kind.given_name": 0,
        "kind.place": 0,
        "kind.han_long": 0,
        "kind.han_short": 0,
        "kind.kana": 0,
        "kind.hangul": 0,
        "kind.ticker_full": 0,
        "kind.ticker_bare": 0,
        "kind.ticker_number": 0,
        "kind.acronym": 0,
        "kind.marked_weak": 0,
        "kind.marked_strong": 0,
        # What the span itself shows.
        "surname": -1,
        "legal_form": 1,
        "ticker_beside": 1,
        "inexact": -1,
        "lookalike": -1,
        "capitals": 1,
        "inner_capitals": 1,
        "lower_case": -1,
        "lower_case_distinctive": -1,
        "partly_lower": -1,
        "lower_everywhere": -1,
        "not_in_capitals": -1,
        "not_in_capitals_longer": -1,
        "amid_cjk": 1,
        "shouted": -1,
        "label": -1,
        "possessive": 1,
        "possessive_inside": -1,
        # What stands beside it.
        "title_before": -1,
        "first_name_before": -1,
        "initial_before": -1,
        "capital_before": -1,
        "capital_before_in_title": -1,
        "capital_before_opening": -1,
        "capital_before_words": -1,
        "capital_before_legal": -1,
        "place_after": -1,
        "firm_after": -1,
        "generic_after": -1,
        "of_place_after": -1,
        "of_after": -1,
        "capital_after": -1,
        "capitals_after": -1,
        "capital_after_words": -1,
        "surname_after": -1,
        "verb_after": 1,
        "past_after": 1,
        "small_word_after": -1,
        "adjective": -1,
        "number_before": -1,
        "longer_name": -1,
        # A name that is also a place.
        "place.dateline": -1,
        "place.locative": -1,
        "place.preposition": -1,
        "place.comma": -1,
        "place.attributive": -1,
        "place.agent": 1,
        "place.score": 1,
        "place.table": 1,
        "place.sport": 1,
        "place.sport_there": 1,
        "place.sport_text": 1,
        "place.solo_sport": -1,
        # What stands around it.
        "corporate_word": 1,
        "corporate_word_sure": 1,
        "corporate_word_place": 1,
        "corporate_word_there": 1,
        "everyday_word": -1,
        "members.sport": 1,
        "members.score": 1,
        "members.the": 1,
        "context_near": 1,
        "context_somewhere": 1,
        "han_word_cut": -1,
        "han_head_after": -1,
        "han_whole": 1,
        # What the rest of the article says.
        "strong_elsewhere": 1,
        "person_elsewhere": -1,
        "introduced_longer": -1,
        "other_company": 1,
    }
)
"""Every argument: 1 speaks for the company, -1 against it, 0 either way. The fit keeps to these signs."""


def _stored() -> Mapping[str, Any]:
    stored: Mapping[str, Any] = json.loads(files(__package__).joinpath("weights.json").read_text(encoding="utf-8"))
    return stored


WEIGHTS: dict[str, float] = dict.fromkeys(SIGNS, 0.0) | _stored()["weights"]
"""Logits of each argument: +1 multiplies the odds by 2.7."""

CUT_OFFS: dict[EvidenceLevel, float] = _stored()["cut_offs"]
"""The confidence that a company's evidence level asks for."""
