"""Memory that runs out, is measured and is given back."""

import os
import subprocess
import sys
import weakref
from pathlib import Path

import pytest
import torch

from models import device as devices

ROOT = Path(__file__).parents[2]


def allocation_error() -> Exception:
    """What torch really raises on a CPU."""
    try:
        torch.empty(2**60, dtype=torch.uint8)
    except Exception as error:
        return error
    raise AssertionError("an exbibyte was allocated")


def test_running_out_is_known_by_its_type_and_torchs_own_words():
    assert devices.ran_out_of_memory(torch.OutOfMemoryError("CUDA out of memory"))
    assert devices.ran_out_of_memory(MemoryError())
    assert devices.ran_out_of_memory(allocation_error())


@pytest.mark.parametrize(
    "error", [RuntimeError("mat1 and mat2 shapes cannot be multiplied"), ValueError("out of memory"), KeyError("x")]
)
def test_other_errors_are_no_lack_of_memory(error):
    assert not devices.ran_out_of_memory(error)


def test_the_cpu_has_a_name_and_a_size():
    assert devices.device_name("cpu") == f"CPU ({os.cpu_count()} cores)"
    assert devices.device_memory("cpu") == devices.physical_memory() > devices.memory_budget("cpu") > 0


class Big:
    """Stands for a model."""


def failing(keep):
    big = Big()
    keep.append(weakref.ref(big))
    raise ValueError("inside")


def test_an_errors_frames_keep_nothing_alive_once_dropped():
    refs = []
    try:
        try:
            failing(refs)
        except ValueError as inner:
            raise RuntimeError("outside") from inner
    except RuntimeError as error:
        assert refs[0]() is not None
        devices.drop_frames(error)
        assert refs[0]() is None
        assert str(error.__cause__) == "inside"
    devices.drop_frames(None)


CYCLES = """
import os
import torch
from models import device as devices
from models.pool import ModelPool
from models.registry import find
from models.spec import Generation, Quantization
from PIL import Image

torch.set_num_threads(1)
pool = ModelPool(4 * 2**30, "cpu")
picture = Image.new("RGB", (96, 96), "white")

def resident():
    with open("/proc/self/statm") as facts:
        return int(facts.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

seen = []
for cycle in range(20):
    quantization = list(Quantization)[cycle % 3]
    text = "".join(pool.stream(find("scout-3m"), quantization, picture, "Is there a dog?", Generation(2)))
    assert pool.status().used_bytes > 0
    assert pool.unload(find("scout-3m"), quantization)
    assert pool.status().used_bytes == 0
    seen.append(resident())
print(*seen)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_twenty_load_and_unload_cycles_leave_the_memory_as_it_was():
    """Three quantizations are loaded, asked and unloaded in turn; the first rounds fill the libraries' caches."""
    done = subprocess.run([sys.executable, "-c", CYCLES], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    seen = [int(word) for word in done.stdout.split()]
    assert len(seen) == 20
    assert max(seen[6:]) <= 1.05 * max(seen[3:6]), [size // 2**20 for size in seen]
