"""The JSON Schema follows the models, and the one that is checked in follows the source types."""

import importlib
import json
import pkgutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

import bot.sources
from bot.watchlists.schema import fault_in_url, parse_every, schema
from tests.watchlists.types import SOURCE_TYPES

CHECKED_IN = Path(__file__).resolve().parents[2] / "watchlists" / "schema.json"


def real_types() -> Mapping[str, type[BaseModel]]:
    names = sorted(info.name for info in pkgutil.iter_modules(bot.sources.__path__) if not info.ispkg)
    modules = [importlib.import_module(f"bot.sources.{name}") for name in names]
    return {module.TYPE: module.Options for module in modules if hasattr(module, "TYPE")}


def definitions() -> dict[str, Any]:
    found = schema(SOURCE_TYPES)["$defs"]
    assert isinstance(found, dict)
    return found


def test_every_mapping_of_the_format_is_closed() -> None:
    whole = schema(SOURCE_TYPES)
    assert whole["additionalProperties"] is False
    assert all(one["additionalProperties"] is False for one in definitions().values())


def test_each_source_type_has_its_options_in_the_schema() -> None:
    found = definitions()
    assert "pattern" in found["files_source"]["properties"]
    assert "pattern" not in found["feed_source"]["properties"]
    assert found["files_source"]["required"] == ["type", "url"]
    assert found["feed_source"]["required"] == ["url"]


def test_a_company_may_be_a_bare_name() -> None:
    whole = schema(SOURCE_TYPES)
    properties = whole["properties"]
    assert isinstance(properties, dict)
    assert properties["companies"]["items"]["anyOf"] == [{"type": "string"}, {"$ref": "#/$defs/CompanyEntry"}]


def test_the_schema_that_is_checked_in_is_the_one_of_the_models() -> None:
    types = real_types()
    hint = "write it anew: namewatch schema > watchlists/schema.json"
    assert json.loads(CHECKED_IN.read_text(encoding="utf-8")) == schema(types), hint


@pytest.mark.parametrize(("text", "seconds"), [("60s", 60), ("90s", 90), ("10m", 600), ("1h", 3600), ("24h", 86400)])
def test_intervals(text: str, seconds: int) -> None:
    assert parse_every(text).total_seconds() == seconds


@pytest.mark.parametrize("text", ["59s", "25h", "10", "m", "", "1d", "-1m", "1.5h", "١٠m", "9999999m"])
def test_other_intervals_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"write|range"):
        parse_every(text)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/feed?x=1#y",
        "http://example.org:8080/",
        "https://鴻海.example/新聞",
        "http://[2001:db8::1]/",
    ],
)
def test_good_addresses(url: str) -> None:
    assert fault_in_url(url) == ""


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "javascript:x",
        "//example.org",
        "https:///x",
        "http://[::1",
        "https://a b.example/",
        "http://x:0/",
    ],
)
def test_bad_addresses(url: str) -> None:
    assert fault_in_url(url) != ""
