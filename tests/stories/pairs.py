"""Pairs of articles about companies that are watched: one event told twice, or two events of one company."""

from pathlib import Path
from typing import NamedTuple

from ruamel.yaml import YAML

NAMES = (
    *("TSMC", "Taiwan Semiconductor Manufacturing", "台積電", "MediaTek", "聯發科", "Samsung Electronics", "Samsung"),
    *("Nvidia", "輝達", "Groq", "Xiaomi", "小米", "Oppo", "OnePlus", "Vivo", "Lava International", "Lava"),
    *("Dixon Technologies", "Dixon", "Hon Hai Precision Industry", "Hon Hai", "Foxconn", "鴻海", "富士康", "Apple"),
    *("蘋果", "Pegatron", "和碩", "Wistron", "緯創", "Alibaba", "阿里巴巴", "DeepSeek", "OpenAI", "Google", "Denso"),
)
"""The names and aliases that the articles were found by."""


class Telling(NamedTuple):
    """An article as far as it is compared."""

    title: str
    lead: str


class Pair(NamedTuple):
    """Two articles that name the same companies."""

    first: Telling
    second: Telling


def _pairs(key: str) -> tuple[Pair, ...]:
    written = YAML(typ="safe").load(Path(__file__).with_name("pairs.yaml").read_text(encoding="utf-8"))
    return tuple(Pair(Telling(*texts[:2]), Telling(*texts[2:])) for texts in written[key])


TWO_EVENTS = _pairs("two_events")
ONE_EVENT = _pairs("one_event")
