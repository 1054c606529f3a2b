"""Which addresses may be dialled: URLs are judged by their form, sockets by the address they are opened for."""

import re
import socket
from collections.abc import Iterable
from contextvars import ContextVar
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from yarl import URL

from bot.errors import AddressBlocked

Network = IPv4Network | IPv6Network
AddrInfo = tuple[int, int, int, str, tuple[str | int, ...]]

NOT_PUBLIC = (
    "this is not a public web address (http or https); to poll your own network name its range in "
    "NAMEWATCH_ALLOW_NETWORKS"
)

# What `is_global` lets through, or judges differently from one Python to the next: shared address space, 6to4 and
# Teredo (each carries an IPv4 address inside), NAT64, a cloud's metadata host, mapped, compatible and site-local forms.
# https://www.iana.org/assignments/iana-ipv4-special-registry and .../iana-ipv6-special-registry
_BLOCKED: tuple[Network, ...] = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",
        "100.64.0.0/10",
        "168.63.129.16/32",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/96",
        "::ffff:0:0/96",
        "::ffff:0:0:0/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/63",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    )
)


_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_MOST_ADDRESSES = 4096


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether the address belongs to the open internet and carries no other address inside."""
    return address.is_global and not any(address in network for network in _BLOCKED)


@lru_cache(_MOST_ADDRESSES)
def admitted(url: str) -> URL:
    """The URL, ready to be asked for; AddressBlocked unless it is plainly http(s) with a host and nothing odd in it."""
    text = url.strip(" ")
    if _UNSAFE.search(text):
        raise AddressBlocked(NOT_PUBLIC, cause="control character in the URL")
    if "\\" in text:
        raise AddressBlocked(NOT_PUBLIC, cause="backslash in the URL")
    try:
        parts = urlsplit(text)
        target = URL(text)
        port = target.port
    except ValueError as error:
        raise AddressBlocked(NOT_PUBLIC, cause=f"not a URL ({type(error).__name__})") from None
    if parts.scheme.lower() not in ("http", "https") or not target.host or not port:
        raise AddressBlocked(NOT_PUBLIC, cause=f"scheme {parts.scheme[:20]!r}, or no host or port")
    if "@" in parts.netloc or "%" in parts.netloc:
        raise AddressBlocked(NOT_PUBLIC, cause="user, password or escapes in the host of the URL")
    return target.with_fragment(None)


_refused: ContextVar[list[str] | None] = ContextVar("refused", default=None)


class AddressGuard:
    """A socket factory that opens none for an address that is not public. It sees what is really being dialled.

    A name may resolve to anything, and to something else the next moment; an odd spelling of an IP number is read
    by the operating system. So the judgement falls here, on the address itself, for every connection.
    """

    def __init__(self, allowed: Iterable[Network | str] = ()) -> None:
        """`allowed`: networks that may be dialled although they are not public."""
        self._allowed = tuple(ip_network(network) if isinstance(network, str) else network for network in allowed)
        self._permits = lru_cache(_MOST_ADDRESSES)(self._judged)

    def watch(self) -> list[str]:
        """A list that fills with what is refused in this task and the tasks that it starts."""
        refused: list[str] = []
        _refused.set(refused)
        return refused

    def __call__(self, info: AddrInfo) -> socket.socket:
        """A socket for that address; PermissionError where it is not allowed."""
        family, kind, protocol, _, target = info
        text = str(target[0])
        if not self._permits(text):
            refused = _refused.get()
            if refused is not None:
                refused.append(text)
            raise PermissionError(f"{text} is not public")
        return socket.socket(family, kind, protocol)

    def _judged(self, text: str) -> bool:
        try:
            address = ip_address(text.partition("%")[0])
        except ValueError:
            return False
        return any(address in network for network in self._allowed) or is_public(address)
