"""Names and addresses: the system's resolver in threads, and which server a host was last found at."""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor

from aiohttp.abc import AbstractResolver, ResolveResult

from bot.extraction.domain import is_number

_MOST_HOSTS = 10_000


class PoolResolver(AbstractResolver):
    """The system's resolver in threads of its own: a name server that hangs holds up no other work."""

    def __init__(self, threads: int = 32) -> None:
        """`threads` names are looked up at once at most."""
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="resolve")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Every address of a name; OSError where it has none."""
        found = await asyncio.get_running_loop().run_in_executor(
            self._pool, lambda: socket.getaddrinfo(host, port, family, socket.SOCK_STREAM)
        )
        return [
            ResolveResult(hostname=host, host=str(at[0]), port=int(at[1]), family=kind, proto=protocol, flags=0)
            for kind, _, protocol, _, at in found
            if kind in (socket.AF_INET, socket.AF_INET6)
        ]

    async def close(self) -> None:
        """Let the threads go without waiting for them."""
        self._pool.shutdown(wait=False, cancel_futures=True)


class NotingResolver(AbstractResolver):
    """A resolver that remembers of each host the one address that stands for its server."""

    def __init__(self, resolver: AbstractResolver) -> None:
        """`resolver` does the work."""
        self._resolver = resolver
        self._addresses: dict[str, str] = {}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Every address of a name; OSError where it has none."""
        found = await self._resolver.resolve(host, port, family)
        self._note(host, min((result["host"] for result in found), key=lambda at: (":" in at, at), default=""))
        return found

    async def server_of(self, host: str, within: float) -> str:
        """The address that the host had last; a name never met is looked up now. Empty where it has none."""
        known = host if is_number(host) else self._addresses.get(host)
        if known is not None:
            return known
        try:
            async with asyncio.timeout(within):
                await self.resolve(host)
        except (OSError, ValueError):
            self._note(host, "")
        return self._addresses.get(host, "")

    async def close(self) -> None:
        """Close the one that does the work."""
        await self._resolver.close()

    def _note(self, host: str, address: str) -> None:
        self._addresses[host] = address
        if len(self._addresses) > _MOST_HOSTS:
            del self._addresses[next(iter(self._addresses))]
