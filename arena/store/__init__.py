"""All SQL of the arena: battles, votes, counts and decisions in one SQLite file (see `arena.store.store`)."""

from arena.store.database import BUSY_TIMEOUT_SECONDS
from arena.store.store import Store

__all__ = ["BUSY_TIMEOUT_SECONDS", "Store"]
