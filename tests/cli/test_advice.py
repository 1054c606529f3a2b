"""The next step is something to paste: YAML for the list, made of the words at hand."""

import pytest

from bot.cli.advice import for_mention
from bot.model.company import Alias, Company, Mention, Reason

LAVA = Company("Lava International", (Alias("Lava", weak=True),), exclude=("Lava: Records",))


def mention(text: str, written: str = "Lava", *, alert: bool, reason: str = "weak alias") -> Mention:
    start = text.index(written)
    reasons = (Reason(reason, -0.5),)
    confidence = 0.9 if alert else 0.1
    return Mention(
        "Lava International", "Lava", written, "text", start, start + len(written), 100.0, "exact", confidence,
        reasons, alert, "main",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "written", "step"),
    [
        ("Yesterday Lava Records signed.", "Lava", "exclude: [Lava Records]"),
        ("Yesterday Red Lava signed.", "Lava", "exclude: [Red Lava]"),
        ("A lava cake is good.", "lava", "exclude: [lava cake]"),
        ("The Lava will come.", "Lava", "evidence: strict"),
        ("Lava", "Lava", "evidence: strict"),
    ],
)
def test_against_a_false_alarm(text: str, written: str, step: str) -> None:
    assert (
        for_mention(LAVA, mention(text, written, alert=True), text) == f"if this is not Lava International, add {step}"
    )


def test_a_name_that_proves_itself_is_made_weak() -> None:
    company = Company("Lava International", (Alias("Lava"),))
    step = for_mention(company, mention("Lava", alert=True), "Lava")
    assert "aliases: [{text: Lava, weak: true}]" in step


@pytest.mark.parametrize(
    ("text", "reason", "step"),
    [
        ("Lava makes handsets in Pune.", "weak alias", "add context: [handsets, Pune]"),
        ("Lava 火山", "weak alias", "add aliases: [{text: Lava, weak: false}], or words of its trade as context"),
        ("Lava: Records", 'excluded by "Lava: Records"', 'delete "Lava: Records" from its exclude'),
    ],
)
def test_against_a_missed_mention(text: str, reason: str, step: str) -> None:
    said = for_mention(LAVA, mention(text, alert=False, reason=reason), text)
    assert said == f"if this is Lava International, {step}"
