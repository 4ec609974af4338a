import threading
import weakref
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

import pytest

from models.errors import (
    LeaseCancelledError,
    ModelError,
    ModelFilesError,
    ModelTooLargeError,
    NotAnsweringHereError,
    PoolBusyError,
)
from models.pool import ModelPool
from models.pooled import Needs
from models.progress import Stage, Step
from models.spec import Endpoint, ModelSpec, Quantization, Runs

NONE, INT8, NF4 = Quantization.NONE, Quantization.INT8, Quantization.NF4
MIB = 2**20
TIMEOUT = 20  # seconds until a test that hangs fails


def spec(name: str, mib: int = 40) -> ModelSpec:
    return ModelSpec(name, name.title(), f"owner/{name}", "llava", mib * MIB // 4, "MIT")


@dataclass(eq=False)
class FakeModel:
    spec: ModelSpec
    footprint_bytes: int


@dataclass
class Loader:
    """Loads nothing, but counts; a test may hold it back with `gate` or make it fail."""

    gate: threading.Event = field(default_factory=threading.Event)
    errors: dict[str, BaseException] = field(default_factory=dict)
    extra_bytes: int = 0
    calls: list[tuple[str, Quantization]] = field(default_factory=list)
    started: threading.Event = field(default_factory=threading.Event)
    released: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.gate.set()

    def load(self, spec, quantization, device, progress):
        self.calls.append((spec.name, quantization))
        progress(Step(Stage.LOADING, f"Loading {spec.title} ({quantization.value})…"))
        self.started.set()
        assert self.gate.wait(TIMEOUT)
        if spec.name in self.errors:
            raise self.errors[spec.name]
        return FakeModel(spec, predict(spec, quantization, device).model_bytes + self.extra_bytes)


def predict(spec, quantization, _device):
    return Needs(spec.parameters * {NONE: 4, INT8: 2, NF4: 1}[quantization])


@pytest.fixture
def loader():
    return Loader()


@pytest.fixture
def pool(loader):
    released = loader.released.append
    return ModelPool(100 * MIB, "cpu", load=loader.load, predict=predict, release=released, patience_seconds=TIMEOUT)


def run(function) -> threading.Thread:
    thread = threading.Thread(target=function, daemon=True)
    thread.start()
    return thread


def finish(*threads):
    for thread in threads:
        thread.join(TIMEOUT)
        assert not thread.is_alive()


def names(pool):
    return [(model.spec.name, model.leases) for model in pool.status().models]


def test_a_model_is_loaded_once_and_kept(pool, loader):
    with pool.lease(spec("a"), NONE) as first:
        pass
    with pool.lease(spec("a"), NONE) as second:
        assert second is first
    assert loader.calls == [("a", NONE)]
    assert names(pool) == [("a", 0)]


def test_each_quantization_is_a_model_of_its_own(pool, loader):
    with pool.lease(spec("a"), INT8), pool.lease(spec("a"), NF4):
        assert pool.status().used_bytes == 30 * MIB
    assert loader.calls == [("a", INT8), ("a", NF4)]


def test_the_least_recently_used_idle_model_leaves(pool):
    for name in ("a", "b", "a", "c"):
        with pool.lease(spec(name), NONE):
            pass
    assert names(pool) == [("c", 0), ("a", 0)]


def test_memory_is_released_when_a_model_left_and_only_then(pool, loader):
    for name in ("a", "b"):
        with pool.lease(spec(name), NONE):
            pass
    assert loader.released == []
    with pool.lease(spec("c"), NONE):
        assert loader.released == ["cpu"]


def test_one_in_use_never_leaves(pool):
    with pool.lease(spec("a"), NONE):
        with pool.lease(spec("b"), NONE):
            pass
        with pool.lease(spec("c"), NONE):
            assert names(pool) == [("c", 1), ("a", 1)]


def test_no_idle_model_leaves_in_vain(pool):
    """Room for 90 cannot be made while 40 are in use, so the idle one stays."""
    impatient = ModelPool(100 * MIB, "cpu", load=Loader().load, predict=predict, patience_seconds=0)
    with impatient.lease(spec("b"), NONE):
        pass
    with impatient.lease(spec("a"), NONE), pytest.raises(PoolBusyError), impatient.lease(spec("big", 90), NONE):
        pass
    assert sorted(names(impatient)) == [("a", 0), ("b", 0)]


@pytest.mark.parametrize(
    ("size", "quantization", "remedy"),
    [
        (101, NONE, "int8 or nf4 would fit"),
        (300, NONE, "nf4 would fit"),
        (300, INT8, "nf4 would fit"),
        (500, NONE, "choose a smaller model"),
        (500, NF4, "choose a smaller model"),
    ],
)
def test_what_can_never_fit_is_refused_before_loading(size, quantization, remedy, pool, loader):
    with pytest.raises(ModelTooLargeError, match=remedy) as caught, pool.lease(spec("big", size), quantization):
        pass
    assert "at most 100.0 MiB here (cpu)" in str(caught.value)
    assert loader.calls == []
    assert names(pool) == []


def test_a_model_that_just_fits_is_loaded(pool):
    with pool.lease(spec("a", 100), NONE):
        assert pool.status().used_bytes == pool.budget_bytes


def test_a_lease_waits_until_room_is_free(pool, loader):
    told = []
    waiting = threading.Event()

    def second():
        with pool.lease(
            spec("b", 70), NONE, lambda step: (told.append(step.text), step.stage is Stage.WAITING and waiting.set())
        ):
            pass

    with pool.lease(spec("a", 70), NONE):
        thread = run(second)
        assert waiting.wait(TIMEOUT)
        assert loader.calls == [("a", NONE)]
    finish(thread)
    assert told == [
        "Preparing B…",
        "Waiting for memory: B has to wait until other models are done…",
        "Loading B (none)…",
        "B is ready.",
    ]
    assert names(pool) == [("b", 0)]


def test_waiting_ends_with_an_error_when_patience_does(loader):
    pool = ModelPool(100 * MIB, "cpu", load=loader.load, predict=predict, patience_seconds=0)
    with (
        pool.lease(spec("a", 70), NONE),
        pytest.raises(PoolBusyError, match="B waited"),
        pool.lease(spec("b", 70), NONE),
    ):
        pass
    assert pool.status().waiting == 0
    with pool.lease(spec("b", 70), NONE):
        assert names(pool) == [("b", 1)]


def test_concurrent_leases_of_one_model_load_it_once(pool, loader):
    loader.gate.clear()
    got, told = [], []
    joined = threading.Barrier(5)

    def lease():
        with pool.lease(spec("a"), NONE, told.append) as model:
            got.append(model)
            joined.wait(TIMEOUT)  # all hold it at the same time

    threads = [run(lease) for _ in range(4)]
    assert loader.started.wait(TIMEOUT)
    loader.gate.set()
    joined.wait(TIMEOUT)
    finish(*threads)
    assert loader.calls == [("a", NONE)]
    assert len(got) == 4
    assert len(set(map(id, got))) == 1
    assert names(pool) == [("a", 0)]


def waiters_join(pool, count):
    """Block until `count` leases stand on the one model that is loading."""
    with pool._changed:
        assert pool._changed.wait_for(lambda: [entry.leases for entry in pool._shelf] == [count], TIMEOUT)


@pytest.mark.parametrize("error", [ModelFilesError("A is damaged."), RuntimeError("a bug"), KeyboardInterrupt()])
def test_a_failed_load_reaches_every_waiter_and_leaves_nothing(error, pool, loader):
    loader.gate.clear()
    loader.errors["a"] = error
    caught = []

    def lease():
        try:
            with pool.lease(spec("a"), NONE):
                raise AssertionError("it must not be lent")
        except BaseException as failure:
            caught.append(failure)

    threads = [run(lease)]
    assert loader.started.wait(TIMEOUT)
    threads += [run(lease) for _ in range(3)]
    waiters_join(pool, 4)
    loader.gate.set()
    finish(*threads)
    assert len(caught) == 4
    if isinstance(error, KeyboardInterrupt):
        assert sum(failure is error for failure in caught) == 1
        assert sum(isinstance(failure, ModelError) and "interrupted" in str(failure) for failure in caught) == 3
    else:
        assert all(failure is error for failure in caught)
    assert loader.calls == [("a", NONE)]
    assert names(pool) == []
    assert pool.status().used_bytes == 0


def test_after_a_failed_load_the_next_lease_tries_again(pool, loader):
    loader.errors["a"] = ModelFilesError("A is damaged.")
    with pytest.raises(ModelFilesError), pool.lease(spec("a"), NONE):
        pass
    loader.errors.clear()
    with pool.lease(spec("a"), NONE) as model:
        assert model.spec.name == "a"
    assert loader.calls == [("a", NONE)] * 2


def test_an_error_in_the_block_gives_the_lease_back(pool):
    with pytest.raises(ZeroDivisionError), pool.lease(spec("a"), NONE):
        raise ZeroDivisionError
    assert names(pool) == [("a", 0)]


def test_a_failing_prediction_is_the_callers_error(loader):
    def fail(*_arguments):
        raise ModelFilesError("no config")

    pool = ModelPool(100 * MIB, "cpu", load=loader.load, predict=fail)
    with pytest.raises(ModelFilesError, match="no config"), pool.lease(spec("a"), NONE):
        pass
    assert names(pool) == []


def test_a_model_larger_than_predicted_makes_idle_ones_leave(pool, loader):
    with pool.lease(spec("a"), NONE):
        pass
    loader.extra_bytes = 30 * MIB
    with pool.lease(spec("b"), NONE):
        assert names(pool) == [("b", 1)]
        assert pool.status().used_bytes == 70 * MIB
    assert not pool.fits_together((spec("a"), NONE), (spec("b"), NONE))


def test_whether_two_models_fit_together(pool, loader):
    assert pool.fits_together((spec("a"), NONE), (spec("b"), NONE))
    assert not pool.fits_together((spec("a"), NONE), (spec("b"), NONE), (spec("c"), NONE))
    assert pool.fits_together((spec("a", 60), NONE), (spec("a", 60), NONE))
    assert loader.calls == []


def test_idle_models_can_be_dropped(pool):
    with ExitStack() as stack:
        stack.enter_context(pool.lease(spec("a"), NONE))
        with pool.lease(spec("b"), NONE):
            pass
        assert pool.evict_idle() == 1
        assert names(pool) == [("a", 1)]
    assert pool.evict_idle() == 1
    assert pool.evict_idle() == 0
    assert pool.status().used_bytes == 0


def test_a_dropped_model_is_not_kept_alive(pool):
    with pool.lease(spec("a"), NONE) as model:
        gone = weakref.ref(model)
    del model
    pool.evict_idle()
    assert gone() is None


def test_the_status_says_what_is_happening(pool, loader):
    assert pool.status().doing == "Ready; no model is loaded yet."
    loader.gate.clear()

    def lease():
        with pool.lease(spec("a"), NF4):
            pass

    thread = run(lease)
    assert loader.started.wait(TIMEOUT)
    status = pool.status()
    assert status.doing == "Loading A (nf4)…"
    assert [(model.loading, model.footprint_bytes) for model in status.models] == [(True, 10 * MIB)]
    loader.gate.set()
    finish(thread)
    assert pool.status().doing == "Ready."
    with pool.lease(spec("a"), NF4), pool.lease(spec("b"), NF4):
        assert pool.status().doing == "In use: A, B."
        assert (pool.status().used_bytes, pool.status().budget_bytes) == (20 * MIB, 100 * MIB)
    assert pool.status().doing == "Ready."


def test_the_real_loader_and_prediction_are_the_default(tiny_spec):
    tiny = tiny_spec("llava")
    pool = ModelPool(64 * MIB, "cpu")
    told = []
    with pool.lease(tiny, NF4, told.append) as loaded:
        assert loaded.quantization is NF4
        (seen,) = pool.status().models
        assert seen.footprint_bytes == seen.predicted_bytes == loaded.footprint_bytes
        assert pool.status().used_bytes == loaded.footprint_bytes + seen.working_bytes
        assert pool.predicted_bytes(tiny, NF4) == loaded.footprint_bytes
    tight = pool.status().used_bytes + pool.predicted_bytes(tiny, INT8) - pool.predicted_bytes(tiny, NF4)
    assert [str(step) for step in told][:2] == ["Preparing Tiny llava…", "Loading Tiny llava (4 bits per weight)…"]
    with (
        pytest.raises(
            ModelTooLargeError,
            match=r"Tiny llava with quantization none needs .* of it for answering.* int8 or nf4 would fit",
        ),
        ModelPool(tight, "cpu").lease(tiny, NONE),
    ):
        pass


def test_the_budget_is_measured_where_none_is_given():
    from models.device import CPU_SHARE, physical_memory

    pool = ModelPool(device="cpu", load=Loader().load, predict=predict)
    assert pool.status().budget_bytes is None
    assert pool.budget_bytes == int(physical_memory() * CPU_SHARE) > 0
    assert pool.status().budget_bytes == pool.budget_bytes


def test_the_budget_counts_what_answering_takes(loader):
    def with_working(spec, quantization, device):
        return Needs(predict(spec, quantization, device).model_bytes, 15 * MIB)

    pool = ModelPool(100 * MIB, "cpu", load=loader.load, predict=with_working)
    with pool.lease(spec("a"), NONE):
        (seen,) = pool.status().models
        assert (seen.footprint_bytes, seen.predicted_bytes, seen.working_bytes) == (40 * MIB, 40 * MIB, 15 * MIB)
        assert pool.status().used_bytes == 55 * MIB
    assert not pool.fits_together((spec("a"), NONE), (spec("b"), NONE))
    assert pool.fits_together((spec("a"), NONE), (spec("b"), NF4))
    with pytest.raises(ModelTooLargeError, match=r"105\.0 MiB \(15\.0 MiB of it for answering\)"):
        pool.lease(spec("big", 90), NONE).__enter__()


def test_the_status_tells_predicted_and_actual_bytes_and_the_share(pool, loader):
    loader.extra_bytes = 5 * MIB
    seen = []

    def look(step):
        seen.extend(pool.status().models)

    with pool.lease(spec("a"), NONE, look):
        (now,) = pool.status().models
    during = seen[0]
    assert (during.loading, during.step.text, during.share) == (True, "Loading A (none)…", None)
    assert (during.predicted_bytes, during.footprint_bytes) == (40 * MIB, 40 * MIB)
    assert (now.loading, now.predicted_bytes, now.footprint_bytes, now.step) == (False, 40 * MIB, 45 * MIB, None)


def test_the_device_is_named_once_a_model_was_asked_for(pool):
    from models.device import physical_memory

    assert (pool.status().device_name, pool.status().device_bytes) == ("", 0)
    with pool.lease(spec("a"), NONE):
        assert pool.status().device_name.startswith("CPU (")
        assert pool.status().device_bytes == physical_memory()


def test_a_model_is_unloaded_when_idle_and_only_then(pool, loader):
    assert not pool.unload(spec("a"), NONE)
    with pool.lease(spec("a"), NONE) as model:
        gone = weakref.ref(model)
        assert not pool.unload(spec("a"), NONE)
        assert not pool.unload(spec("a"), NF4)
    del model
    assert pool.unload(spec("a"), NONE)
    assert gone() is None
    assert names(pool) == []
    assert loader.released == ["cpu"]


def test_a_lease_that_waits_can_be_cancelled(pool):
    cancelled, waiting, caught = threading.Event(), threading.Event(), []

    def second():
        try:
            with pool.lease(
                spec("b", 70), NONE, lambda step: step.stage is Stage.WAITING and waiting.set(), cancelled=cancelled
            ):
                raise AssertionError("it must not be lent")
        except ModelError as error:
            caught.append(error)

    with pool.lease(spec("a", 70), NONE):
        thread = run(second)
        assert waiting.wait(TIMEOUT)
        cancelled.set()
        finish(thread)
    assert [type(error) for error in caught] == [LeaseCancelledError]
    assert (pool.status().waiting, names(pool)) == (0, [("a", 0)])


def test_who_waits_for_anothers_load_can_leave_and_the_load_goes_on(pool, loader):
    loader.gate.clear()
    cancelled, caught = threading.Event(), []

    def first():
        with pool.lease(spec("a"), NONE):
            pass

    def second():
        try:
            with pool.lease(spec("a"), NONE, cancelled=cancelled):
                raise AssertionError("it must not be lent")
        except LeaseCancelledError as error:
            caught.append(error)

    loading = run(first)
    assert loader.started.wait(TIMEOUT)
    leaving = run(second)
    waiters_join(pool, 2)
    cancelled.set()
    finish(leaving)
    loader.gate.set()
    finish(loading)
    assert len(caught) == 1
    assert names(pool) == [("a", 0)]


def test_a_served_model_takes_no_memory_and_is_connected_once(loader):
    connected = []

    def connect(spec):
        connected.append(spec.name)
        return FakeModel(spec, 0)

    served = replace(spec("far", 10**6), runs=Runs.ENDPOINT, endpoint=Endpoint(("http://localhost:1/v1",), "far"))
    pool = ModelPool(100 * MIB, "cpu", load=loader.load, predict=predict, remote=connect)
    with pool.lease(served, NONE) as first, pool.lease(served, NF4) as second, pool.lease(spec("a", 100), NONE):
        assert first is second
    assert connected == ["far"]
    assert pool.fits_together((served, NONE), (spec("a", 100), NONE))
    assert pool.predicted_bytes(served, NONE) == 0
    assert names(pool) == [("a", 0)]


@pytest.mark.parametrize(
    ("runs", "words"),
    [(Runs.ENDPOINT, r"`endpoint:` in models\.yaml"), (Runs.RECORDED, "python -m benchmark score")],
)
def test_a_model_that_cannot_answer_here_is_refused_with_the_way_out(runs, words, pool, loader):
    absent = replace(spec("otter"), runs=runs)
    for ask in (lambda: pool.lease(absent, NONE).__enter__(), lambda: pool.predicted_bytes(absent, NONE)):
        with pytest.raises(NotAnsweringHereError, match=f"Otter cannot be loaded here.*{words}"):
            ask()
    assert loader.calls == []


def test_a_failed_load_leaves_nothing_of_the_half_loaded_model(pool, loader):
    alive = []

    def half_load(spec, quantization, device, report):
        half = FakeModel(spec, 1)
        alive.append(weakref.ref(half))
        raise ModelFilesError("cut off")

    pool = ModelPool(100 * MIB, "cpu", load=half_load, predict=predict)
    with pytest.raises(ModelFilesError) as caught, pool.lease(spec("a"), NONE):
        pass
    assert caught.value is not None  # its traceback is still there, the model is not
    assert alive[0]() is None
