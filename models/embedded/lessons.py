"""Texts about drawn writing for the language part, from single letters to whole questions.

As with shapes, what is asked comes last at first: a letter's own position finds its patch in one attention step. Pieces
of two and more letters lead from there to a whole name, between quotes and then within a question. On the way through
a name every letter is judged, which says where it went wrong: of a whole name, one letter in ten decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum

import numpy as np

from models.embedded.curriculum import TEXT_TOKENS, Segment
from models.embedded.reading import Page, asked
from models.embedded.scenes import GRID, place_of
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
            kind = rng.random()
            if kind < (0.4, 0.25)[stage]:
                short = self.where(rng, page)
            elif kind < (0.5, 0.35)[stage]:
                short = self.letter(rng, page)
            elif kind < (0.75, 0.8)[stage]:
                short = self.piece(rng, page, (4, MOST_LETTERS)[stage])
            else:
                short = self.rest(rng, page)
            found.append(short)
            used += short.tokens
        return found

    def letter(self, rng: np.random.Generator, page: Page) -> Segment:
        """Whether one letter or digit occurs in the main writing."""
        written = sorted(set(page.writing.text) - {SPACE})
        pool = COMMON if page.name is not None else DIGITS
        one = _pick(rng, written) if rng.random() < 0.5 else _pick(rng, pool)
        return Segment(self.lookup.spelled(one), self._said(one in written))

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
        spelled = self.lookup.spelled(piece)
        return Segment(spelled, self._said(piece in text), self._checked(page, spelled, 0))

    def _said(self, truth: bool) -> list[int]:
        return self.lookup.response("Yes" if truth else "No")

    def _checked(self, page: Page, given: list[int], start: int, answer: int | None = None) -> dict[int, int]:
        """After each letter from ``start`` on: do the letters so far stand next to each other in the main writing?

        After each digit of the answer to a sum: is it right so far?
        """
        so_far, found = "", {}
        for at in range(start, len(given)):
            character = self.lookup.character(given[at])
            if character is None or (answer is not None and character not in DIGITS):
                break
            so_far += character
            right = so_far in page.writing.text if answer is None else str(answer).startswith(so_far)
            found[at] = self._said(right)[0]
        return found

    def where(self, rng: np.random.Generator, page: Page) -> Segment:
        """In which ninth of the picture a letter stands that the main writing has once (any letter where none is).

        The same is asked about shapes, so only how a letter is found is new.
        """
        letters = [letter for letter in page.writing.letters if letter.index >= 0]
        once = [one for one in letters if page.writing.text.count(one.character) == 1]
        one = _pick(rng, once or letters)
        row, column = (min(2, int(3 * at / GRID)) for at in (one.y, one.x))
        given = [*self.lookup.prompt("where is the"), *self.lookup.spelled(one.character)]
        return Segment(given, self.lookup.response(f"? {place_of(row, column)}"))

    def rest(self, rng: np.random.Generator, page: Page) -> Segment:
        """What follows on one or two letters of the main writing, up to six more.

        To say what comes next a letter has to be found in the picture: of all lessons this tells most about how.
        """
        text = page.writing.text
        known = min(len(text), int(rng.integers(1, 3)))
        at = int(rng.integers(0, max(1, len(text) - known)))
        spelled = self.lookup.spelled(text[at : at + known + 6])
        return Segment([*self.lookup.prompt("spell"), *spelled[:known]], spelled[known:])

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
        given = self.lookup.prompt(f'"{value}"')
        return Segment(given, self._said(truth), self._checked(page, given, 1))

    def question(self, rng: np.random.Generator, page: Page) -> Segment:
        """A whole question, whose value is judged as far as it goes wherever it stands."""
        truth = bool(rng.random() < 0.5)
        before, value, after = asked(rng, page, truth)
        whole = self.lookup.prompt(before + value + after)
        # an open quote would turn what stands before it into letters, so it is closed for counting
        start = self.lookup.prompt(before + '"')[:-1] if page.name else self.lookup.prompt(before)
        checked = self._checked(page, whole, len(start), page.answer)
        return Segment([*whole, self.lookup.answer], self._said(truth), checked)

    def probes(self, rng: np.random.Generator, page: Page) -> Iterator[tuple[str, list[int], int]]:
        """Kind, prompt and id of the right answer, for questions with a one-token answer."""
        for name, segment in (("letter", self.letter(rng, page)), ("piece", self.piece(rng, page, 6))):
            yield name, segment.given, segment.predicted[0]
        truth = bool(rng.random() < 0.5)
        prompt = [*self.lookup.prompt("".join(asked(rng, page, truth))), self.lookup.answer]
        yield "name" if page.name else "number", prompt, self._said(truth)[0]

    def _long(self, rng: np.random.Generator, page: Page, stage: LessonStage) -> Iterator[Segment]:
        if stage == LessonStage.LETTERS:
            yield self.spelling(rng, page)
            if page.name and rng.random() < 0.5:
                yield self.quoted(rng, page)
            return
        yield self.question(rng, page)
        if page.name:
            yield self.quoted(rng, page)
        if rng.random() < 0.3:
            yield self.spelling(rng, page)
        if page.name is None:
            yield self.question(rng, page)
            yield self.result(rng, page)


def _pick(rng: np.random.Generator, pool):
    return pool[rng.integers(len(pool))]
