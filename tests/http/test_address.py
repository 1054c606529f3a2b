"""Which addresses may be dialled: every special range, every odd spelling, and the whole list of attacks."""

import asyncio
import socket
from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import AddressBlocked, FetchError
from bot.http import HttpFetcher, Limits
from bot.http.address import AddressGuard, admitted, is_public
from tests.fakes import ManualClock
from tests.http.conftest import AGENT
from tests.http.server import Request, Server, answer, serving
from tests.shared_data import SHARED, needs_shared

GOOD = "127.0.0.2"
ANY = "0.0.0.0"  # noqa: S104


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("1.1.1.1", True),
        ("100.63.255.255", True),
        ("168.63.129.17", True),
        ("2606:4700::1111", True),
        ("2a00:1450:4001::1", True),
        ("127.0.0.1", False),
        (ANY, False),
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("100.127.255.255", False),
        ("169.254.169.254", False),
        ("168.63.129.16", False),
        ("172.16.0.1", False),
        ("192.0.0.192", False),
        ("192.88.99.1", False),
        ("192.168.0.1", False),
        ("198.18.0.1", False),
        ("203.0.113.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::93.184.216.34", False),
        ("::ffff:93.184.216.34", False),
        ("::ffff:0:127.0.0.1", False),
        ("64:ff9b::1.1.1.1", False),
        ("64:ff9b:1::1", False),
        ("100::1", False),
        ("2001::1", False),
        ("2001:db8::1", False),
        ("2002:101:101::", False),
        ("3fff::1", False),
        ("5f00::1", False),
        ("fc00::1", False),
        ("fd00:ec2::254", False),
        ("fe80::1", False),
        ("fec0::1", False),
        ("ff02::1", False),
    ],
)
def test_only_the_open_internet_is_public(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) is public


@given(st.ip_addresses())
@settings(max_examples=100)
def test_nothing_is_public_that_python_calls_private(address: object) -> None:
    parsed = ip_address(str(address))
    assert not (is_public(parsed) and not parsed.is_global)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "example.org",
        "//example.org/",
        "http:example.org",
        "http:///example.org",
        "http://",
        "http://:80/",
        "http://user@example.org/",
        "http://user:pass@example.org/",
        "http://example.org\\@evil.test/",
        "http://exam\tple.org/",
        "http://example.org/\r\nHost: evil",
        "http://example.org/\x00",
        "http://example.org/\x85",
        "http://example.org/\ud800",
        "http://example%2eorg/",
        "http://[::1/",
        "http://[zz]/",
        "http://example.org:99999/",
        "http://example.org:0/",
        "http://example.org:port/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "data:text/xml,<rss/>",
        "javascript:alert(1)",
        "HTTPX://example.org/",
        "http+unix://%2Fvar%2Frun%2Fdocker.sock/",
    ],
)
def test_urls_that_are_not_plainly_http(url: str) -> None:
    with pytest.raises(AddressBlocked):
        admitted(url)


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("http://example.org", "http://example.org"),
        ("  https://example.org/a?b=c#d ", "https://example.org/a?b=c"),
        ("HTTP://EXAMPLE.ORG/A", "http://example.org/A"),
        ("https://例え.jp/ニュース", "https://xn--r8jz45g.jp/%E3%83%8B%E3%83%A5%E3%83%BC%E3%82%B9"),
        ("http://example.org/a b", "http://example.org/a%20b"),
        ("http://example.org/a%2Fb", "http://example.org/a%2Fb"),
        ("http://example.org/@name?x=a@b", "http://example.org/@name?x=a@b"),
    ],
)
def test_plain_urls_are_asked_for(url: str, asked: str) -> None:
    assert str(admitted(url)) == asked


def test_the_guard_opens_no_socket_for_a_foreign_family() -> None:
    with pytest.raises(PermissionError):
        AddressGuard()((socket.AF_UNIX, socket.SOCK_STREAM, 0, "", ("/var/run/docker.sock",)))


def test_the_guard_opens_what_is_allowed() -> None:
    guard = AddressGuard(("10.0.0.0/8",))
    guard((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("10.1.2.3", 80))).close()
    guard((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("1.1.1.1", 80))).close()
    with pytest.raises(PermissionError):
        guard((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", 80)))


class ScriptedResolver(AbstractResolver):
    """Names of the attack list; whatever else is asked goes to the system, as in life."""

    def __init__(self) -> None:
        self._rebinding: Iterator[str] = iter([])
        self._count = 0

    def _addresses(self, host: str) -> list[str]:
        host = host.lower().rstrip(".")
        if host == "rebind.test":
            self._count += 1  # looked up to know its server, then to dial it: good twice, and bad from then on
            return [GOOD if self._count <= 2 else "127.0.0.1"]
        if host == "localhost.localdomain":
            return ["127.0.0.1"]
        return {
            "good.test": [GOOD],
            "redir-loop.test": [GOOD],
            "mixed.test": ["127.0.0.1", "::1", "10.0.0.1"],
            "priv6.test": ["fd00::1", "::1"],
        }.get(host, [])

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002
    ) -> list[ResolveResult]:
        listed = self._addresses(host)
        if not listed and host.endswith(".test"):
            raise OSError("no such name")
        if not listed:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
            listed = [str(item[4][0]) for item in found]
        if any(is_public(ip_address(address.partition("%")[0])) for address in listed):
            raise OSError("a test dials nobody outside")
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=0,
            )
            for address in listed
        ]

    async def close(self) -> None:
        """Nothing is held."""


async def redirect(request: Request, writer: asyncio.StreamWriter) -> None:
    target = parse_qs(urlsplit(request.path).query)["to"][0]
    writer.write(answer("302 Found", Location=target.encode().decode("latin-1")))  # UTF-8 on the wire


def everywhere() -> tuple[str, ...]:
    """All local addresses, so that any connection that gets through is seen, whatever it dialled."""
    return (ANY, "::") if socket.has_ipv6 else (ANY,)


def prepared(server: Server) -> Server:
    """The good one's pages; the same port on every other local address is the canary."""
    server.routes["/redir"] = redirect
    return server.on("/feed", body=b"<rss/>")


def suspicious() -> HttpFetcher:
    return HttpFetcher(
        AGENT,
        ManualClock(),
        allowed_networks=(f"{GOOD}/32",),
        limits=Limits(seconds=3.0, connect_seconds=1.0),
        resolver=ScriptedResolver(),
    )


@needs_shared
async def test_no_attack_of_the_list_reaches_the_canary() -> None:
    lines = (SHARED / "data/corpora/ssrf/ssrf_urls.tsv").read_text(encoding="utf-8").splitlines()
    wrong: list[str] = []
    async with serving(*everywhere()) as server, suspicious() as fetcher:
        prepared(server)
        for line in lines:
            verdict, _, url = line.partition("\t")
            try:
                await fetcher.get(url.replace("{P}", str(server.port)))
                passed = True
            except FetchError:
                passed = False
            # A name that points to a good address now and to a bad one later may pass while it is good.
            if passed != (verdict == "allow") and "rebind.test" not in url:
                wrong.append(line)
        reached = [address for address in server.dialled if address != GOOD]
    assert wrong == []
    assert reached == []


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:{P}/",
        "http://[::1]:{P}/",
        "http://0:{P}/",
        "//127.0.0.1:{P}/",
        "file:///etc/passwd",
        "http://[",
    ],
)
async def test_each_redirect_is_judged(target: str) -> None:
    async with serving(*everywhere()) as server, suspicious() as fetcher:
        prepared(server)
        with pytest.raises(AddressBlocked):
            await fetcher.get(f"http://good.test:{server.port}/redir?to={target.replace('{P}', str(server.port))}")
        assert set(server.dialled) == {GOOD}


async def test_a_name_that_changes_its_address_is_judged_at_each_connection() -> None:
    async with serving(*everywhere()) as server, suspicious() as fetcher:
        prepared(server).on("/bye", body=b"x", Connection="close")
        url = f"http://rebind.test:{server.port}/bye"
        assert (await fetcher.get(url)).body == b"x"
        with pytest.raises(AddressBlocked):
            await fetcher.get(url)
        assert server.dialled == [GOOD]


def spellings(number: int) -> st.SearchStrategy[str]:
    """Ways to write an IPv4 address that some resolver somewhere reads as that address."""
    octets = [(number >> shift) & 255 for shift in (24, 16, 8, 0)]
    ways = (
        "{0}",
        "0x{0:x}",
        "0X{0:X}",
        "0{0:o}",
        "000{0:o}",
    )  # zeros make a number octal: 0127 is 87, somebody else's address
    forms = st.sampled_from(ways)
    dotted = st.tuples(forms, forms, forms, forms).map(
        lambda made: ".".join(form.format(octet) for form, octet in zip(made, octets, strict=True))
    )
    short = st.sampled_from(
        [f"{octets[0]}.{number & 0xFFFFFF}", f"{octets[0]}.{octets[1]}.{number & 0xFFFF}", str(number), hex(number)]
    )
    wide = st.sampled_from([".", "。", "．"]).map(
        lambda dot: dot.join("".join(chr(0xFF10 + int(digit)) for digit in str(octet)) for octet in octets)
    )
    dotted6 = ".".join(map(str, octets))
    six = st.sampled_from(
        [f"[::ffff:{dotted6}]", f"[::{dotted6}]", f"[64:ff9b::{dotted6}]", f"[0:0:0:0:0:ffff:{dotted6}]"]
    )
    return st.one_of(dotted, short, wide, six)


INSIDE = st.sampled_from(
    [0x7F000001, 0x7F000002 + 0x010000, 0x00000000, 0x0A000001, 0xA9FEA9FE, 0xC0A80001, 0x64400001]
)


@given(host=INSIDE.flatmap(spellings))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_spelling_of_an_inside_address_opens_a_socket(host: str) -> None:
    async def attempt() -> list[str]:
        async with serving(*everywhere()) as server, suspicious() as fetcher:
            with pytest.raises(FetchError):
                await fetcher.get(f"http://{host}:{server.port}/")
            return server.dialled

    assert asyncio.run(attempt()) == []
