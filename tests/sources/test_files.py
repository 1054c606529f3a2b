"""Files from disk become entries; one that can't be read stops no other."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import SourceError
from bot.extraction import extract
from bot.model.article import Extract
from bot.model.source import NO_CURSOR, Entry, Fetched, Source
from bot.sources import files
from bot.sources.files import read_files
from bot.sources.parsing.documents import Broken, read_document
from bot.sources.parsing.markdown import title_and_text
from tests.shared_data import SHARED, needs_shared
from tests.sources.web import ScriptedFetcher


def written(folder: Path, **documents: str) -> Path:
    """Files by name; `a_txt` stands for `a.txt`, `sub__a_txt` for `sub/a.txt`."""
    for key, text in documents.items():
        path = folder / key.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def read(where: Path | str) -> Fetched:
    return read_files(str(where), NO_CURSOR)


def articles(fetched: Fetched) -> list[Extract]:
    return [article for entry in fetched.entries for article in extract(entry)]


def test_a_folder_is_read_in_the_order_of_names_with_all_below_it(tmp_path: Path) -> None:
    written(tmp_path, b_txt="two", a_md="# one", sub__c_html="<title>three</title>", z_jsonl='{"title": "four"}')
    fetched = read(tmp_path)
    assert [entry.id for entry in fetched.entries] == ["a.md", "b.txt", "sub/c.html", "z.jsonl:1"]
    assert [article.title for article in articles(fetched)] == ["one", "two", "three", "four"]
    assert fetched.notes == ()


def test_a_single_file_and_a_glob(tmp_path: Path) -> None:
    written(tmp_path, a_txt="one", b_txt="two", sub__c_txt="three", d_md="# four")
    assert [entry.id for entry in read(tmp_path / "a.txt").entries] == ["a.txt"]
    assert [entry.id for entry in read(tmp_path / "*.txt").entries] == ["a.txt", "b.txt"]
    assert [entry.id for entry in read(tmp_path / "**/*.txt").entries] == ["a.txt", "b.txt", "sub/c.txt"]


def test_relative_paths_are_those_of_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, news__a_txt="one")
    monkeypatch.chdir(tmp_path)
    for where in ("news", "news/a.txt", "news/*.txt", "./news"):
        assert [entry.id for entry in read(where).entries] == ["a.txt"]


def test_hidden_files_and_folders_are_not_read(tmp_path: Path) -> None:
    tmp_path.joinpath(".git").mkdir()
    tmp_path.joinpath(".git/a.txt").write_text("x")
    tmp_path.joinpath(".b.txt").write_text("x")
    assert read(tmp_path).entries == ()


def test_links_that_leave_the_folder_are_not_followed(tmp_path: Path) -> None:
    secret = written(tmp_path / "outside", a_txt="secret") / "a.txt"
    inside = written(tmp_path / "inside", b_txt="fine")
    inside.joinpath("c.txt").symlink_to(secret)
    inside.joinpath("d").symlink_to(secret.parent)
    inside.joinpath("e.txt").symlink_to(inside / "b.txt")
    inside.joinpath("f.txt").symlink_to(inside / "f.txt")
    fetched = read(inside)
    assert [entry.id for entry in fetched.entries] == ["b.txt", "e.txt"]
    assert [note.partition(":")[0] for note in fetched.notes] == ["c.txt", "f.txt"]
    assert [entry.id for entry in read(inside / "*.txt").entries] == ["b.txt", "e.txt"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
def test_a_pipe_never_blocks(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    assert "no plain file" in read(tmp_path).notes[0]
    with pytest.raises(SourceError):
        read(tmp_path / "a.txt")


def test_what_is_over_large_or_of_another_kind_is_noted(tmp_path: Path) -> None:
    written(tmp_path, a_txt="one", b_pdf="x", c_docx="x")
    with tmp_path.joinpath("d.txt").open("wb") as large:
        large.truncate(10_000_001)
    fetched = read(tmp_path)
    assert [entry.id for entry in fetched.entries] == ["a.txt"]
    assert any(note.startswith("d.txt: left out: larger than 10 MB") for note in fetched.notes)
    assert any(note.startswith("2 files left out") for note in fetched.notes)


def test_a_very_long_text_is_cut_with_a_note(tmp_path: Path) -> None:
    fetched = read(written(tmp_path, a_txt="word " * 100_000))
    assert len(fetched.entries[0].body) == 400_000
    assert fetched.notes == ("a.txt: longer than 400000 characters: only the beginning is read",)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_without_permission_is_noted(tmp_path: Path) -> None:
    written(tmp_path, a_txt="one", b_txt="two")
    tmp_path.joinpath("a.txt").chmod(0)
    fetched = read(tmp_path)
    assert [entry.id for entry in fetched.entries] == ["b.txt"]
    assert fetched.notes[0].startswith("a.txt: can't be read")


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("no/such/file.txt", "there is no file or folder 'no/such/file.txt'"),
        ("no/such/*.txt", "no file matches 'no/such/*.txt'"),
        ("", "no path is given"),
        ("a\0b", "a\\x00b"),
    ],
)
def test_what_is_missing_is_named_as_it_was_written(where: str, words: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(where)
    assert words in str(caught.value)


@pytest.mark.parametrize(("name", "text"), [("a.pdf", "x"), ("a.txt", " \n"), ("a.jsonl", "x"), ("a.html", "")])
def test_a_single_file_without_anything_to_read_is_an_error(tmp_path: Path, name: str, text: str) -> None:
    tmp_path.joinpath(name).write_text(text)
    with pytest.raises(SourceError, match="can't be read"):
        read(tmp_path / name)


def test_an_empty_folder_may_yet_fill(tmp_path: Path) -> None:
    fetched = read(tmp_path)
    assert fetched.entries == ()
    assert "no file" in fetched.notes[0]


CHANGES: list[Callable[[Path], object]] = [
    lambda folder: folder.joinpath("a.txt").write_text("longer"),
    lambda folder: folder.joinpath("b.txt").write_text("x"),
    lambda folder: folder.joinpath("a.txt").rename(folder / "c.txt"),
    lambda folder: os.utime(folder / "a.txt", (1, 1)),
]


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_is_seen_and_nothing_else(tmp_path: Path, change: Callable[[Path], object]) -> None:
    source = Source("s", "files", str(written(tmp_path, a_txt="one")))
    first = await files.read(source, NO_CURSOR, ScriptedFetcher())
    assert (await files.read(source, first.cursor, ScriptedFetcher())).unchanged
    change(tmp_path)
    second = await files.read(source, first.cursor, ScriptedFetcher())
    assert not second.unchanged
    assert second.cursor != first.cursor


def test_json_lines(tmp_path: Path) -> None:
    lines = [
        {"id": "x", "title": "Lava", "text": "one", "url": "https://example.org/1", "published": "2026-11-20T08:30Z"},
        {"id": 7, "title": "", "text": "Dixon"},
        {"title": "MediaTek", "text": "", "published": "Fri, 20 Nov 2026 16:30:00 +0800"},
        {"id": "", "title": "a\u2028b", "url": "javascript:alert(1)", "published": "2026-11-20"},
    ]
    text = "\r\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    (one, two, three, four) = read(written(tmp_path, a_jsonl=f"{text}\n\n")).entries
    when = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
    assert (one.id, one.url, one.title, one.body, one.published) == (
        "a.jsonl:x", "https://example.org/1", "Lava", "one", when)  # fmt: skip
    assert (two.id, two.body, two.url) == ("a.jsonl:7", "Dixon", "")
    assert (three.id, three.published) == ("a.jsonl:3", when)
    assert (four.id, four.url, four.published) == ("a.jsonl:4", "", datetime(2026, 11, 20, tzinfo=UTC))


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[1]",
        "7",
        "null",
        "[" * 100_000,
        '{"text": 7}',
        '{"title": ["a"]}',
        '{"id": "x"}',
        '{"title": "a", "url": {}, "text": []} x',
        '{"title": "a", "published": "soon"}',
        '{"title": "a", "published": 20261120}',
        '{"title": "a", "id": "same"}',
    ],
)
def test_a_broken_line_is_named_and_the_rest_goes_on(tmp_path: Path, line: str) -> None:
    fetched = read(written(tmp_path, a_jsonl=f'{{"id": "same", "title": "one"}}\n{line}\n{{"title": "two"}}\n'))
    assert [entry.title for entry in fetched.entries if entry.title != "a"] == ["one", "two"]
    if "20261120}" not in line:  # ISO 8601 without dashes is a date
        assert fetched.notes[0].startswith("a.jsonl:2: ")


def test_notes_do_not_grow_without_end(tmp_path: Path) -> None:
    fetched = read(written(tmp_path, a_jsonl="x\n" * 1000 + '{"title": "one"}'))
    assert len(fetched.notes) == 21
    assert fetched.notes[-1] == "and 980 more like these"


def test_too_many_entries_are_left_out_with_a_note(tmp_path: Path) -> None:
    fetched = read(written(tmp_path, a_jsonl='{"title": "x"}\n' * 5_001, b_txt="x"))
    assert len(fetched.entries) == 5_000
    assert len(fetched.notes) == 2


@pytest.mark.parametrize(
    ("source", "title", "text"),
    [
        ("# Lava grows\n\nFirst\nparagraph.\n\nSecond.", "Lava grows", "First paragraph.\nSecond."),
        ("Intro\n\n# Lava #\n## Part\ntext", "Lava", "Intro\nPart\ntext"),
        ("## Part\ntext", "", "Part\ntext"),
        ("- one\n- two\n  more\n1. three", "", "one\ntwo more\nthree"),
        ("> said\n> he", "", "said\nhe"),
        ("**Lava** and *Dixon* and `code` a_b_c 2*3*4", "", "Lava and Dixon and code a_b_c 2*3*4"),
        ("[Lava](https://example.org/a) ![logo](x.png) [b][1]\n\n[1]: https://example.org", "", "Lava logo b"),
        ("a\n***\nb\n```\ncode\n```", "", "a\nb\ncode"),
        ("", "", ""),
    ],
)
def test_markdown(source: str, title: str, text: str) -> None:
    assert title_and_text(source) == (title, text)


def mail(**headers: str) -> EmailMessage:
    message = EmailMessage()
    for name, value in headers.items():
        message[name] = value
    return message


def entry_of(content: bytes) -> Entry:
    (entry,) = read_document("a.eml", content)
    assert isinstance(entry, Entry)
    return entry


def test_a_mail() -> None:
    message = mail(Subject="Lava wächst", Date="Fri, 20 Nov 2026 16:30:00 +0800", From="News <news@example.org>")
    message.set_content("plain wörds")
    message.add_alternative("<p>html", subtype="html")
    message.add_attachment("attached", filename="a.txt")
    entry = entry_of(bytes(message))
    assert (entry.title, entry.body.strip(), entry.markup) == ("Lava wächst", "plain wörds", "text")
    assert entry.published == datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


def test_a_mail_of_html_only() -> None:
    message = mail(Subject="Lava")
    message.set_content("<p>hällo", subtype="html", charset="iso-8859-1")
    entry = entry_of(bytes(message))
    assert (entry.body.strip(), entry.markup) == ("<p>hällo", "html")


@pytest.mark.parametrize(
    "content",
    [
        b"Subject: x\nContent-Type: text/plain; charset=nonsense\n\nh\xe9llo",
        b"Subject: x\nContent-Transfer-Encoding: base64\n\n!!!!",
        b"Subject: =?big5?B?!!?=\nDate: nonsense\n\nx",
        b"Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\nContent-Type: multipart/mixed\n\n" * 500,
        b"no header at all",
        b"\xff\xfe" * 100,
    ],
)
def test_odd_mails_do_no_harm(content: bytes) -> None:
    for made in read_document("a.eml", content):
        assert isinstance(made, Entry | Broken)


@given(st.binary(max_size=300), st.sampled_from(["a.eml", "a.md", "a.html", "a.txt", "a.jsonl"]))
@settings(max_examples=100, deadline=None)  # the first look at a charset loads tables
def test_any_bytes_are_entries_or_notes(content: bytes, name: str) -> None:
    for made in read_document(name, content):
        if isinstance(made, Entry):
            for article in extract(made):
                f"{article.entry_id}{article.title}{article.text}".encode()
        else:
            assert str(made).startswith(name)


@needs_shared
def test_a_newspaper_page_becomes_its_articles() -> None:
    fetched = read(SHARED / "data/articles/phone-makers-in-india.txt")
    main, *parts = articles(fetched)
    assert main.entry_id == "phone-makers-in-india.txt"
    assert [part.entry_id.partition("#")[2] for part in parts] == ["growing-owings", "ai-talent", "joint-efforts"]
    assert [part.text.partition(":")[0] for part in parts] == ["GROWING OWINGS", "AI TALENT", "JOINT EFFORTS"]
    assert "Dixon" in main.text
    assert "Groq" not in main.text
    assert "Groq" in parts[1].text
    assert all(len(part.title) <= 120 for part in (main, *parts))
