"""The pool under random orders: of one caller's steps (hypothesis), and of many threads' leases."""

import random
import threading
import weakref
from contextlib import ExitStack

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from models.errors import LeaseCancelledError, ModelFilesError, ModelTooLargeError, PoolBusyError
from models.pool import ModelPool
from models.pooled import Needs
from models.progress import Stage, Step
from models.spec import ModelSpec, Quantization

BUDGET = 100
SPECS = [ModelSpec(f"m{size}", f"M{size}", f"owner/m{size}", "llava", size, "MIT") for size in (7, 20, 33, 45, 70, 150)]
DIVISOR = {Quantization.NONE: 1, Quantization.INT8: 2, Quantization.NF4: 4}


PATIENCE = 3.0
SPEC, QUANTIZATION = st.sampled_from(SPECS), st.sampled_from(Quantization)


def predict(spec, quantization, _device):
    """A third of the model on top, for answering."""
    model = -(-spec.parameters // DIVISOR[quantization])
    return Needs(model, model // 3)


class Model:
    """What the fake loader makes."""

    def __init__(self, footprint_bytes):
        self.footprint_bytes = footprint_bytes


class FakeClock:
    """Time passes only while somebody waits; `meanwhile` is what others do then, once."""

    def __init__(self):
        self.seconds = 0.0
        self.meanwhile = None

    def now(self):
        return self.seconds

    def wait(self, _changed, seconds):
        self.seconds = round(self.seconds + seconds, 6)
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            meanwhile()


class PoolMachine(RuleBasedStateMachine):
    """One caller leases, gives back, evicts, unloads and cancels; a second model of the pool is kept and compared."""

    leases = Bundle("leases")

    def __init__(self):
        super().__init__()
        self.fail = False
        self.clock = FakeClock()
        self.alive = weakref.WeakSet()
        self.pool = ModelPool(
            BUDGET,
            "cpu",
            load=self.load,
            predict=predict,
            release=lambda _device: None,
            patience_seconds=PATIENCE,
            clock=self.clock,
        )
        self.held: dict = {}  # key -> how often it is leased
        self.order: list = []  # keys in memory, least recently used first

    def load(self, spec, quantization, device, report):
        report(Step(Stage.LOADING, f"Loading {spec.title}…"))
        if self.fail:
            raise ModelFilesError("damaged")
        model = Model(predict(spec, quantization, device).model_bytes)
        self.alive.add(model)
        return model

    def size(self, keys):
        return sum(predict(*key, "cpu").total_bytes for key in keys)

    def in_use(self):
        return self.size(key for key in self.order if self.held.get(key))

    @rule(target=leases, spec=SPEC, quantization=QUANTIZATION, fail=st.booleans())
    def acquire(self, spec, quantization, fail):
        return self.take((spec, quantization), fail)

    @rule(target=leases, spec=SPEC, quantization=QUANTIZATION, lease=consumes(leases))
    def acquire_while_another_ends(self, spec, quantization, lease):
        """The other lease ends while this one waits, or right after it where it need not wait."""
        self.clock.meanwhile = lambda: self.end(lease)
        taken = self.take((spec, quantization), False)
        if self.clock.meanwhile:
            self.clock.meanwhile = None
            self.end(lease)
        return taken

    @rule(spec=SPEC, quantization=QUANTIZATION)
    def acquire_and_cancel_while_waiting(self, spec, quantization):
        key, cancelled = (spec, quantization), threading.Event()
        waits = key not in self.order and self.in_use() + self.size([key]) > BUDGET >= self.size([key])
        if not waits:
            return
        self.clock.meanwhile = cancelled.set
        before = self.clock.seconds
        try:
            with self.pool.lease(spec, quantization, cancelled=cancelled):
                raise AssertionError("it must not be lent")
        except LeaseCancelledError:
            assert self.clock.seconds - before < 1

    def take(self, key, fail):
        self.fail = fail
        needed, started = self.size([key]), self.clock.seconds
        stack = ExitStack()
        try:
            stack.enter_context(self.pool.lease(*key))
        except ModelTooLargeError:
            assert needed > BUDGET
            return None
        except PoolBusyError:
            assert key not in self.order
            assert self.in_use() + needed > BUDGET
            assert round(self.clock.seconds - started, 6) >= PATIENCE
            return None
        except ModelFilesError:
            assert fail
            assert key not in self.order
            self.make_room(needed)
            return None
        assert needed <= BUDGET
        if key not in self.order:
            assert not fail
            assert self.in_use() + needed <= BUDGET
            self.make_room(needed)
            self.order.append(key)
        self.held[key] = self.held.get(key, 0) + 1
        return key, stack

    def make_room(self, needed):
        for key in list(self.order):
            if self.size(self.order) + needed <= BUDGET:
                return
            if not self.held.get(key):
                self.order.remove(key)

    @rule(lease=consumes(leases))
    def release(self, lease):
        self.end(lease)

    def end(self, lease):
        if lease is None:
            return
        key, stack = lease
        stack.close()
        self.held[key] -= 1
        self.order.remove(key)
        self.order.append(key)

    @rule()
    def evict(self):
        idle = [key for key in self.order if not self.held.get(key)]
        assert self.pool.evict_idle() == len(idle)
        self.order = [key for key in self.order if self.held.get(key)]

    @rule(spec=SPEC, quantization=QUANTIZATION)
    def unload(self, spec, quantization):
        key = (spec, quantization)
        idle = key in self.order and not self.held.get(key)
        assert self.pool.unload(spec, quantization) == idle
        if idle:
            self.order.remove(key)

    @invariant()
    def the_pool_agrees(self):
        status = self.pool.status()
        assert status.used_bytes == self.size(self.order) <= BUDGET
        assert {(m.spec, m.quantization): m.leases for m in status.models} == {
            key: self.held.get(key, 0) for key in self.order
        }
        assert not any(model.loading for model in status.models)
        assert status.waiting == 0
        assert len(self.alive) == len(self.order)  # a model that left is gone


TestPoolMachine = PoolMachine.TestCase
# no shrinking: that takes minutes with 500 steps
TestPoolMachine.settings = settings(max_examples=10, stateful_step_count=500, deadline=None, phases=[Phase.generate])


def test_many_threads_keep_the_budget_and_leave_nothing_behind():
    """500 leases from 8 threads; the bytes of models between load and last release never exceed the budget."""
    lock = threading.Lock()
    loads, problems, served = [], [], []

    def load(spec, quantization, device, progress):
        with lock:
            loads.append((spec, quantization))
        status = pool.status()
        if status.used_bytes > BUDGET:
            problems.append(f"{status.used_bytes} of {BUDGET} used")
        if rng.random() < 0.1:
            raise ModelFilesError("damaged")
        return Model(predict(spec, quantization, device).model_bytes)

    def work(seed):
        mine = random.Random(seed)
        for _ in range(63):
            spec, quantization = mine.choice(SPECS[:4]), mine.choice(list(Quantization))
            try:
                with pool.lease(spec, quantization) as model:
                    if model.footprint_bytes != predict(spec, quantization, "cpu").model_bytes:
                        problems.append("a wrong model was lent")
                    held = {(m.spec, m.quantization): m.leases for m in pool.status().models}
                    if not held.get((spec, quantization)):
                        problems.append("a model in use left")
                    served.append(1)
            except ModelFilesError:
                served.append(0)
            if mine.random() < 0.05:
                pool.evict_idle()

    rng = random.Random(1)
    pool = ModelPool(BUDGET, "cpu", load=load, predict=predict, release=lambda _device: None, patience_seconds=60)
    threads = [threading.Thread(target=work, args=(seed,), daemon=True) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert problems == []
    assert len(served) == 8 * 63
    assert all(model.leases == 0 for model in pool.status().models)
    pool.evict_idle()
    assert pool.status().used_bytes == 0
