"""The last door that secrets would leave by: whatever is written to stderr goes through it.

Settings keep secrets in secret types and errors never quote them; this is for what libraries say.
"""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import unquote, urlsplit

SHORTEST = 6
"""Characters below which a value is no secret, and hiding it would garble every line."""
HIDDEN = "[hidden]"
_NAMES = re.compile("TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|API_KEY|WEBHOOK", re.IGNORECASE)
_ADDRESSES = re.compile("URL|PROXY|DSN", re.IGNORECASE)


def secrets_in(environment: Mapping[str, str]) -> frozenset[str]:
    """What must never be shown of these variables: tokens, and the passwords in addresses, as written and as meant."""
    found: set[str] = set()
    for name, value in environment.items():
        if _NAMES.search(name):
            found.update(value.replace(",", " ").split())
        if _ADDRESSES.search(name):
            found.update(_in_address(value))
    return frozenset(each for each in found if len(each) >= SHORTEST)


def _in_address(address: str) -> Iterable[str]:
    try:
        password = urlsplit(address.strip()).password or ""
    except ValueError:
        return ()
    return (password, unquote(password))


class Redactor:
    """Hides secrets in lines."""

    def __init__(self) -> None:
        """Knows none yet."""
        self._pattern: re.Pattern[str] | None = None

    def learn(self, environment: Mapping[str, str]) -> None:
        """Hide the secrets of these variables from now on."""
        ordered = sorted(secrets_in(environment), key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def hide(self, line: str) -> str:
        """The line without them."""
        return self._pattern.sub(HIDDEN, line) if self._pattern else line


REDACTOR = Redactor()
"""That of this process: there is one environment and one stderr."""
