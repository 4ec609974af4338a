"""Equal cadence: two answers appear at one pace, so that a model's speed does not give its name away."""

from dataclasses import dataclass

TICK_SECONDS = 0.1
CHARACTERS_PER_TICK = 12


@dataclass(frozen=True)
class Cadence:
    """How fast answers appear, the same for every model: at most `characters` more in each `seconds`."""

    seconds: float = TICK_SECONDS
    characters: int = CHARACTERS_PER_TICK

    def __post_init__(self) -> None:
        if self.seconds < 0 or self.characters < 1:
            raise ValueError(f"a cadence needs seconds >= 0 and characters >= 1, got {self}")

    def next_shown(self, shown: int, written_a: int, finished_a: bool, written_b: int, finished_b: bool) -> int:
        """How many characters of each answer may be seen after this tick, `shown` before it.

        An unfinished answer holds back both, so the faster model waits for the slower one.
        """
        limits = [written for written, finished in ((written_a, finished_a), (written_b, finished_b)) if not finished]
        longest = max(written_a, written_b)
        return max(shown, min([shown + self.characters, longest, *limits]))


USUAL = Cadence()
