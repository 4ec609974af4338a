"""Several answers from one call of transformers' generate: each row has its text and ends for itself."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from models.generation import TextPieces

if TYPE_CHECKING:
    from torch import Tensor

Stop = Callable[[str], bool]
"""Asked with the text of an answer so far; True ends that answer."""


class Rows:
    """A stopping criterion for one call of `generate`, which turns its token ids into texts.

    `eos` are the tokens that end a row by themselves; `stop` ends a row early; `cancelled` ends all rows at once.
    `last` is a text that ends a row and is not part of it. Text is decoded while tokens come only where `stop` wants
    to see it, or `last` may be in it.
    """

    def __init__(
        self, tokenizer: Any, eos: set[int], stop: Stop | None, cancelled: Callable[[], bool], last: str = ""
    ) -> None:
        self._last, self._following = last, stop is not None or bool(last)
        self._tokenizer, self._eos, self._stop, self._cancelled = tokenizer, eos, stop, cancelled
        self._prompt_length: int | None = None  # of the sequences as `generate` counts them, seen at the first token
        self._pieces: list[TextPieces] = []
        self._texts: list[list[str]] = []
        self._open: list[int] = []
        self._ended: Tensor | None = None

    def __call__(self, sequences: "Tensor", _scores: Any, **_options: Any) -> "Tensor":
        if self._ended is None:
            self._start(sequences)
        if self._cancelled():
            return self._ended.new_ones(self._ended.shape)
        if self._following and (over := self._follow(sequences[:, -1].tolist())):
            self._ended[over] = True
        return self._ended

    def texts(self, sequences: "Tensor") -> list[str]:
        """The text of each row of what `generate` returned."""
        if not self._following:
            for pieces, row in zip(self._pieces, sequences[:, self._prompt_length :].tolist(), strict=True):
                for token in self._until_eos(row):
                    pieces.put([token])
        for pieces in self._pieces:
            pieces.end()
        return ["".join(text) for text in self._texts]

    def _start(self, sequences: "Tensor") -> None:
        count = len(sequences)
        self._prompt_length = sequences.shape[1] - 1
        self._texts = [[] for _ in range(count)]
        self._pieces = [TextPieces(self._tokenizer, text.append, self._last) for text in self._texts]
        self._open = list(range(count))
        self._ended = sequences.new_zeros(count, dtype=bool)

    def _follow(self, new: list[int]) -> list[int]:
        """Take one new token per open row; returns the rows that end now, though their token is not one that ends."""
        over = []
        for row in self._open:
            self._pieces[row].put([new[row]])
            if new[row] not in self._eos and self._is_over(self._pieces[row]):
                over.append(row)
        self._open = [row for row in self._open if row not in over and new[row] not in self._eos]
        return over

    def _is_over(self, pieces: TextPieces) -> bool:
        return pieces.ended or (self._stop is not None and self._stop(pieces.text))

    def _until_eos(self, row: list[int]) -> list[int]:
        return next((row[: at + 1] for at, token in enumerate(row) if token in self._eos), row)
