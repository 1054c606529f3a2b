"""Typical alerts and answers, for files that show how each platform draws them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.commands.feedback import TIMES
from bot.model.card import AlertCard, Card, CompanyLine, Link, Snippet, Strong, TextCard, When
from bot.model.command import Action, Menu, Reply

ALERT = "00000000-0000-7000-8000-000000000001"
AT = datetime(2026, 11, 20, 8, 31, tzinfo=UTC)
BOTH = "Oppo will have its budget phones assembled by Lava International at a plant in Noida, the paper has learned."
ASKED = "Dixon Technologies India Ltd was asked as well and declined, the people said."
LAVA = CompanyLine(
    "Lava International", "phone-makers", "main", Snippet(BOTH, ((46, 64),)), 'full name; "phones" nearby'
)
OPPO = CompanyLine("Oppo", "phone-makers", "main", Snippet(BOTH, ((0, 4),)), "distinctive name")
DIXON = CompanyLine(
    "Dixon Technologies", "phone-makers", "passing", Snippet(ASKED, ((0, 28),)), "full name; legal form"
)
MEDIATEK = CompanyLine(
    "MediaTek",
    "Chips and AI",
    "main",
    Snippet("聯發科今天宣布，新晶片將由台積電代工。", ((0, 3),)),
    "聯發科: full name",
)
ONE = AlertCard(
    (LAVA,),
    "Oppo to assemble phones at Lava International plant in Noida",
    "https://example.org/oppo-noida",
    ("The Harbour Ledger",),
    AT,
    ("en",),
)
HOSTILE = AlertCard(
    (
        CompanyLine(
            "AT&T <!here>", "R&D", "main", Snippet("<@U1> *AT&T* says & <https://evil.example|click>", ((6, 12),)), ""
        ),
    ),
    "<!channel> AT&T & others :smile: @everyone",
    "javascript:alert(1)",
    ("Evil <Wire>",),
    AT,
)

MESSAGES: dict[str, Card] = {
    "alert": ONE,
    "alert-grown": replace(
        ONE,
        companies=(LAVA, OPPO, DIXON),
        sources=("The Harbour Ledger", "Example Wire", "Harbour City Daily"),
        langs=("en", "zh"),
        articles=3,
    ),
    "alert-chinese": AlertCard(
        (MEDIATEK,), "聯發科發表新晶片", "https://example.org/聯發科", ("中央社財經",), AT, ("zh",)
    ),
    "alert-hostile": HOSTILE,
    "digest": TextCard(
        "digest",
        (
            (Strong("Digest · The Harbour Ledger"),),
            ("it lists everything anew: 3 articles that would have been posted one by one",),
            (Strong("Lava International"), " (2)"),
            ("  - ", Link("Oppo to assemble phones in Noida", "https://example.org/1"), " · also Oppo"),
            ("  - ", Link("Lava opens a second line", "https://example.org/2")),
            ("and 1 more: /watch why <words of the article>",),
        ),
    ),
}
"""What is posted unasked, by name."""

JOINED = replace(ONE, companies=(DIXON,), headline="Dixon declined, people say", sources=("Example Wire",))
"""What a message does not name yet, said below it."""

ANSWERS: dict[str, Reply] = {
    "answer-add": Reply(
        (
            (Strong("MediaTek"), " is watched now · phone-makers.yaml:15"),
            ("12 sources polled · alerts go to #supply-chain, #sourcing",),
        ),
        (Action("Undo", "remove MediaTek"),),
        public=True,
    ),
    "answer-list": Reply(
        (
            (Strong("#supply-chain"), " · 1 list · 41 companies · 12 sources"),
            (Strong("phone-makers"), " (file; shared with #sourcing) · 41"),
            ("  Lava International · 2 stories/7 d · last ", When(AT)),
            ("  Oppo",),
            ("1-40 of 41",),
        ),
        (Action("Next", "list page 2"),),
    ),
    "answer-why": Reply(
        (
            (Link('"Oppo to assemble phones"', "https://example.org/oppo-noida"), " · The Harbour Ledger"),
            ("Published ", When(AT - timedelta(minutes=19)), " · fetched ", When(AT), " · decided ", When(AT)),
            ("POSTED here ", When(AT)),
            ("  ", Strong("Lava International"), ' .97 · full name; "phones" nearby'),
            ("REJECTED: ", Strong("Apple"), ' .12 · "apple harvest", lower case'),
            ("NOT FOUND: Denso · not in the text",),
        )
    ),
    "answer-refusal": Reply(
        (('No "Lvaa" on this channel\'s lists. Did you mean Lava International?',), ("Nothing was changed.",)),
        (Action("Remove it", 'remove "Lava International"'),),
        failed=True,
    ),
    "answer-not-this-company": Reply(
        (
            ('Thanks: noted that this "Lava" is not about ', Strong("Lava International"), "."),
            (Strong("Lava"), " · 5 useful, 1 not this company in 30 days · list phone-makers"),
            ("Nothing changes by itself. By hand: set Lava International exclude + <phrase>",),
        ),
        (
            Action('Exclude "lava lamp"', "set Lava International exclude + lava lamp"),
            Action("Stricter evidence", "set Lava International evidence strict"),
        ),
    ),
    "answer-mute-what": Reply(
        (("Mute what, and for how long? Its end reports what it held back.",),),
        menus=tuple(
            Menu(label, tuple(Action(f"{label} · {words}", f"mute {what} {when}") for words, when in TIMES))
            for label, what in (("This story", f"story {ALERT}"), ("Lava International", "Lava International"))
        ),
    ),
}
"""What is said back, by name."""
