"""What to ask next: pictures decoded ahead by a thread, and put together in batches of like size."""

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from PIL import Image

from benchmark.data import ImagePair, Question

WINDOW = 32
"""Pictures, in whole batches, that are sorted by size together; as many more are decoded meanwhile."""


@dataclass
class Todo:
    """A picture and those of its questions that lack an answer.

    `picture` and `digest`, the SHA-256 of its file, are there once it is decoded.
    """

    pair: ImagePair
    questions: tuple[Question, ...]
    picture: Image.Image | None = None
    digest: str = ""


def batches(todo: Iterable[Todo], pictures: int) -> Iterator[list[Todo]]:
    """Batches of at most `pictures`, decoded. Pictures of like size come together: families that see pictures at
    their own resolution then pad least.

    Memory holds two windows of pictures, however long `todo` is. Raises PictureError or SuiteError for a bad picture.
    """
    whole = 1 if pictures == 1 else max(1, WINDOW // pictures) * pictures
    size = pictures  # the first window is one batch, so that the model need not wait for more
    window: list[Todo] = []
    for ready in _decoded(todo, ahead=max(2, whole)):
        window.append(ready)
        if len(window) == size:
            yield from _cut(window, pictures)
            window, size = [], whole
    yield from _cut(window, pictures)


def _cut(window: list[Todo], pictures: int) -> Iterator[list[Todo]]:
    window.sort(key=lambda todo: todo.picture.size)
    for start in range(0, len(window), pictures):
        yield window[start : start + pictures]


def _decoded(todo: Iterable[Todo], ahead: int) -> Iterator[Todo]:
    with ThreadPoolExecutor(1, "decode") as workers:
        waiting: deque[Future[Todo]] = deque()
        try:
            for item in todo:
                waiting.append(workers.submit(_decode, item))
                if len(waiting) > ahead:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def _decode(todo: Todo) -> Todo:
    """Read the file once, for the picture and for its hash: a parquet file is read from front to back."""
    data = todo.pair.encoded()
    todo.picture, todo.digest = todo.pair.decoded(data), hashlib.sha256(data).hexdigest()
    return todo
