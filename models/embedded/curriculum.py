"""What the embedded models are taught, and in which order: short texts about drawn scenes.

The order decides whether training works at all. Lookups whose noun comes last ("circle red top left") let the noun's
own position find the patch in one attention step; only then are yes/no questions about one object learnable, and only
with the short forms ("circle left square -> yes") do questions about two objects leave chance.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np

from models.embedded import questions
from models.embedded.questions import NUMBERS, OPPOSITE, plural
from models.embedded.scenes import SHAPES, Scene
from models.embedded.vocabulary import PROSE, UNKNOWN_WORD, Lookup

YES_NO = {
    "existence": questions.existence_question,
    "count": questions.count_question,
    "color": questions.color_question,
    "position": questions.position_question,
}
DESCRIBE = (
    "Describe everything you see.",
    "Describe this image.",
    "Describe the picture.",
    "What do you see?",
    "What is in this picture?",
    "What is shown in this image?",
    "Tell me everything about this picture.",
    "Write a short caption.",
    "Describe the objects and where they are.",
)
TWO_SENTENCES = (
    "Answer in exactly two sentences: what is in the picture?",
    "Describe the picture in exactly two sentences.",
    "Describe this image in two sentences.",
)
AS_JSON = (
    "List the objects as JSON.",
    "List all shapes with their colors as JSON.",
    "Answer as JSON: what do you see?",
)
LISTING = (
    "List the objects, separated by commas.",
    "Name all objects in this image.",
    "List the things you see with their colors.",
    "Name the objects and their colors.",
)


TEXT_TOKENS = 96  # per picture; a row is filled with texts up to here, so that little of a batch is padding


class Stage(IntEnum):
    """0: lookups; 1: and yes/no on one object; 2: and yes/no on two objects."""

    LOOKUPS = 0
    ONE_OBJECT = 1
    RELATIONS = 2


@dataclass(frozen=True)
class Segment:
    """One text about a picture: ids given, ids to be predicted (the end token is added by the trainer).

    ``checked`` holds what is to be predicted after some of the given ids, by their number: judgments on the way.
    """

    given: list[int]
    predicted: list[int]
    checked: dict[int, int] = field(default_factory=dict)

    @property
    def tokens(self) -> int:
        """How many tokens of a row it takes."""
        return len(self.given) + len(self.predicted) + 1


class Curriculum:
    """Draws training texts for a scene; ``formats`` adds lists, JSON and two-sentence answers to descriptions."""

    def __init__(self, formats: bool, reads: bool = False) -> None:
        self.formats = formats
        self.lookup = Lookup(reads)

    def filled(self, rng: np.random.Generator, scene: Scene, stage: Stage) -> list[Segment]:
        """Texts for one picture until they fill a row of a batch."""
        segments: list[Segment] = []
        while sum(segment.tokens for segment in segments) < TEXT_TOKENS:
            segments += self.segments(rng, scene, stage)
        return segments

    def segments(self, rng: np.random.Generator, scene: Scene, stage: Stage) -> list[Segment]:
        """Texts for one picture, at least one, in random order."""
        found = [
            *self._lookups(rng, scene, stage),
            *self._descriptions(rng, scene, stage),
            *self._pairs(rng, scene, stage),
        ]
        if stage >= Stage.ONE_OBJECT:
            found += self._yes_no(rng, scene, stage)
        if stage == Stage.RELATIONS and rng.random() < 0.3:
            found.append(self._ask(_unknowable(rng), _pick(rng, ("Yes", "No"))))
        rng.shuffle(found)
        return found or [self._ask("How many objects are there?", NUMBERS[len(scene.objects)])]

    def _bare(self, given: str, predicted: str) -> Segment:
        return Segment(self.lookup.prompt(given), self.lookup.response(predicted))

    def _ask(self, question: str, response: str) -> Segment:
        return Segment([*self.lookup.prompt(question), self.lookup.answer], self.lookup.response(response))

    def _lookups(self, rng: np.random.Generator, scene: Scene, stage: Stage) -> Iterator[Segment]:
        often = (1.0, 0.6, 0.35)[stage]
        for item in scene.unique("shape"):
            if rng.random() >= often:
                continue
            # Full questions put two tokens between noun and answer: they come once the noun itself finds its patch.
            kind = rng.integers(4 if stage == Stage.LOOKUPS else 6)
            if kind == 0:
                yield self._bare(item.shape, f"{item.color} {item.place}")
            elif kind == 1:
                yield self._bare(item.shape, f"{item.place} {item.color}")
            elif kind == 2:
                yield self._bare(f"what color is the {item.shape}", f"? {item.color}")
            elif kind == 3:
                yield self._bare(f"where is the {item.shape}", f"? {item.place}")
            elif kind == 4:
                yield self._ask(f"What color is the {item.shape}?", item.color)
            else:
                yield self._ask(f"Where is the {item.shape}?", item.place)
        for item in scene.unique("color"):
            if rng.random() < 0.4 * often:
                yield self._bare(item.color, f"{item.shape} {item.place}")
        if rng.random() < 0.4 * often:
            shape = SHAPES[rng.integers(len(SHAPES))]
            number = NUMBERS[sum(item.shape == shape for item in scene.objects)]
            if stage == Stage.LOOKUPS or rng.random() < 0.5:
                yield self._bare(f"how many {plural(shape)}", number)
            else:
                yield self._ask(f"How many {plural(shape)} are there?", number)
        if rng.random() < 0.3 * often:
            yield self._ask("How many objects are there?", NUMBERS[len(scene.objects)])

    def _descriptions(self, rng: np.random.Generator, scene: Scene, stage: Stage) -> Iterator[Segment]:
        if rng.random() < 0.35:
            yield self._ask(_pick(rng, DESCRIBE), questions.describe(scene))
        if not self.formats or stage < Stage.RELATIONS or rng.random() >= 0.2:
            return
        kind = rng.integers(3)
        if kind == 0:
            yield self._ask(_pick(rng, TWO_SENTENCES), questions.two_sentences(scene))
        elif kind == 1:
            yield self._ask(_pick(rng, LISTING), questions.listing(scene))
        else:
            given = [*self.lookup.prompt(_pick(rng, AS_JSON)), self.lookup.answer]
            yield Segment(given, self.lookup.json_response(scene))

    def _pairs(self, rng: np.random.Generator, scene: Scene, stage: Stage) -> Iterator[Segment]:
        alone = scene.unique("shape")
        pairs = [(first, second) for first in alone for second in alone if first is not second]
        rng.shuffle(pairs)
        for first, second in pairs[: (1, 3, 2)[stage]]:
            related = " ".join(questions.relations(first, second))
            if rng.random() < 0.5:
                yield self._bare(f"{first.shape} {second.shape}", related)
            else:
                yield self._bare(f"where is the {first.shape} to the {second.shape}", f"? {related}")
        if stage < Stage.RELATIONS:
            return
        for first, second in pairs[2:6]:
            claim, truth = self._claim(rng, first, second)
            order = rng.random() < 0.5
            bare = f"{first.shape} {second.shape} {claim}" if order else f"{first.shape} {claim} {second.shape}"
            yield self._bare(bare, truth)
        rng.shuffle(pairs)
        for first, second in pairs[:4]:
            claim, truth = self._claim(rng, first, second)
            yield self._ask(_reword(rng, questions.relation_question(first, second, claim)), truth)

    def _claim(self, rng: np.random.Generator, first, second) -> tuple[str, str]:
        relation = _pick(rng, questions.relations(first, second))
        return (relation, "Yes") if rng.random() < 0.5 else (OPPOSITE[relation], "No")

    def _yes_no(self, rng: np.random.Generator, scene: Scene, stage: Stage) -> Iterator[Segment]:
        often = 0.7 if stage == Stage.ONE_OBJECT else 0.5
        for name, times in (("existence", 1), ("count", 2), ("color", 2)):
            for _ in range(times):
                truth = bool(rng.random() < 0.5)
                question = YES_NO[name](rng, scene, truth)
                if question and rng.random() < often:
                    worded = _reword(rng, question) if stage == Stage.RELATIONS else question
                    yield self._ask(worded, "Yes" if truth else "No")


def _reword(rng: np.random.Generator, question: str) -> str:
    """Now and then as a visitor would type it: another word for the image, or no request for yes or no."""
    if rng.random() < 0.2:
        question = question.replace("this image", _pick(rng, ("the image", "the picture", "this picture")))
    if rng.random() < 0.15:
        question = question.removesuffix(f" {questions.PLEASE}")
    return question


def _unknowable(rng: np.random.Generator) -> str:
    """A yes/no question in words that the model mostly does not know: the form of the answer is all it can learn.

    Without these, a question outside the drawn world is answered with a description.
    """
    length = int(rng.integers(3, 16))
    words = [UNKNOWN_WORD if rng.random() < 0.6 else _pick(rng, PROSE) for _ in range(length)]
    opening = _pick(rng, ("is", "are", "the image shows a", "does", "is there a", "is it"))
    return f"{opening} {' '.join(words)}? {questions.PLEASE}"


def _pick(rng: np.random.Generator, pool):
    return pool[rng.integers(len(pool))]
