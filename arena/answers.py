"""Two answers written at the same time by two threads, read together by one consumer."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from arena.battle import Contestant
from arena.cadence import Cadence

AnswerSource = Callable[[threading.Event], Iterator[str]]
NOTE_SECONDS = 0.5  # between two looks at what both models wait for, while there is nothing to read


@dataclass(frozen=True)
class Ended:
    """What an answer's iterator returns when it is through (the value of its StopIteration).

    contestant is the model as it was really loaded, None where that is not known; cut_off tells that the token limit
    ended the answer, not the model.
    """

    contestant: Contestant | None = None
    cut_off: bool = False


@dataclass(frozen=True)
class Progress:
    """What may be seen of both answers; an answer is done when all of it is seen.

    `note` says what both wait for while there is nothing to read; it names no model.
    """

    text_a: str
    text_b: str
    done_a: bool = False
    done_b: bool = False
    note: str = ""

    @property
    def done(self) -> bool:
        return self.done_a and self.done_b


class _Answer:
    """One growing answer. `changed` protects every field."""

    def __init__(self, changed: threading.Condition) -> None:
        self.changed = changed
        self.text = ""
        self.finished = False
        self.error: BaseException | None = None
        self.ended = Ended()

    def write(self, source: AnswerSource, cancelled: threading.Event) -> None:
        try:
            pieces = iter(source(cancelled))
            while not cancelled.is_set():
                try:
                    delta = next(pieces)
                except StopIteration as end:
                    if isinstance(end.value, Ended):
                        self.ended = end.value
                    break
                with self.changed:
                    self.text += delta
                    self.changed.notify_all()
        except BaseException as error:
            with self.changed:
                self.error = error
        finally:
            with self.changed:
                self.finished = True
                self.changed.notify_all()


class AnswerPair:
    """Starts both answers at once when it is iterated. `cancelled` stops both models.

    `note` is asked now and then until the first text is seen.
    """

    def __init__(
        self,
        a: AnswerSource,
        b: AnswerSource,
        cadence: Cadence,
        cancelled: threading.Event,
        note: Callable[[], str] = lambda: "",
    ) -> None:
        self._changed = threading.Condition()
        self._answers = (_Answer(self._changed), _Answer(self._changed))
        self._sources = (a, b)
        self._cadence = cadence
        self._cancelled = cancelled
        self._note = note
        self._shown = 0  # characters of each answer that may be seen; protected by _changed

    @property
    def texts(self) -> tuple[str, str]:
        """All that was written until now, seen or not."""
        with self._changed:
            return self._answers[0].text, self._answers[1].text

    @property
    def ended(self) -> tuple[Ended, Ended]:
        """How each answer ended, as far as its source told; true once `progress` is done."""
        with self._changed:
            return self._answers[0].ended, self._answers[1].ended

    def progress(self) -> Iterator[Progress]:
        """Yields after every tick that shows more; the last one is `done` unless `cancelled` was set.

        An exception of either model is raised here, after both models were told to stop.
        """
        for answer, source in zip(self._answers, self._sources, strict=True):
            threading.Thread(target=answer.write, args=(source, self._cancelled), daemon=True).start()
        try:
            yield from self._ticks()
        finally:
            self._cancelled.set()

    def stop(self) -> None:
        """Tells both models to stop and wakes the consumer; may be called from any thread."""
        self._cancelled.set()
        with self._changed:
            self._changed.notify_all()

    def _ticks(self) -> Iterator[Progress]:
        a, b = self._answers
        seen = Progress("", "")
        while True:
            note = "" if self._shown else self._note()
            with self._changed:
                self._changed.wait_for(self._wakes, timeout=None if self._shown else NOTE_SECONDS)
                error = a.error or b.error
                if error is not None:
                    raise error
                if self._cancelled.is_set():
                    return
                self._shown = shown = self._next_shown()
                now = Progress(
                    a.text[:shown],
                    b.text[:shown],
                    a.finished and shown >= len(a.text),
                    b.finished and shown >= len(b.text),
                    "" if shown else note,
                )
            if now != seen:
                yield now
                seen = now
            if now.done:
                return
            self._cancelled.wait(self._cadence.seconds)

    def _wakes(self) -> bool:
        a, b = self._answers
        ended = a.finished and b.finished
        return ended or a.error or b.error or self._cancelled.is_set() or self._next_shown() > self._shown

    def _next_shown(self) -> int:
        a, b = self._answers
        return self._cadence.next_shown(self._shown, len(a.text), a.finished, len(b.text), b.finished)
