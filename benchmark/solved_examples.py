"""Solved examples for in-context learning: other pictures of the same subtask, with both their questions answered."""

import random
from collections.abc import Sequence

from benchmark.data import ImagePair, Suite
from benchmark.errors import RunError
from benchmark.prompt_styles import PromptStyle, styled
from models.examples import Example

DEFAULT_PAIRS, MOST_PAIRS = 2, 8


class SolvedExamples:
    """Draws `count` other pictures of the subtask for each picture that is asked, by `seed` and its name alone:
    the same ones whatever else is asked, and in whatever order."""

    def __init__(self, suite: Suite, count: int, seed: int, style: PromptStyle) -> None:
        self._count, self._seed, self._style = count, seed, style
        self._pairs: dict[str, list[ImagePair]] = {}
        for pair in suite.pairs:
            self._pairs.setdefault(pair.subtask.name, []).append(pair)

    def drawn(self, pair: ImagePair) -> tuple[ImagePair, ...]:
        """The pictures to show before `pair`, never `pair` itself, under whatever name. Raises RunError."""
        others = [other for other in self._pairs.get(pair.subtask.name, []) if other.image_id != pair.image_id]
        asked = pair.encoded()
        found: list[ImagePair] = []
        for other in self._random(pair).sample(others, len(others)):
            if len(found) < self._count and other.encoded() != asked:
                found.append(other)
            if len(found) == self._count:
                return tuple(found)
        raise RunError(
            f"{pair.subtask.name} has only {len(found)} other pictures to show before {pair.image}; "
            f"ask with at most {len(found)} examples"
        )

    def examples(self, pair: ImagePair, shown: Sequence[ImagePair]) -> tuple[Example, ...]:
        """Both questions of each of the `shown` pictures with their answers, in an order drawn by chance."""
        chance = self._random(pair, "order")
        found = []
        for other in shown:
            for place, question in enumerate(chance.sample(other.questions, 2)):
                picture = other.picture() if place == 0 else None
                found.append(Example(picture, styled(question.text, self._style), question.truth.value.capitalize()))
        return tuple(found)

    def _random(self, pair: ImagePair, purpose: str = "pictures") -> random.Random:
        return random.Random(f"{self._seed} {purpose} {pair.image_id}")
