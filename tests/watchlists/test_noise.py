"""Names that will be noisy are warned of where the owner should act, and nowhere else."""

from pathlib import Path

import pytest

from bot.model.company import Alias, Company
from bot.model.watchlist import Watchlist
from bot.watchlists.folder import load_folder
from bot.watchlists.noise import MOST, noise
from tests.watchlists.test_schema import real_types
from tests.watchlists.types import faults


def warnings(folder: Path, text: str) -> list[str]:
    """What `noise` says of a file, without the folder."""
    path = folder / "a.yaml"
    path.write_text(f"companies:\n{text}", encoding="utf-8")
    loaded = load_folder(path, source_types=real_types())
    assert loaded.errors == ()
    return [str(finding).removeprefix(f"{folder}/") for finding in noise(loaded.lists)]


NOISY = [
    ("  - Lava\n", "a.yaml:2:5: warning: `Lava` is also an ordinary word"),
    ("  - The Gap\n", "`The Gap` is also an ordinary word"),
    ("  - Block Inc\n", "`Block Inc` is also an ordinary word"),
    ("  - Dixon\n", "`Dixon` is also"),
    ('  - "360"\n', "`360` is also a number, and has no context words"),
    ("  - William\n", "`William` is also a first name"),
    ("  - {name: Lava International, aliases: [Lava]}\n", "a.yaml:2:42: warning: `Lava` is also an ordinary word"),
    (
        "  - name: Lava International\n    aliases:\n      - {text: Lava, weak: false}\n    context: [phone]\n",
        "a.yaml:4:9: warning: `Lava` is also an ordinary word or a surname, and `weak: false` lets it count everywhere",
    ),
    ("  - {name: Hyundai, aliases: [現代]}\n", "`現代` is also an ordinary word, or part of one"),
    ("  - {name: Hewlett Packard, aliases: [HP]}\n", "a.yaml:2:39: warning: `HP` has under 3 letters"),
    ("  - H&M\n", "`H&M` has under 3 letters"),
    ("  - 3M Co\n", "`3M Co` has under 3 letters"),
    (
        "  - {name: Samsung Electronics, aliases: [Samsung]}\n  - Samsung Life\n",
        "a.yaml:2:43: warning: `Samsung` is also the beginning or a part of `Samsung Life`",
    ),
    ("  - Tencent Music\n  - Tencent Ltd\n", "a.yaml:3:5: warning: `Tencent Ltd` is also the beginning or a part"),
    (
        "  - {name: MediaTek, aliases: [聯發]}\n  - {name: Other One, aliases: [聯發科]}\n",
        "`聯發` is also the beginning",
    ),
]


@pytest.mark.parametrize(("text", "expected"), NOISY)
def test_a_noisy_name_is_warned_of_at_its_place_with_a_suggestion(tmp_path: Path, text: str, expected: str) -> None:
    (said,) = warnings(tmp_path, text)
    assert expected in said
    assert "context: [phone, factory]" in said


SETTLED = [
    "  - Oppo\n  - Nokia\n  - MediaTek\n  - Groq\n",
    "  - General Motors\n",
    "  - {name: Apple, aliases: [{text: Apple, weak: true}]}\n",
    "  - {name: Lava International, aliases: [{text: Lava, weak: true}], context: [phone]}\n",
    "  - {name: Lava, context: [phone]}\n",
    "  - {name: William, context: [bank]}\n",
    "  - {name: Hewlett Packard, aliases: [HP], context: [printer]}\n",
    "  - {name: LG Electronics, tickers: [LG]}\n",
    "  - {name: Nokia, aliases: [{text: Nokia, weak: false}]}\n",
    "  - {name: Google Search, aliases: [谷歌, 小米]}\n",
    "  - {name: Alibaba, aliases: [Alibaba Cloud, 阿里巴巴, 阿里雲]}\n",
    "  - {name: Samsung Electronics, aliases: [Samsung], exclude: [Samsung Life]}\n  - Samsung Life\n",
    "  - {name: Samsung Electronics, aliases: [{text: Samsung, weak: true}]}\n  - Samsung Life\n",
    "  - Tencent Music\n  - Music Tencentia\n",
]


@pytest.mark.parametrize("text", SETTLED)
def test_where_the_owner_has_acted_or_nothing_is_doubtful_there_is_no_warning(tmp_path: Path, text: str) -> None:
    assert warnings(tmp_path, text) == []


def test_a_name_and_the_alias_that_repeats_it_are_one_warning(tmp_path: Path) -> None:
    assert len(warnings(tmp_path, "  - {name: Lava, aliases: [LAVA, Lava Ltd]}\n")) == 1


def test_a_start_of_the_bot_does_not_hear_of_noise() -> None:
    """What the loader finds is shown at every start; this is only for whoever asks."""
    assert faults("companies: [Lava, HP, William]\n") == []


def test_a_long_list_is_not_a_flood(tmp_path: Path) -> None:
    said = warnings(tmp_path, "".join(f"  - {a}{b} Inc\n" for a in "bcdfghjk" for b in "aeiouxyz"))
    assert len(said) == MOST + 1
    assert "14 more names of this list will be noisy" in said[-1]


def test_a_list_without_a_file_is_warned_of_where_its_companies_stand() -> None:
    company = Company("Oppo", (Alias("Gap"),))
    (finding,) = noise([Watchlist("key", "name", (company,))])
    assert finding.place == company.place


def test_the_lists_that_ship_are_free_of_warnings() -> None:
    loaded = load_folder(Path(__file__).resolve().parents[2] / "watchlists", source_types=real_types())
    assert noise(loaded.lists) == ()
