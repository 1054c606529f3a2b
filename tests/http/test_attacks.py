"""Ten thousand made-up addresses of the inside, in disguise or behind a redirect: none opens a socket."""

import random
import socket
from urllib.parse import quote

from bot.errors import FetchError
from bot.http.address import AddressGuard, AddrInfo
from tests.http.server import serving
from tests.http.test_address import GOOD, everywhere, prepared, suspicious


class Recording(AddressGuard):
    """A guard that also remembers the addresses for which it opened a socket."""

    opened: set[str]

    def __call__(self, info: AddrInfo) -> socket.socket:
        made = super().__call__(info)
        self.opened.add(str(info[4][0]))
        return made


WAYS = ("{0}", "0x{0:x}", "0X{0:02X}", "0{0:o}", "000{0:o}")
IN_4 = """
127.0.0.1 127.1.2.3 0.0.0.0 0.1.2.3 10.0.0.1 10.255.1.2 100.64.0.1 168.63.129.16 169.254.169.254 172.16.0.1 172.31.9.9
192.0.0.192 192.88.99.1 192.168.0.1 198.18.0.1 203.0.113.5 224.0.0.1 240.0.0.1 255.255.255.255
"""
IN_6 = """
::1 :: ::ffff:{4} ::{4} ::ffff:0:{4} 64:ff9b::{4} 64:ff9b:1::{4} 0:0:0:0:0:ffff:{4} 2002:7f00:1:: 2001::1 fd00::1
fd00:ec2::254 fe80::1 fe80::1%25lo fe80::1%lo fec0::1 ff02::1 100::1 2001:db8::1 0000:0000::0001 ::1%25
"""
NAMES = "localhost LOCALHOST localhost. localhost.localdomain mixed.test priv6.test ip6-localhost 127.0.0.1."
SCHEMES = "http " * 10 + "https HTTP hTTps ftp file gopher ws dict http+unix"
BEFORE = "good.test@ u:p@ good.test:80@ good.test%40 good.test\\@ good.test#@ \\"
AFTER = "/ /feed /?x=@good.test #good.test /../ \\ \\@good.test/ %00 /%0d%0aHost:x ?"
MARKS = ("://",) * 5 + (":", ":/", ":///", ":\\\\", "://\t")


def inside(chance: random.Random) -> str:
    """A host that is, or pretends to be, inside."""
    plain = chance.choice(IN_4.split())
    octets = [int(part) for part in plain.split(".")]
    number = int.from_bytes(octets)
    match chance.randrange(8):
        case 0 | 1:
            return ".".join(chance.choice(WAYS).format(octet) for octet in octets)
        case 2:
            three = f"{octets[0]}.{octets[1]}.{number & 0xFFFF}"
            return chance.choice([str(number), hex(number), f"0{number:o}", f"{octets[0]}.{number & 0xFFFFFF}", three])
        case 3 | 4:
            return f"[{chance.choice(IN_6.split()).replace('{4}', plain)}]"
        case 5:
            return "".join(wide(chance, char) for char in plain)
        case 6:
            return chance.choice(NAMES.split())
    return plain


def wide(chance: random.Random, char: str) -> str:
    """A digit or dot as some resolver may read it."""
    return chance.choice(".。．｡") if char == "." else chr(chance.choice((0x30, 0xFF10)) + int(char))


def attack(chance: random.Random, port: int) -> str:
    """An address of the inside in some disguise, or a redirect to one."""
    scheme = chance.choice(SCHEMES.split()) + chance.choice(MARKS)
    before = chance.choice(["", "", " ", "\t", *BEFORE.split()])
    ports = chance.choice([f":{port}", f":{port}", f":{port}", f":0{port}", ":", ""])
    after = chance.choice(["", "", "", *AFTER.split()])
    url = f"{scheme}{before}{inside(chance)}{ports}{after}"
    return f"http://good.test:{port}/redir?to={quote(url)}" if chance.random() < 0.3 else url


async def test_of_ten_thousand_attacks_none_opens_a_socket_inside() -> None:
    chance = random.Random(20261120)  # noqa: S311 - the same ten thousand at every run
    passed = []
    async with serving(*everywhere()) as server, suspicious() as fetcher:
        prepared(server)
        guard = fetcher._guard = Recording((f"{GOOD}/32",))
        guard.opened = set()
        for _ in range(10_000):
            url = attack(chance, server.port)
            try:
                await fetcher.get(url)
            except FetchError:
                continue
            passed.append(url)
        reached = {address for address in server.dialled if address != GOOD}
    assert (passed, reached, guard.opened) == ([], set(), {GOOD})
    assert len(server.requests) > 2_000
