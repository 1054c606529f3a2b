"""What outlives the process: SQLite, PostgreSQL, and the in-memory twin for tests."""

from bot.store.memory import MemoryStore
from bot.store.open import open_store
from bot.store.place import describe
from bot.store.upgrade import upgrade

__all__ = ["MemoryStore", "describe", "open_store", "upgrade"]
