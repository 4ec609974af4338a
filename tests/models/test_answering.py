"""Answers from a pool: the lease around them, and one more try with smaller weights when memory runs out."""

import threading
import weakref
from dataclasses import replace

import pytest

from models.errors import GenerationError, ModelTooLargeError, OutOfMemoryError
from models.pool import ModelPool
from models.pooled import Needs
from models.progress import Stage
from models.spec import Generation, ModelSpec, Quantization

NONE, INT8, NF4 = Quantization
SPEC = ModelSpec("a", "A", "owner/a", "llava", 40, "MIT")
DIVISOR = {NONE: 1, INT8: 2, NF4: 4}


class Model:
    def __init__(self, quantization, footprint_bytes):
        self.quantization, self.footprint_bytes = quantization, footprint_bytes


class Scene:
    """A pool whose models fail where a test says so, and what happened in it."""

    def __init__(self, budget=100, full_while_loading=(), full_while_answering=(), after=0):
        self.full_while_loading, self.full_while_answering = full_while_loading, full_while_answering
        self.after = after  # pieces that come before memory runs out
        self.loads, self.alive, self.steps, self.answered = [], [], [], []
        self.pool = ModelPool(
            budget, "cpu", load=self.load, predict=self.predict, generate=self.generate, release=lambda _device: None
        )

    def predict(self, spec, quantization, _device):
        return Needs(spec.parameters // DIVISOR[quantization])

    def load(self, spec, quantization, device, report):
        self.loads.append((quantization, [model().quantization for model in self.alive if model()]))
        model = Model(quantization, self.predict(spec, quantization, device).model_bytes)
        self.alive.append(weakref.ref(model))
        if quantization in self.full_while_loading:
            raise OutOfMemoryError("Memory ran out while loading A.")
        return model

    def generate(self, loaded, image, instruction, generation, cancelled):
        full = loaded.quantization in self.full_while_answering
        for number, piece in enumerate((image, instruction, str(generation.max_new_tokens))):
            if full and number == self.after:
                raise OutOfMemoryError("Memory ran out while A was answering.")
            yield piece

    def stream(self, quantization=NONE, spec=SPEC, **options):
        return self.pool.stream(
            spec, quantization, "sky", "blue", Generation(8), report=self.steps.append, leased=self.note, **options
        )

    def note(self, loaded):
        self.answered.append(loaded.quantization)


def test_the_model_stays_leased_until_the_last_piece():
    scene = Scene()
    pieces = scene.stream()
    assert next(pieces) == "sky"
    assert [model.leases for model in scene.pool.status().models] == [1]
    assert list(pieces) == ["blue", "8"]
    assert [model.leases for model in scene.pool.status().models] == [0]
    assert scene.answered == [NONE]


def test_closing_the_stream_gives_the_model_back():
    scene = Scene()
    pieces = scene.stream()
    next(pieces)
    pieces.close()
    assert [model.leases for model in scene.pool.status().models] == [0]


@pytest.mark.parametrize("where", ["full_while_loading", "full_while_answering"])
def test_memory_that_runs_out_means_one_more_try_with_smaller_weights(where):
    scene = Scene(**{where: (NONE,)})
    assert list(scene.stream(allow_smaller=True)) == ["sky", "blue", "8"]
    assert scene.loads == [(NONE, []), (INT8, [])]  # the large one is really gone when the small one comes
    assert scene.answered[-1] is INT8
    assert [(model.quantization, model.leases) for model in scene.pool.status().models] == [(INT8, 0)]
    (told,) = [step for step in scene.steps if "Trying again" in step.text]
    assert told.stage is Stage.WAITING
    assert told.text.endswith("Trying again with 8 bits per weight…")


@pytest.mark.parametrize("where", ["full_while_loading", "full_while_answering"])
def test_nothing_is_tried_again_unless_allowed(where):
    scene = Scene(**{where: (NONE,)})
    with pytest.raises(OutOfMemoryError):
        list(scene.stream())
    assert [quantization for quantization, _ in scene.loads] == [NONE]
    assert [model.leases for model in scene.pool.status().models] in ([], [0])


def test_it_is_tried_once_only():
    scene = Scene(full_while_loading=(NONE, INT8))
    with pytest.raises(OutOfMemoryError):
        list(scene.stream(allow_smaller=True))
    assert [quantization for quantization, _ in scene.loads] == [NONE, INT8]
    assert scene.pool.status().models == ()


def test_an_answer_that_has_begun_is_not_begun_again():
    scene = Scene(full_while_answering=(NONE,), after=1)
    pieces = scene.stream(allow_smaller=True)
    assert next(pieces) == "sky"
    with pytest.raises(OutOfMemoryError):
        next(pieces)
    assert [quantization for quantization, _ in scene.loads] == [NONE]


def test_the_smallest_weights_have_nothing_below():
    scene = Scene(full_while_loading=(NF4,))
    with pytest.raises(OutOfMemoryError):
        list(scene.stream(NF4, allow_smaller=True))


def test_only_what_the_spec_allows_is_tried():
    scene = Scene(full_while_loading=(NONE,))
    assert list(scene.stream(spec=replace(SPEC, quantizations=(NONE, NF4)), allow_smaller=True))
    assert [quantization for quantization, _ in scene.loads] == [NONE, NF4]
    alone = Scene(full_while_loading=(NONE,))
    with pytest.raises(OutOfMemoryError):
        list(alone.stream(spec=replace(SPEC, quantizations=(NONE,)), allow_smaller=True))


@pytest.mark.parametrize(("budget", "chosen"), [(20, INT8), (19, NF4), (10, NF4)])
def test_a_model_that_is_too_large_is_tried_at_the_next_size_that_fits(budget, chosen):
    scene = Scene(budget)
    assert list(scene.stream(allow_smaller=True)) == ["sky", "blue", "8"]
    assert [quantization for quantization, _ in scene.loads] == [chosen]


@pytest.mark.parametrize(("budget", "allow_smaller"), [(20, False), (9, True)])
def test_a_model_that_is_too_large_is_refused(budget, allow_smaller):
    scene = Scene(budget)
    with pytest.raises(ModelTooLargeError):
        list(scene.stream(allow_smaller=allow_smaller))
    assert scene.loads == []


def test_any_other_error_is_raised_and_gives_the_model_back():
    scene = Scene()

    def fail(*_arguments):
        yield "half"
        raise GenerationError("A failed while answering")

    scene.pool._generate = fail
    with pytest.raises(GenerationError):
        list(scene.stream(allow_smaller=True))
    assert [model.leases for model in scene.pool.status().models] == [0]


def test_a_stream_that_waits_ends_quietly_when_cancelled():
    scene, cancelled = Scene(), threading.Event()
    with scene.pool.lease(replace(SPEC, name="b", parameters=90), NONE):
        cancelled.set()
        assert list(scene.stream(cancelled=cancelled)) == []
    assert [quantization for quantization, _ in scene.loads] == [NONE]
