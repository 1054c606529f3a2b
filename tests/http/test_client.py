"""One GET: validators, redirects, caps, deadlines, and errors that tell a stranger nothing."""

import asyncio
import contextlib
import gzip
import socket
import traceback
import tracemalloc
import zlib
from functools import partial

import pytest
from yarl import URL

from bot.errors import AddressBlocked, BadStatus, FetchError, SourceError, TimedOut, TooLarge, Unreachable
from bot.http import HttpFetcher, Limits
from bot.http.client import NO_ANSWER, is_move
from bot.model.fetch import Manners
from bot.model.source import Cursor
from tests.fakes import ManualClock
from tests.http.conftest import AGENT
from tests.http.server import Request, Server, answer, endless, mute, serving

LOCAL = ("127.0.0.0/8",)
RSS = b"<rss version='2.0'/>"
zipped = partial(gzip.compress, mtime=0)
"""Without the time of day, which would stand in the names of the tests and differ from one worker to the next."""

BOMB = zipped(b"\0" * 50_000_000)


def client(**limits: float) -> HttpFetcher:
    return HttpFetcher(AGENT, ManualClock(), allowed_networks=LOCAL, limits=Limits(**limits))  # type: ignore[arg-type]


async def test_a_page_comes_back_with_its_validators(server: Server, fetcher: HttpFetcher) -> None:
    server.on("/feed", body=RSS, ETag='W/"7"', Last_Modified="Fri, 20 Nov 2026 08:00:00 GMT", Content_Type="text/xml")
    response = await fetcher.get(server.url("/feed"), accept="application/rss+xml")
    assert (response.status, response.body, response.content_type) == (200, RSS, "text/xml")
    assert (response.etag, response.last_modified) == ('W/"7"', "Fri, 20 Nov 2026 08:00:00 GMT")
    assert response.url == server.url("/feed")
    assert not response.not_modified


async def test_who_asks_is_said_and_nothing_else_about_us(server: Server, fetcher: HttpFetcher) -> None:
    await fetcher.get(server.on("/").url())
    headers = server.requests[0].headers
    assert headers["user-agent"] == AGENT
    assert headers["accept-encoding"] == "gzip, deflate"
    assert set(headers) == {"host", "user-agent", "accept", "accept-encoding"}


async def test_304_is_an_answer_to_validators(server: Server, fetcher: HttpFetcher) -> None:
    server.on("/feed", "304 Not Modified", ETag='"7"')
    cursor = Cursor(etag='"7"', last_modified="Fri, 20 Nov 2026 08:00:00 GMT")
    response = await fetcher.get(server.url("/feed"), cursor=cursor)
    assert response.not_modified
    assert response.body == b""
    assert server.requests[0].headers["if-none-match"] == '"7"'
    assert server.requests[0].headers["if-modified-since"] == "Fri, 20 Nov 2026 08:00:00 GMT"


async def test_304_without_a_question_is_an_error(server: Server, fetcher: HttpFetcher) -> None:
    with pytest.raises(BadStatus):
        await fetcher.get(server.on("/feed", "304 Not Modified").url("/feed"))


async def test_cookies_are_neither_kept_nor_sent(server: Server, fetcher: HttpFetcher) -> None:
    server.on("/", Set_Cookie="session=1; Path=/")
    await fetcher.get(server.url())
    await fetcher.get(server.url())
    assert "cookie" not in server.requests[1].headers


@pytest.mark.parametrize("kind", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
async def test_redirects_are_followed_and_the_last_address_is_told(
    server: Server, fetcher: HttpFetcher, kind: str
) -> None:
    server.on("/old", kind, Location="/new?x=1").on("/new", body=RSS)
    response = await fetcher.get(server.url("/old"))
    assert (response.body, response.url) == (RSS, server.url("/new?x=1"))


@pytest.mark.parametrize(
    ("hops", "moved"),
    [
        ([], False),
        (["301 Moved"], True),
        (["308 Moved"], True),
        (["301 Moved", "308 Moved"], True),
        (["302 Found"], False),
        (["307 Temporary"], False),
        (["301 Moved", "302 Found"], False),
        (["302 Found", "301 Moved"], False),
    ],
)
async def test_a_move_is_told_where_every_redirect_is_for_good(
    server: Server, fetcher: HttpFetcher, hops: list[str], moved: bool
) -> None:
    for step, status in enumerate(hops):
        server.on(f"/{step}", status, Location=f"/{step + 1}")
    server.on(f"/{len(hops)}", body=RSS)
    response = await fetcher.get(server.url("/0"))
    assert response.moved_to == (server.url(f"/{len(hops)}") if moved else "")


async def test_a_move_is_told_with_a_304_too(server: Server, fetcher: HttpFetcher) -> None:
    server.on("/old", "301 Moved", Location="/new").on("/new", "304 Not Modified")
    response = await fetcher.get(server.url("/old"), cursor=Cursor(etag='"7"'))
    assert (response.not_modified, response.moved_to) == (True, server.url("/new"))


@pytest.mark.parametrize(
    ("first", "last", "moved"),
    [
        ("http://a.example/", "https://a.example/", True),
        ("https://a.example/", "https://b.example/", True),
        ("https://a.example/", "http://a.example/", False),
        ("https://a.example/", "https://a.example/", False),
    ],
)
def test_no_move_gives_up_encryption(first: str, last: str, moved: bool) -> None:
    assert is_move(URL(first), URL(last)) is moved


async def test_a_source_may_give_its_own_agent(server: Server, fetcher: HttpFetcher) -> None:
    server.on("/old", "302 Found", Location="/new").on("/new", body=RSS)
    await fetcher.get(server.url("/old"), manners=Manners(agent="Acme/1.0 (+https://acme.example)"))
    assert [request.headers["user-agent"] for request in server.requests] == ["Acme/1.0 (+https://acme.example)"] * 2


async def test_five_redirects_are_enough(server: Server, fetcher: HttpFetcher) -> None:
    for step in range(7):
        server.on(f"/{step}", "302 Found", Location=f"/{step + 1}")
    server.on("/5", body=RSS).on("/7", body=RSS)
    assert (await fetcher.get(server.url("/0"))).body == RSS
    server.on("/5", "302 Found", Location="/6")
    with pytest.raises(FetchError, match="redirects more than 5 times"):
        await fetcher.get(server.url("/0"))


async def test_a_redirect_in_a_circle_ends(server: Server, fetcher: HttpFetcher) -> None:
    server.on("/", "302 Found", Location="/")
    with pytest.raises(FetchError):
        await fetcher.get(server.url())
    assert len(server.requests) == 6


@pytest.mark.parametrize(
    ("status", "header", "seconds"),
    [
        ("500 Oops", "", None),
        ("404 Not Found", "", None),
        ("429 Slow down", "120", 120.0),
        ("429 Slow down", "1000000000", 86_400.0),
        ("429 Slow down", "9" * 400, 86_400.0),
        ("503 Later", "Fri, 20 Nov 2026 08:31:00 GMT", 60.0),
        ("503 Later", "Fri, 20 Nov 2020 08:31:00 GMT", 0.0),
        ("503 Later", "Fri, 31 Dec 9999 23:59:59 GMT", 86_400.0),
        ("503 Later", "-5", None),
        ("503 Later", "soon", None),
        ("503 Later", "٣", None),
        ("301 Nowhere", "", None),
    ],
)
async def test_a_bad_status_tells_when_to_come_back(
    server: Server, fetcher: HttpFetcher, status: str, header: str, seconds: float | None
) -> None:
    headers = {"Retry_After": header.encode().decode("latin-1")} if header else {}
    server.on("/", status, b"words of the server", **headers)
    with pytest.raises(BadStatus) as caught:
        await fetcher.get(server.url())
    assert caught.value.status == int(status[:3])
    assert caught.value.retry_after == seconds
    assert "words of the server" not in str(caught.value)


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", zipped(RSS)),
        ("x-gzip", zipped(RSS)),
        ("GZIP", zipped(RSS[:5]) + zipped(RSS[5:])),
        ("gzip", zipped(RSS) + b"\0\0\0"),
        ("deflate", zlib.compress(RSS)),
        ("deflate", zlib.compress(RSS)[2:-4]),
        ("identity", RSS),
    ],
)
async def test_packed_answers_are_unpacked(server: Server, fetcher: HttpFetcher, encoding: str, packed: bytes) -> None:
    server.on("/", body=packed, Content_Encoding=encoding)
    assert (await fetcher.get(server.url())).body == RSS


@pytest.mark.parametrize("size", [1, 3, 7])
async def test_packed_answers_may_arrive_in_crumbs(server: Server, fetcher: HttpFetcher, size: int) -> None:
    packed = zipped(RSS) * 3

    async def crumbs(_request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(Content_Encoding="gzip", Transfer_Encoding="chunked"))
        for start in range(0, len(packed), size):
            piece = packed[start : start + size]
            writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            await writer.drain()
        writer.write(b"0\r\n\r\n")

    server.routes["/"] = crumbs
    assert (await fetcher.get(server.url())).body == RSS * 3


@pytest.mark.parametrize(
    ("encoding", "body", "error"),
    [
        ("gzip", b"this is not gzip", Unreachable),
        ("gzip", zipped(RSS)[:-9], Unreachable),
        ("gzip", b"\x1f", Unreachable),
        ("gzip", zipped(b"") * 2_000, Unreachable),
        ("br", RSS, FetchError),
        ("zstd", RSS, FetchError),
        ("gzip, gzip", zipped(zipped(RSS)), FetchError),
    ],
)
async def test_what_can_not_be_unpacked_is_an_error(
    server: Server, fetcher: HttpFetcher, encoding: str, body: bytes, error: type[FetchError]
) -> None:
    server.on("/", body=body, Content_Encoding=encoding)
    with pytest.raises(error):
        await fetcher.get(server.url())


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_bomb_goes_off_in_a_small_room(server: Server, fetcher: HttpFetcher, encoding: str) -> None:
    bomb = BOMB if encoding == "gzip" else zlib.compress(b"\0" * 50_000_000)
    server.on("/", body=bomb, Content_Encoding=encoding)
    tracemalloc.start()
    with pytest.raises(TooLarge, match="10 MB"):
        await fetcher.get(server.url())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 30_000_000


@pytest.mark.parametrize(
    "head",
    [
        answer(Transfer_Encoding="chunked"),
        answer(Content_Length="999999999999"),
        b"HTTP/1.0 200 OK\r\n\r\n",
    ],
)
async def test_an_endless_body_is_stopped_at_the_cap(server: Server, fetcher: HttpFetcher, head: bytes) -> None:
    piece = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    server.routes["/"] = endless(head, piece)
    with pytest.raises(TooLarge):
        await fetcher.get(server.url())


async def test_a_body_at_the_cap_passes_and_one_byte_more_does_not(server: Server) -> None:
    server.on("/", body=b"x" * 100).on("/more", body=b"x" * 101)
    async with client(body_bytes=100) as fetcher:
        assert len((await fetcher.get(server.url())).body) == 100
        with pytest.raises(TooLarge):
            await fetcher.get(server.url("/more"))


async def test_a_body_shorter_than_promised_is_an_error(server: Server, fetcher: HttpFetcher) -> None:
    async def short(_request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(body=RSS, Content_Length="1000"))
        await writer.drain()
        writer.close()

    server.routes["/"] = short
    with pytest.raises(Unreachable):
        await fetcher.get(server.url())


async def test_a_body_longer_than_promised_is_cut_and_never_taken_for_the_next_answer(
    server: Server, fetcher: HttpFetcher
) -> None:
    forged = answer(body=b"forged")
    server.on("/lie", body=RSS + forged, Content_Length=str(len(RSS))).on("/next", body=b"true")
    assert (await fetcher.get(server.url("/lie"))).body == RSS
    with contextlib.suppress(Unreachable):
        assert (await fetcher.get(server.url("/next"))).body == b"true"


@pytest.mark.parametrize("sent", [b"", answer(Content_Length="10"), answer(Content_Length="10", body=b"x"), b"HTTP/1"])
async def test_who_trickles_is_given_up_at_the_deadline(server: Server, sent: bytes) -> None:
    server.routes["/"] = mute(sent)
    async with client(seconds=0.1) as fetcher:
        with pytest.raises(TimedOut):
            await fetcher.get(server.url())


async def test_the_deadline_holds_over_all_redirects(server: Server) -> None:
    async def slow(_request: Request, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), 0.06)
        writer.write(answer("302 Found", Location="/"))

    server.routes["/"] = slow
    async with client(seconds=0.1) as fetcher:
        with pytest.raises(TimedOut):
            await fetcher.get(server.url())
    assert len(server.requests) <= 2


@pytest.mark.parametrize(
    "raw",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x16\x03\x01\x02\x00\x01" * 50,
        b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 10_000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX-A: " + b"b" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 999999 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=["ssh", "tls", "header flood", "huge header", "status", "negative", "two lengths", "bad chunk"],
)
async def test_what_is_not_http_is_unreachable(server: Server, raw: bytes) -> None:
    async def send(_request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        await writer.drain()
        writer.close()

    server.routes["/"] = send
    async with client(seconds=5) as fetcher:
        with pytest.raises(Unreachable):
            await fetcher.get(server.url())


KEY = "canary"
MALFORMED = {
    "ssh": b"SSH-2.0-OpenSSH_9.2\r\n",
    "status": b"HTTP/1.1 999999 OK\r\n\r\n",
    "huge header": b"HTTP/1.1 200 OK\r\nX-A: " + b"b" * 100_000 + b"\r\n\r\n",
    "bad chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "hung up": b"",
    "short": b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx",
    "not gzip": answer(body=b"no", Content_Encoding="gzip"),
    "redirect": answer("302 Found", Location="http://[canary/"),
    "redirect to a password": answer("302 Found", Location="http://canary:canary@x.example/"),
    "redirect to an odd host": answer("302 Found", Location="http://127.1/?key=canary"),
    "redirect inside": answer("302 Found", Location="http://10.0.0.1/?key=canary"),
    "gone": answer("410 Gone"),
}


def all_told(error: SourceError) -> str:
    """Everything that a log could show of an error: its words, the cause, and the traceback with what led to it."""
    return f"{error!r} {error.cause} {''.join(traceback.format_exception(error))}"


@pytest.mark.parametrize("raw", MALFORMED.values(), ids=MALFORMED)
async def test_the_query_of_an_address_is_in_no_error(server: Server, raw: bytes) -> None:
    async def send(_request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        await writer.drain()
        writer.close()

    server.routes["/feed"] = send
    async with client(seconds=5) as fetcher:
        with pytest.raises(SourceError) as caught:
            await fetcher.get(server.url(f"/feed?key={KEY}"))
    assert KEY not in all_told(caught.value)


@pytest.mark.parametrize("limits", [{"connect_seconds": 1e-9}, {"seconds": 0.05}])
async def test_the_query_is_in_no_error_of_a_server_that_does_not_answer(
    server: Server, limits: dict[str, float]
) -> None:
    server.routes["/feed"] = mute()
    async with client(**limits) as fetcher:
        with pytest.raises(TimedOut) as caught:
            await fetcher.get(server.url(f"/feed?key={KEY}"))
    assert KEY not in all_told(caught.value)


@pytest.mark.parametrize(
    ("url", "cause"),
    [
        ("http://127.0.0.1:{closed}/", "ClientConnectorError: 127.0.0.1: Connection refused"),
        ("http://127.0.0.1:{ssh}/", "ClientResponseError: 127.0.0.1"),
        ("https://127.0.0.1:{ssh}/", "ClientConnectorSSLError: 127.0.0.1: WRONG_VERSION_NUMBER"),
        ("http://no-such-name.invalid/", "ClientConnectorDNSError: no-such-name.invalid"),
    ],
)
async def test_the_log_is_told_the_kind_of_trouble_and_the_host(url: str, cause: str) -> None:
    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(MALFORMED["ssh"])
        await writer.drain()
        writer.close()

    ssh = await asyncio.start_server(greet, "127.0.0.1", 0)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = url.format(closed=closed.getsockname()[1], ssh=ssh.sockets[0].getsockname()[1])
        async with ssh, client(seconds=5) as fetcher:
            with pytest.raises(Unreachable) as caught:
                await fetcher.get(f"{address}?key={KEY}")
    assert caught.value.cause == cause
    assert str(caught.value) == NO_ANSWER
    assert KEY not in all_told(caught.value)


async def test_open_closed_mute_and_filtered_ports_look_alike(server: Server) -> None:
    async def gibberish(_request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.internal ESMTP\r\n")
        await writer.drain()
        writer.close()

    server.routes["/open"] = gibberish
    server.routes["/mute"] = mute()
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        said = set()
        async with client(seconds=0.2) as fetcher:
            for url in (server.url("/open"), server.url("/mute"), f"http://127.0.0.1:{port}/"):
                with pytest.raises(FetchError) as caught:
                    await fetcher.get(url)
                said.add(str(caught.value))
                assert "127.0.0.1" not in str(caught.value)
                assert caught.value.cause
        async with client(connect_seconds=1e-9) as fetcher:  # as where a firewall drops what arrives
            with pytest.raises(FetchError) as caught:
                await fetcher.get(server.url("/filtered"))
            said.add(str(caught.value))
    assert len(said) == 1


async def test_a_name_without_an_address_is_unreachable() -> None:
    async with client() as fetcher:
        with pytest.raises(Unreachable):
            await fetcher.get("http://no-such-name.invalid/")


async def test_one_connection_a_host_and_others_do_not_wait(server: Server) -> None:
    release = asyncio.Event()
    both = asyncio.Event()

    async def wait(_request: Request, writer: asyncio.StreamWriter) -> None:
        both.set()
        await release.wait()
        writer.write(answer(body=RSS))

    server.routes["/"] = wait
    async with serving("127.0.0.2") as other, client(at_once=2) as fetcher:
        other.on("/", body=b"other")
        waiting = [asyncio.create_task(fetcher.get(server.url())) for _ in range(10)]
        await both.wait()
        assert (await fetcher.get(other.url(host="127.0.0.2"))).body == b"other"
        assert len(server.requests) == 1
        release.set()
        assert {(await task).body for task in waiting} == {RSS}


async def test_waiting_for_a_turn_does_not_eat_the_deadline(server: Server) -> None:
    async def slow(_request: Request, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), 0.25)
        writer.write(answer(body=RSS))

    server.routes["/"] = slow
    async with client(seconds=1.0) as fetcher:
        answers = await asyncio.gather(*(fetcher.get(server.url()) for _ in range(6)))
    assert len(answers) == 6


async def test_odd_validators_are_not_kept(server: Server, fetcher: HttpFetcher) -> None:
    server.on("/", ETag='"\xff\xfe"', Last_Modified="\x80")
    response = await fetcher.get(server.url())
    assert (response.etag, response.last_modified) == ("", "")


async def test_closing_twice_is_harmless() -> None:
    fetcher = client()
    await fetcher.close()
    await fetcher.close()


async def test_every_failure_is_one_public_line() -> None:
    async with client() as fetcher:
        for url in ("", "http://10.0.0.1/", "file:///etc/passwd", "http://no-such-name.invalid/", "http://[::1]:9/"):
            with pytest.raises(SourceError) as caught:
                await fetcher.get(url)
            assert "\n" not in str(caught.value)
            assert not any(char.isdigit() for char in str(caught.value))


async def test_a_blocked_address_is_told_in_the_log_only() -> None:
    async with HttpFetcher(AGENT, ManualClock()) as fetcher:
        with pytest.raises(AddressBlocked) as caught:
            await fetcher.get("http://127.0.0.1:80/")
    assert "127.0.0.1" in caught.value.cause


async def test_only_so_many_large_bodies_are_held_at_once(server: Server) -> None:
    held, most = 0, 0
    gate = asyncio.Event()
    server.on("/", body=b"x" * 2_000_000)

    async def hold(fetcher: HttpFetcher) -> int:
        nonlocal held, most
        response = await fetcher.get(server.url())
        held += 1
        most = max(most, held)
        await gate.wait()
        await asyncio.sleep(0)
        held -= 1
        return len(response.body)

    async with client(seconds=0.5, large_at_once=2, per_host=9, per_provider=9) as fetcher:
        waiting = [asyncio.create_task(hold(fetcher)) for _ in range(8)]
        await asyncio.sleep(0.7)  # longer than an answer may take: who waits for a place does not run out of time
        gate.set()
        assert await asyncio.gather(*waiting) == [2_000_000] * 8
    assert most == 2


async def test_what_a_large_poll_starts_shares_its_place(server: Server) -> None:
    server.on("/", body=b"x" * 300_000)

    async def poll(fetcher: HttpFetcher) -> int:
        await fetcher.get(server.url())
        pages = [asyncio.create_task(fetcher.get(server.url())) for _ in range(2)]
        return len(await asyncio.gather(*pages))

    async with client(seconds=1.0, large_at_once=1, per_host=9, per_provider=9) as fetcher:
        assert await asyncio.gather(*(asyncio.create_task(poll(fetcher)) for _ in range(3))) == [2, 2, 2]
