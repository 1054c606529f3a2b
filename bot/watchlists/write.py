"""Companies and sources as YAML: texts plain where YAML leaves them alone, quoted where it would not."""

import re
from collections.abc import Mapping

from bot.model.company import Alias, Company
from bot.model.watchlist import ChannelRule
from bot.watchlists.names import FUNCTION_WORDS, clean, not_text
from bot.watchlists.tree import NULLS

# What a YAML 1.2 reader turns into something else than text. This loader would not; an editor's schema check would.
_CONVERTED = re.compile(
    r"true|false|[-+]?(\d+|0o[0-7]+|0x[0-9a-f]+)|[-+]?(\.\d+|\d+(\.\d*)?)(e[-+]?\d+)?|[-+]?\.inf|\.nan", re.IGNORECASE
)
_INDICATORS = "-?:,[]{}#&*!|>'\"%@`="
_FLOW = frozenset(",[]{}:")
_BREAKS = re.compile(r": |:$| #|\t|\n|\r|\x85|\u2028|\u2029|\ufeff")


def scalar(text: str, *, flow: bool) -> str:
    """One text as YAML; `flow`: it stands inside brackets, where more must be quoted."""
    if not needs_quotes(text, flow=flow):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def needs_quotes(text: str, *, flow: bool) -> bool:
    """Whether YAML would read the plain text as something else, or not at all."""
    return (
        text in NULLS
        or text in FUNCTION_WORDS
        or text[:1] in _INDICATORS
        or text != text.strip()
        or text.startswith("...")
        or bool(_BREAKS.search(text))
        or bool(_CONVERTED.fullmatch(text))
        or (flow and not _FLOW.isdisjoint(text))
        or not_text(text)
    )


Content = Mapping[str, object]
Said = str | Content
"""An entry of a list as a file has it: a text, or keys with texts, lists and mappings of texts."""


def content(company: Company) -> Said:
    """A company as the file has it, cleaned: the bare name where nothing else is said, else keys without defaults."""
    keys: dict[str, object] = {
        "name": clean(company.name),
        "aliases": [_alias(alias) for alias in company.aliases],
        "tickers": [clean(ticker) for ticker in company.tickers],
        "context": [clean(word) for word in company.context],
        "exclude": [clean(phrase) for phrase in company.exclude],
        "threshold": str(company.threshold) if company.threshold else "",
        "evidence": company.evidence if company.evidence != "normal" else "",
        "passing": company.passing or "",
    }
    said = {key: value for key, value in keys.items() if value}
    return clean(company.name) if set(said) <= {"name"} else said


def rule_content(rule: ChannelRule) -> Said:
    """A channel and its wishes as the file has them: the bare channel where nothing else is said."""
    keys = {name: clean(getattr(rule, name)) for name in ("digest", "quiet", "zone", "budget", "threads")}
    said = {key: value for key, value in keys.items() if value}
    return {"to": str(rule.channel), **said} if said else str(rule.channel)


def _alias(alias: Alias) -> Said:
    text = clean(alias.text)
    return text if alias.weak is None else {"text": text, "weak": "true" if alias.weak else "false"}


_UNQUOTED = frozenset({"threshold", "weak"})


def flow(value: object, key: str = "") -> str:
    """A value in brackets and braces, or a text as it stands inside them."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {flow(inner, name)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(inner) for inner in value) + "]"
    return str(value) if key in _UNQUOTED else scalar(str(value), flow=True)


def as_value(value: object, key: str = "", *, in_flow: bool) -> str:
    """A value of a key, or an item; `in_flow`: it stands inside brackets or braces."""
    if isinstance(value, str) and not in_flow:
        return value if key in _UNQUOTED else scalar(value, flow=False)
    return flow(value, key)


def lines_of(said: Content) -> list[str]:
    """Keys with their values, one a line."""
    return [f"{key}: {as_value(value, key, in_flow=False)}" for key, value in said.items()]


def block(said: Said, indent: str, newline: str) -> str:
    """An entry of a block list: its lines with the dash at `indent`, without a newline at the end."""
    if isinstance(said, str):
        return f"{indent}- {scalar(said, flow=False)}"
    return f"{indent}- " + f"{newline}{indent}  ".join(lines_of(said))
