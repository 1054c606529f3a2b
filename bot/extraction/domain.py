"""Whose host it is: the domain that somebody registered."""

from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

_MOST_HOSTS = 10_000

# Without the private part of the list: blogs under wordpress.com are many owners, but one provider.
_SUFFIXES = PublicSuffixList(only_icann=True)


@lru_cache(_MOST_HOSTS)
def is_number(host: str) -> bool:
    """Whether the host is an address itself."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


@lru_cache(_MOST_HOSTS)
def domain_of(host: str) -> str:
    """What a company registers: bbc.co.uk of feeds.bbc.co.uk; a number, or a name without a suffix, is its own."""
    return host if is_number(host) else _SUFFIXES.privatesuffix(host.lower()) or host


def site_of(url: str) -> str:
    """The registered domain of an address; "" where it has no host."""
    try:
        return domain_of(urlsplit(url).hostname or "")
    except ValueError:
        return ""
