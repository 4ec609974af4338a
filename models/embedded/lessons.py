"""Texts about drawn writing for the language part, from single letters to whole questions.

As with shapes, what is asked comes last at first: a letter's own position finds its patch in one attention step. Pieces
of two and more letters lead from there to a whole name, between quotes and then within a question.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum

import numpy as np

from models.embedded.curriculum import TEXT_TOKENS, Segment
from models.embedded.reading import Page, asked
from models.embedded.sheet import MOST_LETTERS, SPACE, plain
from models.embedded.vocabulary import Lookup
from models.embedded.words import written_name

COMMON = "eeaaiioottnnssrrllhhddccuummffppggwwyybbvkxjqz"
DIGITS = "0123456789"
SPELL = ("What is written?", "What does the sign say?", "Spell the name.", "What word is written in the picture?")
RESULT = ("What is the answer?", "What is the result?", "What is the total?")


class LessonStage(IntEnum):
    """0: letters, short pieces and spelling; 1: and pieces up to the whole, and questions."""

    LETTERS = 0
    NAMES = 1


class Lessons:
    """Draws training texts for a page of writing."""

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup

    def filled(self, rng: np.random.Generator, page: Page, stage: LessonStage) -> list[Segment]:
        """Texts for one picture until they fill a row of a batch, the longest first."""
        found = list(self._long(rng, page, stage))
        used = sum(segment.tokens for segment in found)
        while used < TEXT_TOKENS:
            if rng.random() < (0.5, 0.25)[stage]:
                short = self.letter(rng, page)
            else:
                short = self.piece(rng, page, (3, MOST_LETTERS)[stage])
            found.append(short)
            used += short.tokens
        return found

    def letter(self, rng: np.random.Generator, page: Page) -> Segment:
        """Whether one letter or digit occurs in the main writing."""
        written = sorted(set(page.writing.text) - {SPACE})
        pool = COMMON if page.name is not None else DIGITS
        one = _pick(rng, written) if rng.random() < 0.5 else _pick(rng, pool)
        return Segment(self.lookup.spelled(one), self.lookup.response("Yes" if one in written else "No"))

    def piece(self, rng: np.random.Generator, page: Page, most: int) -> Segment:
        """Whether letters stand next to each other in the main writing: 2 to ``most`` of them, spaces counted.

        A wrong piece has one letter changed, or comes from another name: the one is hard to tell, the other easy.
        """
        text = page.writing.text
        length = int(rng.integers(2, max(2, min(most, len(text))) + 1))
        at = int(rng.integers(0, max(1, len(text) - length + 1)))
        piece = text[at : at + length]
        if rng.random() < 0.5:
            piece = self._strange(rng, page, piece)
        return Segment(self.lookup.spelled(piece), self.lookup.response("Yes" if piece in text else "No"))

    def _strange(self, rng: np.random.Generator, page: Page, piece: str) -> str:
        pool = COMMON if page.name is not None else DIGITS
        if page.name is not None and rng.random() < 0.5:
            other = plain(written_name(rng))
            return other[: max(2, len(piece))]
        at = int(rng.integers(len(piece)))
        return piece[:at] + _pick(rng, pool if rng.random() < 0.7 else page.writing.text) + piece[at + 1 :]

    def spelling(self, rng: np.random.Generator, page: Page) -> Segment:
        """The main writing, letter by letter."""
        given = [*self.lookup.prompt(_pick(rng, SPELL)), self.lookup.answer]
        return Segment(given, self.lookup.spelled(page.writing.text))

    def result(self, rng: np.random.Generator, page: Page) -> Segment:
        """The answer to a sum, digit by digit."""
        given = [*self.lookup.prompt(_pick(rng, RESULT)), self.lookup.answer]
        return Segment(given, self.lookup.spelled(str(page.answer)))

    def quoted(self, rng: np.random.Generator, page: Page) -> Segment:
        """A name between quotes and nothing else, with whether it is the one in the picture."""
        truth = bool(rng.random() < 0.5)
        _, value, _ = asked(rng, page, truth)
        return Segment(self.lookup.prompt(f'"{value}"'), self.lookup.response("Yes" if truth else "No"))

    def question(self, rng: np.random.Generator, page: Page) -> Segment:
        """A whole question. Where its value is the true one, the value is learned as something to be read too."""
        truth = bool(rng.random() < 0.5)
        before, value, after = asked(rng, page, truth)
        whole = self.lookup.prompt(before + value + after)
        # an open quote would turn what stands before it into letters, so it is closed for counting
        start = self.lookup.prompt(before + '"')[:-1] if page.name else self.lookup.prompt(before)
        said = self.lookup.response("Yes" if truth else "No")
        if truth:
            return Segment(start, [*whole[len(start) :], self.lookup.answer, *said])
        return Segment([*whole, self.lookup.answer], said)

    def probes(self, rng: np.random.Generator, page: Page) -> Iterator[tuple[str, list[int], int]]:
        """Kind, prompt and id of the right answer, for questions with a one-token answer."""
        for name, segment in (("letter", self.letter(rng, page)), ("piece", self.piece(rng, page, 6))):
            yield name, segment.given, segment.predicted[0]
        truth = bool(rng.random() < 0.5)
        prompt = [*self.lookup.prompt("".join(asked(rng, page, truth))), self.lookup.answer]
        yield "name" if page.name else "number", prompt, self.lookup.response("Yes" if truth else "No")[0]

    def _long(self, rng: np.random.Generator, page: Page, stage: LessonStage) -> Iterator[Segment]:
        if stage == LessonStage.LETTERS:
            if rng.random() < 0.4:
                yield self.spelling(rng, page)
            if page.name and rng.random() < 0.5:
                yield self.quoted(rng, page)
            return
        yield self.question(rng, page)
        if rng.random() < 0.15:
            yield self.spelling(rng, page)
        if page.name is None:
            yield self.result(rng, page)
        elif rng.random() < 0.5:
            yield self.quoted(rng, page)


def _pick(rng: np.random.Generator, pool):
    return pool[rng.integers(len(pool))]
