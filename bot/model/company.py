"""A company: what people watch. An alias: one way to write it. A mention: a span that names it."""

from dataclasses import dataclass
from typing import Literal

from bot.model.place import NOWHERE, Place

EvidenceLevel = Literal["strict", "normal", "loose"]
Passing = Literal["alert", "digest", "off"]
Field = Literal["title", "text"]
Kind = Literal["exact", "folded", "fuzzy", "ticker"]
Subject = Literal["main", "passing"]

MIN_NAME, MAX_NAME = 2, 128
"""Characters of a name that can be watched."""


@dataclass(frozen=True, slots=True)
class Alias:
    """One way to write a company. `weak`: the text alone is no proof; None leaves that to the matcher."""

    text: str
    weak: bool | None = None


@dataclass(frozen=True, slots=True)
class Company:
    """What people watch. The name is itself an alias; `threshold` only tightens (0 to 100)."""

    name: str
    aliases: tuple[Alias, ...] = ()
    tickers: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    threshold: int = 0
    evidence: EvidenceLevel = "normal"
    passing: Passing | None = None
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Reason:
    """One argument of a verdict in words, and how much it moved the confidence (up or down, in [-1, 1])."""

    text: str
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Mention:
    """A span that spells a watched name. `start` and `end` are code points of that field as given.

    `confidence` in [0, 1] says how sure the matcher is that the company is meant; `alert` whether that is enough
    for the company's evidence level. `similarity` in [0, 100] is of the spelling alone.
    """

    company: str
    alias: str
    text: str
    field: Field
    start: int
    end: int
    similarity: float
    kind: Kind
    confidence: float
    reasons: tuple[Reason, ...]
    alert: bool
    subject: Subject
