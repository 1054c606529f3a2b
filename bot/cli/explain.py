"""`namewatch explain`: every candidate in a text, its verdict, and each reason with its weight."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from bot.alerting.snippet import snippet
from bot.chat.drawing.foreign import one_line
from bot.cli import advice
from bot.cli.lists import lists_in_files
from bot.cli.output import show
from bot.errors import UsageError
from bot.matching import Matcher
from bot.matching.near import Near, near_misses
from bot.model.company import Company, Mention
from bot.model.watchlist import Watchlist
from bot.text import counted

Words = Annotated[list[str] | None, typer.Argument(metavar="TEXT", help="What an article says; - is standard input.")]
Lists = Annotated[list[Path] | None, typer.Option("-w", "--watchlist", help="File or folder; default: watchlists")]
Title = Annotated[str, typer.Option("--title", help="The headline, if TEXT is what stands below it.")]

MOST_ADVICE = 3


@dataclass(frozen=True, slots=True)
class Explained:
    """One list and what it finds in the text."""

    watchlist: Watchlist
    mentions: tuple[Mention, ...]
    near: tuple[Near, ...]

    def company(self, mention: Mention) -> Company:
        """The company that a mention names."""
        found = self.watchlist.company(mention.company)
        return found or Company(mention.company)


def explain(words: Words = None, watchlist: Lists = None, title: Title = "") -> int:
    """Why a text names a company or not, and what to change."""
    lists = lists_in_files(watchlist)
    text = _text(words or [])
    if not (text.strip() or title.strip()):
        raise UsageError('nothing to explain: write the text in quotes, as in namewatch explain "Lava opens a plant"')
    found = [_explained(each, title, text) for each in lists]
    show(_lines(found, {"title": title, "text": text}))
    return 0


def _text(words: list[str]) -> str:
    if words != ["-"]:
        return " ".join(words)
    return sys.stdin.buffer.read().decode("utf-8-sig", errors="replace")


def _explained(watchlist: Watchlist, title: str, text: str) -> Explained:
    mentions = Matcher(watchlist).find(title, text)
    named = {mention.company for mention in mentions}
    missing = [company for company in watchlist.companies if company.name not in named]
    return Explained(watchlist, mentions, tuple(near_misses(watchlist, missing, f"{title}\n{text}")))


def _lines(found: list[Explained], fields: dict[str, str]) -> Iterator[Text]:
    for each in found:
        for mention in each.mentions:
            yield from _candidate(each, mention, fields[mention.field])
            yield Text()
    near = [near for each in found for near in each.near]
    if near:
        yield Text("Near a watched name, and not found:")
        yield from (_near(one) for one in near)
        yield Text()
    if not any(each.mentions for each in found):
        watched = sum(len(each.watchlist.companies) for each in found)
        yield Text(f"No candidate: none of the {counted(watched, 'company', 'companies')} watched is named here.")
    yield from _advice(found, near, fields)


def _candidate(each: Explained, mention: Mention, field: str) -> Iterator[Text]:
    company = each.company(mention)
    verdict = ("ALERT", "bold green") if mention.alert else ("REJECTED", "bold yellow")
    yield Text.assemble(verdict, " ", (one_line(mention.company), "bold"), f" · confidence {mention.confidence:.2f}")
    yield Text(f"  {_alias(company, mention)} · {mention.field} · {_list(each.watchlist, company)}", "dim")
    yield Text("  > ").append_text(_marked(field, mention))
    for reason in sorted(mention.reasons, key=lambda reason: -abs(reason.weight)):
        yield Text(f"    {reason.weight:+.3f}  {one_line(reason.text)}")


def _alias(company: Company, mention: Mention) -> str:
    weak = any(alias.weak for alias in company.aliases if alias.text == mention.alias)
    kind = f"{mention.kind} {mention.similarity:.0f}" if mention.kind == "fuzzy" else mention.kind
    marks = f", {company.evidence} evidence" if company.evidence != "normal" else ""
    return f'"{one_line(mention.text)}" as {one_line(mention.alias)} ({kind}{", weak" if weak else ""}{marks})'


def _list(watchlist: Watchlist, company: Company) -> str:
    return f"list {one_line(watchlist.name)}, {one_line(str(company.place))}"


def _marked(field: str, mention: Mention) -> Text:
    """The passage with the span in brackets, and in a terminal set off."""
    passage = snippet(field, [(mention.start, mention.end)])
    text, at = Text(), 0
    for start, end in passage.marks:
        text.append(_spaced(passage.text[at:start]))
        text.append(f"[{_spaced(passage.text[start:end])}]", "bold reverse")
        at = end
    return text.append(_spaced(passage.text[at:]))


def _spaced(piece: str) -> str:
    """Safe to show, with the space at either end that sets it apart from its neighbours."""
    line = one_line(piece)
    return f"{' ' * piece.startswith(' ')}{line}{' ' * (bool(line) and piece.endswith(' '))}"


def _near(near: Near) -> Text:
    said = f'  "{one_line(near.written)}" is not {one_line(near.alias)}'
    company = f" ({one_line(near.company.name)})" if near.company.name != near.alias else ""
    return Text(f"{said}{company}: {one_line(near.why)}")


def _advice(found: Iterable[Explained], near: list[Near], fields: dict[str, str]) -> Iterator[Text]:
    """The next step for the companies whose verdict is the least sure, the least sure last."""
    deciding: dict[tuple[str, str], tuple[Explained, Mention]] = {}
    for each in found:
        for mention in each.mentions:
            key = (each.watchlist.key, mention.company)
            if key not in deciding or mention.confidence > deciding[key][1].confidence:
                deciding[key] = (each, mention)
    ordered = sorted(deciding.values(), key=lambda pair: abs(pair[1].confidence - 0.5))[:MOST_ADVICE]
    steps = [
        f"{advice.for_mention(each.company(mention), mention, fields[mention.field])} ({each.company(mention).place})"
        for each, mention in reversed(ordered)
    ]
    steps[:0] = [f"{advice.for_near(one)} ({one.company.place})" for one in near[:1] if not one.is_word]
    for step in steps or ["to watch a company: /watch add NAME, or a line under companies: in a file of watchlists/"]:
        yield Text(f"Next: {one_line(step)}")
