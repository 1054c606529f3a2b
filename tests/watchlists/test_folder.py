"""A folder of watchlists: every file counts for itself, and together they name each source once."""

import os
from pathlib import Path

import pytest

from bot.watchlists.folder import Loaded, load_folder
from tests.watchlists.types import SOURCE_TYPES


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def loaded(*paths: Path) -> Loaded:
    return load_folder(*paths, source_types=SOURCE_TYPES)


def test_every_yaml_file_below_the_folder_is_read_and_hidden_ones_are_not(tmp_path: Path) -> None:
    one = "companies: [Lava]\n"
    write(tmp_path, b_yaml=one, a_yml=one, deep__er__c_YAML=one, _hidden_yaml=one, note_md=one, samples__x_txt=one)
    write(tmp_path / ".git", d_yaml=one)
    assert [found.key for found in loaded(tmp_path).lists] == ["a.yml", "b.yaml", "deep/er/c.YAML"]
    assert [found.name for found in loaded(tmp_path).lists] == ["a", "b", "c"]


def test_a_bad_file_stops_no_other(tmp_path: Path) -> None:
    write(tmp_path, a_yaml="companies: [Lava\n", b_yaml="companies: [Oppo]\n", c_yaml="")
    result = loaded(tmp_path)
    assert [found.key for found in result.lists] == ["b.yaml"]
    assert [Path(finding.place.file).name for finding in result.errors] == ["a.yaml", "c.yaml"]


def test_findings_name_the_file_as_the_folder_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, lists__a_yaml="companies:\n  - X\n")
    monkeypatch.chdir(tmp_path)
    assert str(loaded(Path("lists")).findings[0]).startswith("lists/a.yaml:2:5: error: ")


def test_a_path_that_leads_nowhere_is_a_clear_finding(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = loaded(tmp_path / "empty", tmp_path / "missing")
    assert [finding.message for finding in result.errors] == [
        "no watchlist is in this folder",
        "no such file or folder",
    ]
    assert all(finding.fix for finding in result.errors)


def test_files_may_be_named_themselves(tmp_path: Path) -> None:
    write(tmp_path, a_yaml="companies: [Lava]\n", b_yaml="companies: [Oppo]\n", c_txt="companies: [Vivo]\n")
    assert [found.key for found in loaded(tmp_path / "b.yaml", tmp_path / "c.txt").lists] == ["b.yaml", "c.txt"]


def test_files_of_the_same_name_in_two_folders_are_both_read(tmp_path: Path) -> None:
    write(tmp_path, one__a_yaml="companies: [Lava]\n", two__a_yaml="companies: [Oppo]\n")
    result = loaded(tmp_path / "one", tmp_path / "two")
    assert {found.companies[0].name for found in result.lists} == {"Lava", "Oppo"}
    assert len({found.key for found in result.lists}) == 2


def test_what_cannot_be_read_is_a_finding(tmp_path: Path) -> None:
    write(tmp_path, a_yaml="companies: [Lava]\n")
    (tmp_path / "gone.yaml").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "huge.yaml").write_bytes(b"#" * 1_000_001)
    result = loaded(tmp_path)
    assert len(result.lists) == 1
    messages = {Path(finding.place.file).name: finding.message for finding in result.errors}
    assert messages["gone.yaml"] == messages["pipe.yaml"] == "this is not a plain file"
    assert "are the limit" in messages["huge.yaml"]


def test_the_first_of_two_equal_sources_counts(tmp_path: Path) -> None:
    write(
        tmp_path,
        a_yaml="sources:\n  - {url: 'https://example.org/', name: First}\n",
        b_yaml="sources:\n  - {url: 'https://example.org/', name: Second}\n  - https://example.com/\n",
    )
    result = loaded(tmp_path)
    assert [source.name for source in result.sources] == ["example.com", "First"]
    (warning,) = result.findings
    assert str(warning).startswith(f"{tmp_path}/b.yaml:2:5: warning: this source stands in {tmp_path}/a.yaml:2:5")


def test_a_folder_of_pieces_lies_beside_the_file_that_names_it(tmp_path: Path) -> None:
    write(tmp_path, deep__a_yaml="sources:\n  - {url: pieces, type: files}\n  - {url: ../other, type: files}\n")
    assert [(s.name, s.url) for s in loaded(tmp_path).sources] == [
        ("pieces", str(tmp_path / "deep/pieces")),
        ("other", str(tmp_path / "other")),
    ]


def test_from_must_name_a_source_or_a_tag(tmp_path: Path) -> None:
    write(
        tmp_path,
        a_yaml="from:\n  - focus taiwan\n  - TECH\n  - taiwam\n  - nowhere\n",
        b_yaml="sources:\n  - {url: 'https://example.org/', name: Focus Taiwan, tags: [taiwan, tech]}\n",
    )
    assert [str(finding).removeprefix(f"{tmp_path}/") for finding in loaded(tmp_path).findings] == [
        "a.yaml:4:5: warning: no source has the name or the tag `taiwam` (did you mean `taiwan`?)",
        "a.yaml:5:5: warning: no source has the name or the tag `nowhere` (add a source with this name or tag)",
    ]


def test_two_sources_of_one_name_are_a_warning_and_both_are_polled(tmp_path: Path) -> None:
    write(
        tmp_path,
        a_yaml="sources:\n  - {url: 'https://example.org/', name: Wire}\n  - https://example.com/a\n",
        b_yaml="sources:\n  - {url: 'https://example.net/', name: WIRE}\n  - https://www.example.com/b\n",
    )
    result = loaded(tmp_path)
    assert len(result.sources) == 4
    why = "`from` and the health of sources can't tell them apart (give one of them another `name`)"
    assert [str(finding).replace(f"{tmp_path}/", "") for finding in result.findings] == [
        f"b.yaml:2:5: warning: `WIRE` is also the name of the source in a.yaml:2:5: {why}",
        f"b.yaml:3:5: warning: `example.com` is also the name of the source in a.yaml:3:5: {why}",
    ]


@pytest.mark.parametrize(
    ("file", "url", "key"),
    [
        ("a.yaml", "press", "files:press"),
        ("a.yaml", "./press/", "files:press"),
        ("team/a.yaml", "press", "files:team/press"),
        ("team/a.yaml", "../press", "files:press"),
        ("a.yaml", "../press", "files:../press"),
        ("a.yaml", "/srv/press", "files:/srv/press"),
    ],
)
def test_a_folder_of_files_is_the_same_source_wherever_the_lists_lie(
    tmp_path: Path, file: str, url: str, key: str
) -> None:
    keys = []
    for home in ("before", "after"):
        path = tmp_path / home / file
        path.parent.mkdir(parents=True)
        path.write_text(f"sources:\n  - {{type: files, url: {url}}}\n", encoding="utf-8")
        (source,) = load_folder(tmp_path / home, source_types=SOURCE_TYPES).sources
        assert Path(source.url).is_absolute()
        keys.append(source.key)
    assert keys == [key, key]
