"""The pool under random orders: of one caller's steps (hypothesis), and of many threads' leases."""

import random
import threading
from contextlib import ExitStack

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from models.errors import ModelFilesError, ModelTooLargeError, PoolBusyError
from models.pool import ModelPool
from models.progress import Stage, Step
from models.spec import ModelSpec, Quantization

BUDGET = 100
SPECS = [ModelSpec(f"m{size}", f"M{size}", f"owner/m{size}", "llava", size, "MIT") for size in (7, 20, 33, 45, 70, 150)]
DIVISOR = {Quantization.NONE: 1, Quantization.INT8: 2, Quantization.NF4: 4}


def predict(spec, quantization, _device):
    return -(-spec.parameters // DIVISOR[quantization])


class Model:
    """What the fake loader makes; counts how many are alive by pool reservation."""

    def __init__(self, footprint_bytes):
        self.footprint_bytes = footprint_bytes


class PoolMachine(RuleBasedStateMachine):
    """One caller leases, gives back and evicts; a second model of the pool is kept here and compared."""

    leases = Bundle("leases")

    def __init__(self):
        super().__init__()
        self.fail = False
        self.pool = ModelPool(
            BUDGET, "cpu", load=self.load, predict=predict, release=lambda _device: None, patience_seconds=0
        )
        self.held: dict = {}  # key -> how often it is leased
        self.order: list = []  # keys in memory, least recently used first

    def load(self, spec, quantization, device, progress):
        progress(Step(Stage.LOADING, f"Loading {spec.title}…"))
        if self.fail:
            raise ModelFilesError("damaged")
        return Model(predict(spec, quantization, device))

    def size(self, keys):
        return sum(predict(*key, "cpu") for key in keys)

    @rule(
        target=leases,
        spec=st.sampled_from(SPECS),
        quantization=st.sampled_from(Quantization),
        fail=st.booleans(),
    )
    def acquire(self, spec, quantization, fail):
        key, self.fail = (spec, quantization), fail
        needed = self.size([key])
        in_use = self.size(k for k in self.held if self.held[k])
        stack = ExitStack()
        try:
            stack.enter_context(self.pool.lease(spec, quantization))
        except ModelTooLargeError:
            assert needed > BUDGET
            return None
        except PoolBusyError:
            assert key not in self.order
            assert in_use + needed > BUDGET
            return None
        except ModelFilesError:
            assert fail
            assert key not in self.order
            self.make_room(needed)
            return None
        assert needed <= BUDGET
        if key not in self.order:
            assert not fail
            assert in_use + needed <= BUDGET
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

    @invariant()
    def the_pool_agrees(self):
        status = self.pool.status()
        assert status.used_bytes == self.size(self.order) <= BUDGET
        assert {(m.spec, m.quantization): m.leases for m in status.models} == {
            key: self.held.get(key, 0) for key in self.order
        }
        assert not any(model.loading for model in status.models)
        assert status.waiting == 0


TestPoolMachine = PoolMachine.TestCase
TestPoolMachine.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)


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
        return Model(predict(spec, quantization, device))

    def work(seed):
        mine = random.Random(seed)
        for _ in range(63):
            spec, quantization = mine.choice(SPECS[:-1]), mine.choice(list(Quantization))
            try:
                with pool.lease(spec, quantization) as model:
                    if model.footprint_bytes != predict(spec, quantization, "cpu"):
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
