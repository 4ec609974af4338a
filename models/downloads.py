"""Fetching a model's files from the Hugging Face Hub, telling how many bytes have come."""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from models.progress import Report, Stage, Step

MEGABYTE = 10**6  # as the Hub's own pages count


class _Stopped(Exception):
    """Ends the Hub client's threads once nobody wants the files any more."""


def download(title: str, report: Report, **options: Any) -> None:
    """`huggingface_hub.snapshot_download(**options)`; each whole percent is told to `report`, in the calling thread.

    What `report` raises ends the download, which goes on from there the next time. Nothing is told, and nothing more is
    asked of the Hub, when every file is here already.
    """
    from huggingface_hub import snapshot_download

    planned = snapshot_download(dry_run=True, tqdm_class=_bar(lambda _bytes: None), **options)
    total = sum(file.file_size or 0 for file in planned if file.will_download)
    if not any(file.will_download for file in planned):
        return
    report(_step(title, 0, total))
    come: queue.SimpleQueue[int | None] = queue.SimpleQueue()
    stopped = threading.Event()

    def arrived(count: int) -> None:
        if stopped.is_set():
            raise _Stopped
        come.put(count)

    with ThreadPoolExecutor(1, "fetch") as executor:
        running = executor.submit(snapshot_download, tqdm_class=_bar(arrived), **options)
        running.add_done_callback(lambda _future: come.put(None))
        try:
            told = 0
            while (count := come.get()) is not None:
                if total and 100 * count // total > 100 * told // total:
                    told = count
                    report(_step(title, count, total))
        except BaseException:
            stopped.set()
            raise
        running.result()


def _step(title: str, count: int, total: int) -> Step:
    count = min(count, total)  # a file that is asked for again is counted again
    text = f"Fetching {title}: {count / MEGABYTE:.0f} of {total / MEGABYTE:.0f} MB"
    return Step(Stage.FETCHING, text, count / total if total else None)


def _bar(arrived: Callable[[int], None]) -> type:
    """A class in tqdm's place that draws nothing and passes on the bytes so far.

    The Hub's client makes three bars: of files, of bytes from the network and of bytes on the disk. The last two grow
    together, or the first of them by less where the Hub sends what is here already only once.
    """
    from tqdm.auto import tqdm

    most, lock = 0, threading.Lock()

    class Bar(tqdm):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            self.counts_bytes = options.get("unit") == "B"
            super().__init__(*arguments, **options | {"disable": True})

        def update(self, n: float | None = 1) -> None:
            nonlocal most
            self.n += n or 0
            if self.counts_bytes:
                with lock:
                    most = max(most, int(self.n))
                    count = most
                arrived(count)

    return Bar
