"""Which device answers, in which precision, and how much of its memory the pool may use."""

import ctypes
import gc
import os
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

CPU_SHARE = 0.6  # of the machine's memory: the page, the suite and the pictures need the rest
GPU_SHARE = 0.9  # of what is free on the card: fragmentation and CUDA's own workspaces need the rest
_CGROUP_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def default_device() -> str:
    """The text "cuda" where a card can be used, else "cpu"."""
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def compute_dtype(device: str) -> "torch.dtype":
    """float32 on a CPU (bfloat16 is several times slower there); bfloat16 or, on older cards, float16 on CUDA."""
    import torch

    if device == "cpu":
        return torch.float32
    return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16


def memory_budget(device: str) -> int:
    """Bytes that models may take together on `device`."""
    if device == "cpu":
        return int(physical_memory() * CPU_SHARE)
    import torch

    free, _total = torch.cuda.mem_get_info(device)
    return int(free * GPU_SHARE)


def physical_memory() -> int:
    """Bytes of memory this process may use: the machine's, or the container's limit where that is lower."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([machine, *_container_limits()])


def _container_limits() -> list[int]:
    limits = []
    for path in _CGROUP_LIMITS:
        try:
            text = path.read_text().strip()
        except OSError:
            continue
        if text.isdigit():  # "max" means no limit
            limits.append(int(text))
    return limits


def device_name(device: str) -> str:
    """What answers, for people: the card's own name, or "CPU" and how many cores there are."""
    if device == "cpu":
        return f"CPU ({os.cpu_count()} cores)"
    import torch

    return torch.cuda.get_device_name(device)


def device_memory(device: str) -> int:
    """All bytes of the device, whoever uses them."""
    if device == "cpu":
        return physical_memory()
    import torch

    return torch.cuda.get_device_properties(device).total_memory


def ran_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory ran out, judged by its type where there is one.

    torch has a type for a card only; on a CPU its allocator raises a bare RuntimeError, known by its name in the text.
    """
    import torch

    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return type(error) is RuntimeError and "DefaultCPUAllocator: can't allocate memory" in str(error)


def release_memory(device: str) -> None:
    """Return what dropped models held: Python's cycles first, then the C library's free pages, or CUDA's cache."""
    gc.collect()
    if device == "cpu":
        _trim_heap()
    else:
        import torch

        torch.cuda.empty_cache()


def _trim_heap() -> None:
    """Ask glibc to give freed pages back to the system; other C libraries do so themselves."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # musl has no malloc_trim
            ctypes.CDLL(None).malloc_trim(0)


def drop_frames(error: BaseException | None) -> None:
    """Clear the local variables that an error's traceback keeps alive: a half-loaded model may be among them."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__
