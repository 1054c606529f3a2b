"""A watchlist file is read as text, and whatever is wrong with it has a place and a fix."""

import json
import time
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.channel import Channel
from bot.model.company import Alias
from bot.model.source import FirstPoll
from bot.watchlists.load import load, restore
from bot.watchlists.tree import MAX_BYTES, MAX_NODES
from tests.shared_data import SHARED, needs_shared
from tests.watchlists.types import SOURCE_TYPES, faults, names, read

EXAMPLE = """\
version: 1
name: Phone makers
channels:
  - slack:#supply-chain
  - {to: "discord:112233445566778899", digest: daily 08:30, quiet: "22:00-07:00",
     zone: Asia/Taipei, budget: 12/h, threads: off}
from: [taiwan, "Focus Taiwan"]
stories: eager
passing: digest
companies:
  - MediaTek
  - name: Lava International
    aliases: [Lava, {text: ラヴァ, weak: false}]
    tickers: [LAVA.NS]
    context: [phone, handset, Noida]
    exclude: [lava lamp]
    threshold: 95
    evidence: strict
sources:
  - https://example.org/business.rss
  - {name: Focus Taiwan, url: "https://example.org/feed", every: 30m, tags: [tw], first_poll: "last: 5", agent: Acme/1}
  - {url: pieces, type: files, pattern: "*.txt", demo: true, first_poll: alert}
"""


def test_the_example_is_read_as_written() -> None:
    result = load(EXAMPLE.encode(), "w/a.yaml", key="a.yaml", source_types=SOURCE_TYPES, folder=Path("/w"))
    assert result.errors == ()
    found = result.watchlist
    assert found is not None
    assert (found.key, found.name, found.stories, found.passing) == ("a.yaml", "Phone makers", "eager", "digest")
    assert found.sources == ("taiwan", "Focus Taiwan")
    first, second = found.channels
    assert first.channel == Channel("slack", "", "#supply-chain")
    assert (second.digest, second.quiet, second.zone) == ("daily 08:30", "22:00-07:00", "Asia/Taipei")
    assert (second.budget, second.threads) == ("12/h", "off")
    mediatek, lava = found.companies
    assert (mediatek.name, mediatek.aliases, str(mediatek.place)) == ("MediaTek", (), "w/a.yaml:11:5")
    assert lava.aliases == (Alias("Lava"), Alias("ラヴァ", weak=False))
    assert (lava.tickers, lava.context, lava.exclude) == (("LAVA.NS",), ("phone", "handset", "Noida"), ("lava lamp",))
    assert (lava.threshold, lava.evidence, lava.passing, str(lava.place)) == (95, "strict", None, "w/a.yaml:12:5")


def test_sources_take_their_defaults_and_their_own_options() -> None:
    result = load(EXAMPLE.encode(), "w/a.yaml", key="a.yaml", source_types=SOURCE_TYPES, folder=Path("/w"))
    bare, named, files = result.sources
    assert (bare.name, bare.type, bare.url) == ("example.org", "feed", "https://example.org/business.rss")
    assert (bare.every, bare.first_poll, bare.tags, bare.demo) == (None, FirstPoll(), (), False)
    assert (bare.agent, named.agent) == ("", "Acme/1")
    assert (named.name, named.every, named.first_poll) == ("Focus Taiwan", timedelta(minutes=30), FirstPoll("last", 5))
    options = {"pattern": "*.txt", "limit": 10, "order": "newest"}
    assert (files.name, files.url, files.options) == ("pieces", "/w/pieces", options)
    assert (files.demo, files.first_poll, str(files.place)) == (True, FirstPoll("alert"), "w/a.yaml:22:5")


@pytest.mark.parametrize(
    "text", ["NO", "ON", "OFF", "TRUE", "007", "1e5", "2024-01-01", "0x1F", "1_000", ".inf", "12:30", "3M"]
)
def test_a_name_stays_the_text_it_is(text: str) -> None:
    assert names(f"companies:\n  - {text}\n  - name: {text}x\n") == [text, f"{text}x"]


def test_a_name_may_be_repeated_as_a_weak_alias() -> None:
    found = read("companies:\n  - {name: Apple, aliases: [{text: Apple, weak: true}]}\n")
    assert found.findings == ()
    assert found.watchlist is not None
    assert found.watchlist.companies[0].aliases == (Alias("Apple", weak=True),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("chanels: []\n", "1:1: error: `chanels` is not a key here (did you mean `channels`?)"),
        ("companies:\n  - nmae: Lava\n", "2:5: error: `nmae` is not a key here (did you mean `name`?)"),
        ("companies:\n  - regex: a+\n", "2:5: error: `regex` is not a key here (known here: name, "),
        (
            "companies:\n  - C3.ai: AI\n",
            "2:5: error: `C3.ai` reads as a key with a value (if both are one name, quote it",
        ),
        (
            "companies:\n  - name: C3.ai: AI\n",
            '2:16: error: a colon and a space inside a plain text (quote it: "C3.ai: AI")',
        ),
        (
            "companies:\n  - #hash\n",
            '2:4: error: nothing stands here: `#` begins a comment (if it is part of a name, quote it: "#hash"',
        ),
        ("companies:\n  - @alpha\n", "2:5: error: a plain text can't begin with this character (quote it"),
        ("companies:\n  - name: NULL\n", '2:11: error: `NULL` is nothing in YAML (if it is a name, quote it: "NULL")'),
        ("companies:\n  - ~\n", "2:5: error: `~` is nothing in YAML"),
        ("companies:\n  - name:\n", "2:10: error: nothing stands here"),
        ("companies:\n  - ''\n", "2:5: error: the name is empty (write one)"),
        ("companies:\n  - ' '\n", "2:5: error: the name is empty"),
        ("companies:\n  - '*'\n", "2:5: error: `*` has no letter and no digit"),
        ("companies:\n  - X\n", "2:5: error: `X` is too short (write 2 characters or more)"),
        ("companies:\n  - the\n", "2:5: error: `the` is a word of nearly every article (if it is meant, quote it: "),
        (f"companies:\n  - {'x' * 129}\n", "is too long: 129 characters, and 128 are the limit"),
        ('companies:\n  - "a\\0b"\n', "2:5: error: `a b` holds characters that no text has"),
        ('companies:\n  - "a\\ud800b"\n', "2:5: error: `a b` holds characters that no text has"),
        ("companies:\n  - {aliases: [Lava]}\n", "2:5: error: `name` is missing (add `name: ...`)"),
        ("companies:\n  - [Lava]\n", "2:5: error: a list stands where an entry is meant"),
        ("companies: Lava\n", "1:12: error: a text stands where a list is meant"),
        ("companies:\n  - {name: [a, b]}\n", "2:12: error: a list stands where one text is meant"),
        ("companies:\n  - {name: Lava, aliases: L}\n", "2:27: error: a text stands where a list is meant"),
        (
            "companies:\n  - {name: Lava, aliases: [{txt: L1}]}\n",
            "2:29: error: `txt` is not a key here (did you mean `text`?)",
        ),
        (
            "companies:\n  - {name: Lava, aliases: [{text: L1, weak: perhaps}]}\n",
            "`perhaps` is neither true nor false (write true or",
        ),
        ("companies:\n  - {name: Lava, threshold: high}\n", "2:29: error: `high` is not a whole number"),
        ("companies:\n  - {name: Lava, threshold: 101}\n", "2:29: error: `101` is too large (the highest is 100)"),
        ("companies:\n  - {name: Lava, threshold: -1}\n", "2:29: error: `-1` is too small (the lowest is 0)"),
        (
            "companies:\n  - {name: Lava, evidence: lose}\n",
            "2:28: error: `lose` is not a value of `evidence` (did you mean `loose`?)",
        ),
        (
            "sources:\n  - {type: files, url: press, order: random}\n",
            "2:38: error: `random` is not a value of `order` (use one of newest, oldest)",
        ),
        ("companies:\n  - Lava\n  - LAVA\n", "3:5: error: `LAVA` stands in this list already, in line 2 (merge"),
        (
            "companies:\n  - Lava\n  - {evidence: loose, name: Ｌａｖａ}\n",
            "3:29: error: `Ｌａｖａ` stands in this list already",
        ),
        ("channels: [lava]\n", "1:12: error: 'lava' is not a channel"),
        ("channels:\n  - slack:\n", "2:5: error: 'slack:' has no address (write slack:#name or slack:id)"),
        ("channels:\n  - telegram:#x\n", "2:5: error: 'telegram' is not a chat platform"),
        (
            "channels:\n  - https://hooks.slack.com/services/T0/B0/xyz\n",
            "2:5: error: a channel is never an address with a secret in it (write its name or id",
        ),
        (
            "channels:\n  - slack:https://hooks.slack.com/services/T0/B0/xyz\n",
            "2:5: error: a channel is never an address",
        ),
        ("channels:\n  - {to: 'console:', quiet: soon}\n", "2:29: error: 'soon' are no quiet hours (write "),
        ("channels:\n  - {to: 'console:', digest: hourly}\n", "2:30: error: 'hourly' is no digest (write off, daily"),
        ("channels:\n  - {to: 'console:', digest: weekly 8:30}\n", "names no day (write weekly mon 08:30)"),
        ("channels:\n  - {to: 'console:', quiet: 7:00-7:00}\n", "would be quiet for ever (write 22:00-07:00"),
        ("channels:\n  - {to: 'console:', zone: Asia/Nowhere}\n", "2:28: error: 'Asia/Nowhere' is not a time zone"),
        ("channels:\n  - {to: 'console:', zone: ../../etc/passwd}\n", "is not a time zone"),
        ("channels:\n  - {to: 'console:', budget: lots}\n", "2:30: error: 'lots' is not a budget (write posts"),
        ("version: 2\ncompanies: []\n", "1:10: error: this version of the format is not known (write version: 1)"),
        ("version: 1\n", "1:1: error: the file has neither companies nor sources"),
        ("channels:\n  - slack:#\n", "2:5: error: 'slack:#' has no address (write slack:#name or slack:id)"),
        ("channels:\n  - slack:/#a\n", "has an empty tenant before the slash (write slack:#a)"),
        ("", "1:1: error: the file is empty (add `companies:` or `sources:`; to drop a list, delete its file)"),
        ("# nothing\n", "error: the file is empty"),
        ("- Lava\n", "1:1: error: a file is made of keys with values (begin with `companies:`)"),
        ("Lava\n", "1:1: error: a file is made of keys with values"),
        ("Lava:\n  t: A\nLava:\n  t: B\n", "3:1: error: the key `Lava` stands here a second time"),
        ("companies:\n\t- Lava\n", "2:1: error: a tab indents this line (use spaces"),
        ("companies:\n  -\tLava\n", "2:4: error: a tab indents this line"),
        ('companies:\n  - name: "Lav', "2:11: error: a quote is opened here and never closed"),
        ("companies: [Lava\n", "1:12: error: a list opened with `[` is not closed (add `]`)"),
        ("companies: [Lava\nname: x\n", "1:12: error: a list opened with `[` is not closed (add `]` before line 2)"),
        (
            'companies: [Lava, "Oppo" Vivo]\n',
            "1:26: error: a list opened with `[` is not closed before this (add `]`, or",
        ),
        ('companies: [Lava,\n "Oppo"\n Vivo]\n', "3:2: error: a list opened with `[` in line 1 is not closed before"),
        (
            "companies:\n  - {name: Lava\n  - Oppo\n",
            "2:5: error: a mapping opened with `{` is not closed (add `}`)",
        ),
        (
            "companies:\n  - {aliases: [Lava]\n  - Oppo\n",
            "2:5: error: a mapping opened with `{` is not closed (add `}` before line 3)",
        ),
        ("companies: [\n  - Lava\n]\n", "2:3: error: a list dash stands between brackets (put commas"),
        ("companies:\n  - Lava\n Oppo\n", "3:2: error: "),
        ("a: *a\n", "1:4: error: `*` begins a YAML alias"),
        ("a: &a b\n", "1:4: error: `&` begins a YAML anchor"),
        ("a: !!set {}\n", "1:4: error: `!` begins a YAML tag"),
        ("<<: {a: b}\n", "1:1: error: `<<` is a YAML merge key"),
        ("%YAML 1.1\n---\na: b\n", "1:1: error: `%` begins a YAML directive"),
        ("a: 1\n---\nb: 2\n", "2:1: error: a second document begins here"),
        ("? [a, b]\n: c\n", "1:3: error: a list or mapping stands where a key is meant"),
        ("name: a\x07b\n", "1:8: error: a control character (U+0007) stands here (delete it)"),
        ('name: "\\UFFFFFFFF"\n', "error: this can't be read as YAML"),
        ("]\n", "error: "),
    ],
)
def test_what_is_wrong_has_its_place_and_its_fix(text: str, expected: str) -> None:
    assert any(expected in fault for fault in faults(text)), faults(text)
    assert all(finding.fix and finding.place.line for finding in read(text).findings)
    assert read(text).watchlist is None
    assert all(fault.startswith("list.yaml") for fault in faults(text))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("ftp://example.org/x", "an address begins with https:// or http://"),
        ("example.org", "an address begins with https:// or http://"),
        ("https://", "the address has no host"),
        ("https://user:secret@example.org/", "a user name or password stands in the address"),
        ("https://example.org:port/", "this is not an address"),
        ("https://example.org\\@inside/", "a user name or password stands in the address"),
        ("https://example.org\\x/", "white space or a backslash"),
        ("{url: 'https://example.org/', every: 1s}", "'1s' is out of range (write 1m to 24h)"),
        ("{url: 'https://example.org/', every: 25h}", "'25h' is out of range"),
        (
            "{url: 'https://example.org/', agent: ' '}",
            "this is no User-Agent (write up to 200 plain",
        ),
        ("{url: 'https://example.org/', agent: 'Acme 聯發科'}", "this is no User-Agent"),
        ("{url: 'https://example.org/', agent: xoxb-123456789012-abcdefghijkl}", "a token stands in the User-Agent"),
        ("{url: 'https://example.org/', every: often}", "'often' is not an interval (write 90s, 10m or 1h)"),
        ("{url: 'https://example.org/', type: fed}", "`fed` is not a type of source (did you mean `feed`?)"),
        ("{url: 'https://example.org/', first_poll: all}", "is not a first poll (write record, alert or 'last: 5')"),
        ("{url: here, type: files, pattrn: x}", "`pattrn` is not a key here (did you mean `pattern`?)"),
        ("{url: here, type: files, limit: few}", "`few` is not a whole number"),
        ("{url: 'https://example.org/', pattern: x}", "`pattern` is not a key here"),
        ("{name: Here}", "`url` is missing"),
        (f"https://example.org/{'x' * 1981}", "this is too long: 2001 characters, and 2000 are the limit (shorten it)"),
        (f"https://example.org/{'米' * 661}", "the address has 2,003 bytes, and 2,000 are the limit (shorten it)"),
        (f"{{type: files, url: '{'/xy' * 667}'}}", "characters, and 2000 are the limit (shorten it)"),
        ("[https://example.org/]", "a list stands where an entry is meant"),
    ],
)
def test_a_source_that_cannot_be_polled_is_an_error_with_its_place(source: str, expected: str) -> None:
    found = read(f"sources:\n  - {source}\n")
    assert found.sources == ()
    assert [finding.place.line for finding in found.errors] == [2]
    assert expected in str(found.errors[0])
    assert all(finding.fix for finding in found.errors)
    assert "secret" not in str(found.errors[0])


def test_a_search_makes_a_long_address_and_is_polled() -> None:
    url = f"https://example.org/{'x' * 1980}"
    assert [source.url for source in read(f"sources:\n  - {url}\n").sources] == [url]


@pytest.mark.parametrize("text", ["console:", "'console:'", "{to: 'console:'}"])
def test_the_terminal_may_be_written_without_quotes(text: str) -> None:
    found = read(f"channels:\n  - {text}\n")
    assert found.findings == ()
    assert found.watchlist is not None
    assert [rule.channel for rule in found.watchlist.channels] == [Channel("console")]


def test_a_first_poll_may_be_written_as_a_mapping() -> None:
    found = read("sources:\n  - url: https://example.org/\n    first_poll:\n      last: 3\n")
    assert found.errors == ()
    assert found.sources[0].first_poll == FirstPoll("last", 3)


def test_a_secret_is_never_repeated() -> None:
    text = "companies:\n  - https://hooks.slack.com/services/T0/B0/geheim: x\nxoxb-geheim: 1\n"
    assert faults(text)
    assert "geheim" not in "".join(faults(text))


def test_byte_order_mark_and_crlf_are_accepted() -> None:
    result = read("\ufeffcompanies:\r\n  - Lava\r\n")
    assert result.findings == ()
    assert result.watchlist is not None
    assert str(result.watchlist.companies[0].place) == "list.yaml:2:5"
    assert faults("\ufeffchanels: []\n")[0].startswith("list.yaml:1:1:")


@pytest.mark.parametrize("codec", ["utf-16", "latin-1", "big5"])
def test_other_encodings_are_refused_with_the_place(codec: str) -> None:
    text = "companies:\n  - Café\n" if codec != "big5" else "companies:\n  - 鴻海\n"
    assert "save the file as UTF-8" in faults(text.encode(codec))[0]
    assert faults("companies:\n  - Café\n".encode("latin-1"))[0].startswith("list.yaml:2:8: error: this is not UTF-8")


@pytest.mark.parametrize("text", ["name: Some list\n", "companies:\n", "companies: []\n", "channels: []\n"])
def test_a_list_without_companies_or_channels_is_fine(text: str) -> None:
    assert names(text) == []


def test_a_file_of_sources_alone_is_no_list() -> None:
    found = read("version: 1\nsources: [https://example.org/]\n")
    assert (found.watchlist, len(found.sources), found.findings) == (None, 1, ())


def test_an_error_in_one_source_keeps_the_whole_file_out() -> None:
    found = read("companies: [Lava]\nsources: [nowhere]\n")
    assert (found.watchlist, found.sources, len(found.errors)) == (None, (), 1)


def test_a_finding_is_one_short_line_whatever_the_file_says() -> None:
    for text in (f"sources: [{{url: 'https://example.org', every: {'x' * 5000}}}]\n", f"{'k' * 900}: 1\n"):
        assert all(len(fault) < 400 and "\n" not in fault for fault in faults(text))
    assert read("companies:\n  - {name: Lava, threshold: " + "9" * 9000 + "}\n").errors


def test_many_errors_are_counted_not_listed() -> None:
    found = faults("companies:\n" + "  - '*'\n" * 200)
    assert len(found) == 51
    assert "and 150 more" in found[-1]


HOSTILE = [
    ("brackets", "[" * 20_000),
    ("braces", "{" * 20_000),
    ("mixed brackets", "[a,{b: " * 5_000),
    ("dashes", "- " * 20_000),
    ("question marks", "? " * 20_000),
    ("anchors", "a: " + "&a " * 20_000),
    ("tags", "a: " + "!" * 20_000),
    ("aliases", "a0: &a0 [x,x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1},*a{i - 1}]\n" for i in range(1, 30))),
    ("merge keys", "a0: &a0 {k: 1}\n" + "".join(f"a{i}: &a{i} {{<<: [*a{i - 1},*a{i - 1}]}}\n" for i in range(1, 30))),
    ("closing brackets", "]" * 20_000),
    ("colons", ": " * 20_000),
    ("quotes", '"' * 20_001),
    ("indentation", "".join(" " * i + "a:\n" for i in range(200))),
    ("too large", "#" * (MAX_BYTES + 1)),
]


@pytest.mark.parametrize("text", [case[1] for case in HOSTILE], ids=[case[0] for case in HOSTILE])
def test_a_hostile_file_costs_less_than_50_ms(text: str) -> None:
    data = text.encode()
    took = min(_seconds(data) for _ in range(3))
    assert took < 0.05
    assert read(data).watchlist is None
    assert len(read(data).errors) >= 1


def _seconds(data: bytes) -> float:
    start = time.process_time()
    read(data)
    return time.process_time() - start


def test_too_many_entries_are_refused() -> None:
    assert f"more than {MAX_NODES:,} entries" in faults("companies: [" + "a," * (MAX_NODES + 1) + "]")[0]


def test_a_list_cut_anywhere_is_an_error_or_truly_says_less() -> None:
    data = EXAMPLE.encode()
    whole = names(data)
    for end in range(len(data)):
        result = read(data[:end])
        if result.watchlist is None:
            assert result.errors or result.sources
            continue
        found = [company.name for company in result.watchlist.companies]
        assert found == whole[: len(found)] or found[:-1] == whole[: len(found) - 1]


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_no_bytes_whatever_raise(data: bytes) -> None:
    assert read(b"companies:\n" + data).key == "list.yaml"


@given(st.text("[]{}:,-?#'\"|>\\ \n\tab&*!%@~<", max_size=60))
@settings(max_examples=100, deadline=None)
def test_no_yaml_whatever_raises(text: str) -> None:
    for result in (read(text), read(f"companies:\n  - {text}")):
        assert result.errors or result.watchlist or result.sources or result.findings == ()


def test_what_was_parsed_restores_the_list() -> None:
    result = read(EXAMPLE)
    again = restore(result.parsed, "list.yaml", key="list.yaml", source_types=SOURCE_TYPES)
    assert json.loads(result.parsed)["name"] == "Phone makers"
    assert result.watchlist is not None
    assert again.watchlist is not None
    assert [c.name for c in again.watchlist.companies] == ["MediaTek", "Lava International"]
    assert [rule.channel for rule in again.watchlist.channels] == [rule.channel for rule in result.watchlist.channels]


@needs_shared
def test_the_hostile_collection_is_refused_or_read_as_it_says() -> None:
    lines = (SHARED / "data/corpora/hostile/yaml_hostile.jsonl").read_text(encoding="utf-8").splitlines()
    readable = {"y04", "y09", "y18", "y19", "y20"}
    for line in lines:
        case = json.loads(line)
        text = case["yaml"] if "repeat" not in case else case["repeat"][0] * case["repeat"][1]
        assert _seconds(text.encode()) < 0.05, case["id"]
        result = read(text)
        assert (result.watchlist is not None) == (case["id"] in readable), case["id"]
        assert result.watchlist is not None or all(error.fix or error.message for error in result.errors)


@needs_shared
def test_no_file_of_the_yaml_test_suite_raises() -> None:
    for path in (SHARED / "data/corpora/yaml-test-suite").rglob("*.yaml"):
        data = path.read_bytes()
        assert read(data).key == "list.yaml"
        assert read(b"companies:\n" + data).key == "list.yaml"
