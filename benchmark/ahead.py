"""What to ask next: pictures decoded ahead by a thread, and put together in batches of like size."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from PIL import Image

from benchmark.data import ImagePair, Question

WINDOW = 4  # batches whose pictures are in memory at once: sorted by size, the batches of a window waste less


@dataclass
class Todo:
    """A picture and those of its questions that lack an answer. `picture` is there once it is decoded."""

    pair: ImagePair
    questions: tuple[Question, ...]
    picture: Image.Image | None = None


def batches(todo: Iterable[Todo], pictures: int) -> Iterator[list[Todo]]:
    """Batches of at most `pictures`, decoded. Pictures of like size come together: families that see pictures at
    their own resolution then pad least.

    Memory holds a few batches, however long `todo` is. Raises PictureError or SuiteError for a bad picture.
    """
    window: list[Todo] = []
    for ready in _decoded(todo, ahead=max(2, pictures)):
        window.append(ready)
        if len(window) == (1 if pictures == 1 else WINDOW * pictures):
            yield from _cut(window, pictures)
            window = []
    yield from _cut(window, pictures)


def _cut(window: list[Todo], pictures: int) -> Iterator[list[Todo]]:
    window.sort(key=lambda todo: todo.picture.size)
    for start in range(0, len(window), pictures):
        yield window[start : start + pictures]


def _decoded(todo: Iterable[Todo], ahead: int) -> Iterator[Todo]:
    with ThreadPoolExecutor(1, "decode") as workers:
        waiting: deque[tuple[Todo, Future[Image.Image]]] = deque()
        try:
            for item in todo:
                waiting.append((item, workers.submit(item.pair.picture)))
                if len(waiting) > ahead:
                    yield _ready(*waiting.popleft())
            while waiting:
                yield _ready(*waiting.popleft())
        finally:
            for _, future in waiting:
                future.cancel()


def _ready(todo: Todo, decoded: "Future[Image.Image]") -> Todo:
    todo.picture = decoded.result()
    return todo
