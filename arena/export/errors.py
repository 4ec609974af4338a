"""What can go wrong with an export; each message says what came, what is allowed and what to do."""

from arena.errors import ArenaError


class ExportError(ArenaError):
    """The export cannot be written where it should, or there is nothing to write."""
