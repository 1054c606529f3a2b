"""The polite, suspicious HTTP client: conditional GET, caps, one connection a host, and an address guard."""

from bot.http.address import Network
from bot.http.client import HttpFetcher, Limits

__all__ = ["HttpFetcher", "Limits", "Network"]
