"""Companies and channels put into a file, changed there and taken out, with all other lines as they are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from pydantic import TypeAdapter, ValidationError

from bot.errors import ChangeRefused
from bot.model.company import Company
from bot.model.watchlist import Change, ChannelRule
from bot.watchlists.load import company_of, rule_of
from bot.watchlists.names import fold_name, shown
from bot.watchlists.replace import mapping_of
from bot.watchlists.schema import ChannelInList, CompanyEntry, CompanyInList
from bot.watchlists.splice import Section
from bot.watchlists.write import Content, Said, content, rule_content

COMPANIES, CHANNELS = "companies", "channels"
_COMPANY: TypeAdapter[CompanyInList] = TypeAdapter(CompanyInList)
_CHANNEL: TypeAdapter[ChannelInList] = TypeAdapter(ChannelInList)


@dataclass(frozen=True, slots=True)
class _Companies:
    """How entries of `companies` are understood."""

    head: str = "name"

    def keys(self, entry: object) -> Content:
        try:
            return mapping_of(content(company_of(_COMPANY.validate_python(entry))), self.head)
        except ValidationError as error:
            raise _refused(error) from None


@dataclass(frozen=True, slots=True)
class _Channels:
    """How entries of `channels` are understood."""

    head: str = "to"

    def keys(self, entry: object) -> Content:
        try:
            return mapping_of(rule_content(rule_of(_CHANNEL.validate_python(entry))), self.head)
        except ValidationError as error:
            raise _refused(error) from None


def spliced(data: bytes, changes: Sequence[Change], file: str = "the list") -> bytes:
    """The file with these changes in it, in their order, all of them or none (ChangeRefused)."""
    adding: list[Company] = []
    for change in changes:
        if change.action == "add" and change.company is not None:
            # runs of additions go in together: each splice reads the file anew
            adding.append(change.company)
            continue
        data = _changed(add_companies(data, adding, file), change, file)
        adding = []
    return add_companies(data, adding, file)


def _changed(data: bytes, change: Change, file: str) -> bytes:
    if change.action == "remove":
        return remove_company(data, change.name, file)
    if change.action == "unhear":
        return remove_channel(data, change.name, file)
    if change.company is not None:
        return replace_company(data, change.name, change.company, file)
    if change.rule is None:
        raise ChangeRefused(f"{shown(change.name)}: what it should be is not said; nothing was changed")
    return (add_channel if change.action == "hear" else tune_channel)(data, change.rule, file)


def add_companies(data: bytes, companies: Collection[Company], file: str = "the list") -> bytes:
    """The file with these companies at its end, all of them or none (ChangeRefused)."""
    if not companies:
        return data
    said = [check_company(company) for company in companies]
    section = Section.read(data, file, COMPANIES)
    there = {_company_key(entry) for entry in section.listed}
    for company in companies:
        if fold_name(company.name) in there:
            raise ChangeRefused(f"{shown(company.name)} stands in {file} already; nothing was changed")
        there.add(fold_name(company.name))
    return section.with_added(said)


def remove_company(data: bytes, name: str, file: str = "the list") -> bytes:
    """The file without the company of this name (case and width do not matter); ChangeRefused if it has none."""
    section = Section.read(data, file, COMPANIES)
    return section.without(_company_at(section, name, file))


def replace_company(data: bytes, name: str, company: Company, file: str = "the list") -> bytes:
    """The file with the company of this name as it is given, perhaps by another name; ChangeRefused where it can't."""
    said = check_company(company)
    section = Section.read(data, file, COMPANIES)
    index = _company_at(section, name, file)
    key = fold_name(company.name)
    if key != fold_name(name) and key in {_company_key(entry) for entry in section.listed}:
        raise ChangeRefused(f"{shown(company.name)} stands in {file} already; nothing was changed")
    return section.with_replaced(index, said, _Companies())


def add_channel(data: bytes, rule: ChannelRule, file: str = "the list") -> bytes:
    """The file with this channel as the last that hears; ChangeRefused if it does already or can't."""
    said = check_rule(rule)
    section = Section.read(data, file, CHANNELS)
    if str(rule.channel) in map(_channel_key, section.listed):
        raise ChangeRefused(f"{shown(str(rule.channel))} hears {file} already; nothing was changed")
    return section.with_added([said])


def remove_channel(data: bytes, channel: str, file: str = "the list") -> bytes:
    """The file without this channel, as `str` writes it; ChangeRefused if it does not hear."""
    section = Section.read(data, file, CHANNELS)
    return section.without(_channel_at(section, channel, file))


def tune_channel(data: bytes, rule: ChannelRule, file: str = "the list") -> bytes:
    """The file with this channel heard as the rule says; ChangeRefused if it does not hear."""
    said = check_rule(rule)
    section = Section.read(data, file, CHANNELS)
    return section.with_replaced(_channel_at(section, str(rule.channel), file), said, _Channels())


def check_company(company: Company) -> Said:
    """The company as a file will have it; ChangeRefused if no file may have it."""
    said = content(company)
    try:
        CompanyEntry.model_validate(mapping_of(said, "name"))
    except ValidationError as error:
        raise _refused(error) from None
    return said


def check_rule(rule: ChannelRule) -> Said:
    """The channel and its wishes as a file will have them; ChangeRefused if no file may have them."""
    said = rule_content(rule)
    try:
        read = rule_of(_CHANNEL.validate_python(said))
    except ValidationError as error:
        raise _refused(error) from None
    if replace(read, place=rule.place) != rule:
        raise ChangeRefused(f"{shown(str(rule.channel))} can't be named in a list; name a channel that has an id")
    return said


def _refused(error: ValidationError) -> ChangeRefused:
    first = error.errors(include_url=False)[0]
    why = str(first["ctx"]["error"]) if first["type"] == "value_error" else first["msg"]
    return ChangeRefused(f"{why}; nothing was changed")


def _company_at(section: Section, name: str, file: str) -> int:
    key = fold_name(name)
    index = next((i for i, entry in enumerate(section.listed) if _company_key(entry) == key), None)
    if index is None:
        raise ChangeRefused(f"{shown(name)} does not stand in {file}; nothing was changed")
    return index


def _channel_at(section: Section, channel: str, file: str) -> int:
    index = next((i for i, entry in enumerate(section.listed) if _channel_key(entry) == channel), None)
    if index is None:
        raise ChangeRefused(f"{shown(channel)} does not hear {file}; nothing was changed")
    return index


def _company_key(entry: object) -> str:
    name = entry.get("name") if isinstance(entry, dict) else entry
    return fold_name(name) if isinstance(name, str) else ""


def _channel_key(entry: object) -> str:
    try:
        return str(rule_of(_CHANNEL.validate_python(entry)).channel)
    except ValidationError:
        return ""
