import gc
import inspect
import pickle
import threading

import pytest

from models.errors import GenerationError
from models.spec import Generation, ModelSpec, Quantization
from models.zerogpu import SECONDS, ForkedAnswers, answers_in_a_fork, forked_answers

SPEC = ModelSpec("tiny", "Tiny", "./tiny", "llava", 1, "Apache-2.0")
ASKED = ("picture", "Describe it.", Generation())


class Loaded:
    def __init__(self, spec=SPEC, quantization=Quantization.NF4):
        self.spec, self.quantization = spec, quantization


class Spaces:
    """`spaces.GPU` as far as it shows: what crosses into the fork is pickled; closing ends the task."""

    def __init__(self):
        self.durations, self.calls, self.closed = [], [], 0

    def GPU(self, *, duration):
        self.durations.append(duration)

        def wrap(task):
            def run(*arguments):
                self.calls.append(arguments)
                return task(*pickle.loads(pickle.dumps(arguments)))

            def call(*arguments):
                self.calls.append(arguments)
                try:
                    yield from task(*pickle.loads(pickle.dumps(arguments)))
                finally:
                    self.closed += 1

            return call if inspect.isgeneratorfunction(task) else run

        return wrap


def words(loaded, image, instruction, generation):
    yield from (loaded.spec.name, image, instruction, str(generation.max_new_tokens))


def test_answers_come_through_the_wrapped_function_which_is_given_names_only():
    spaces = Spaces()
    forked = ForkedAnswers(spaces.GPU, words)
    assert spaces.durations == [SECONDS, SECONDS]  # wrapped before any answer: the Space looks for it when it starts
    assert list(forked.stream(Loaded(), *ASKED)) == ["tiny", "picture", "Describe it.", "256"]
    assert spaces.calls == [("tiny", "nf4", *ASKED)]


def test_pairs_are_answered_in_one_call():
    spaces, cancelled = Spaces(), threading.Event()

    def answers(loaded, pairs, generation, stop):
        return [tuple(f"{loaded.spec.name} {question}" for question in questions) for _, questions in pairs]

    forked = ForkedAnswers(spaces.GPU, words, answers)
    pairs = [("picture", ("one?", "two?"))]
    assert forked.answer_pairs(Loaded(), pairs, Generation(), None, cancelled) == [("tiny one?", "tiny two?")]
    assert spaces.calls == [("tiny", "nf4", pairs, Generation(), None)]
    cancelled.set()
    assert forked.answer_pairs(Loaded(), pairs, Generation(), None, cancelled) == [] and len(spaces.calls) == 1


def test_cancelling_closes_the_task_at_the_next_piece():
    spaces, cancelled = Spaces(), threading.Event()
    pieces = ForkedAnswers(spaces.GPU, words).stream(Loaded(), *ASKED, cancelled)
    assert next(pieces) == "tiny"
    cancelled.set()
    assert list(pieces) == []
    assert spaces.closed == 1


def test_a_model_that_the_fork_does_not_have_is_told():
    spaces = Spaces()
    forked = ForkedAnswers(spaces.GPU, words)
    with pytest.raises(GenerationError, match="pup is not ready"):
        list(forked._call("pup", "none", *ASKED))


def test_a_dropped_model_is_not_kept_alive():
    forked = ForkedAnswers(Spaces().GPU, words)
    loaded = Loaded()
    list(forked.stream(loaded, *ASKED))
    del loaded
    gc.collect()
    assert len(forked._models) == 0


@pytest.mark.parametrize(("value", "is_one"), [("true", True), ("1", True), ("", False), ("false", False)])
def test_a_zerogpu_space_is_known_by_its_switch(value, is_one):
    assert answers_in_a_fork({"SPACES_ZERO_GPU": value}) is is_one
    assert answers_in_a_fork({}) is False


def test_elsewhere_nothing_is_wrapped(monkeypatch):
    monkeypatch.delenv("SPACES_ZERO_GPU", raising=False)
    assert forked_answers() is None
