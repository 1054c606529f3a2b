"""Companies put into a file and taken out of it, with all other lines as they are."""

from collections.abc import Collection, Mapping

from pydantic import ValidationError

from bot.errors import ChangeRefused
from bot.model.company import Company
from bot.watchlists.names import fold_name, shown
from bot.watchlists.schema import CompanyEntry
from bot.watchlists.splice import Section
from bot.watchlists.write import Said, content

KEY = "companies"


def add_company(data: bytes, company: Company, file: str = "the list") -> bytes:
    """The file with this company as its last; ChangeRefused if it has it already or can't take it."""
    return add_companies(data, [company], file)


def add_companies(data: bytes, companies: Collection[Company], file: str = "the list") -> bytes:
    """The file with these companies at its end, all of them or none (ChangeRefused)."""
    said = [check_company(company) for company in companies]
    section = Section.read(data, file, KEY)
    there = {_folded(entry) for entry in section.listed}
    for company in companies:
        if fold_name(company.name) in there:
            raise ChangeRefused(f"{shown(company.name)} stands in {file} already; nothing was changed")
        there.add(fold_name(company.name))
    return section.with_added(said) if said else data


def remove_company(data: bytes, name: str, file: str = "the list") -> bytes:
    """The file without the company of this name (case and width do not matter); ChangeRefused if it has none."""
    section = Section.read(data, file, KEY)
    index = next((i for i, entry in enumerate(section.listed) if _folded(entry) == fold_name(name)), None)
    if index is None:
        raise ChangeRefused(f"{shown(name)} does not stand in {file}; nothing was changed")
    return section.without(index)


def check_company(company: Company) -> Said:
    """The company as a file will have it; ChangeRefused if no file may have it."""
    said = content(company)
    entry = {"name": said} if isinstance(said, str) else said
    try:
        CompanyEntry.model_validate(entry)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        why = str(first["ctx"]["error"]) if first["type"] == "value_error" else first["msg"]
        raise ChangeRefused(f"{why}; nothing was changed") from None
    return said


def _folded(entry: object) -> str:
    name = entry.get("name") if isinstance(entry, Mapping) else entry
    return fold_name(name) if isinstance(name, str) else ""
