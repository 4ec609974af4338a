"""Which device answers, in which precision, and how much of its memory the pool may use."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

CPU_SHARE = 0.6  # of the machine's memory: the page, the suite and the activations need the rest
GPU_SHARE = 0.85  # of what is free on the card: activations, KV cache and fragmentation need the rest
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


def release_memory(device: str) -> None:
    """Return what dropped models held: Python's cycles first, then CUDA's cache."""
    import gc

    gc.collect()
    if device != "cpu":
        import torch

        torch.cuda.empty_cache()
