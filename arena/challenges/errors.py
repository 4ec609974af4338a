"""What can go wrong with challenges; each message says what came, what is allowed and what to do."""

from arena.errors import ArenaError


class ChallengeError(ArenaError):
    """An entry of the pool is broken, a challenge is unknown, or none fits what was asked for."""
