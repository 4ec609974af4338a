"""An answer from a pool: lease, generate, and once more with smaller weights when memory runs out."""

import threading
from collections.abc import Callable, Generator
from contextlib import closing
from typing import TYPE_CHECKING

from models import device as devices
from models.errors import LeaseCancelledError, ModelTooLargeError, OutOfMemoryError
from models.examples import Turns
from models.progress import Report, Stage, Step, ignore
from models.spec import Generation, ModelSpec, Quantization

if TYPE_CHECKING:
    from PIL import Image

    from models.loading import LoadedModel
    from models.pool import ModelPool

_SMALLER = (Quantization.NONE, Quantization.INT8, Quantization.NF4)  # from the largest to the smallest


def stream(
    pool: "ModelPool",
    spec: ModelSpec,
    quantization: Quantization,
    image: "Image.Image",
    instruction: str,
    generation: Generation,
    cancelled: threading.Event | None = None,
    *,
    allow_smaller: bool = False,
    report: Report = ignore,
    leased: Callable[["LoadedModel"], None] = lambda loaded: None,
    generate: Callable[..., Generator[str, None, bool]] | None = None,
    earlier: Turns = (),
) -> Generator[str, None, bool]:
    """Yield an answer's text in pieces; the model stays leased until the last one.

    `earlier` are the turns before, about the same picture. Returns whether the token limit ended the answer.

    With `allow_smaller`, a model that is too large, or that runs out of memory while it loads or before it has written
    anything, is tried once more at the next smaller quantization that its spec allows and that fits; `report` is told.
    `leased` is called with the model that answers: it knows the quantization that is really used. Setting `cancelled`
    ends the waiting and the answer, without an error.
    """
    wrote = False

    def answer(chosen: Quantization) -> Generator[str, None, bool]:
        with pool.lease(spec, chosen, report, cancelled=cancelled) as loaded:
            leased(loaded)
            asked = (loaded, image, instruction, generation, cancelled, *([earlier] if earlier else []))
            with closing((generate or _generate)(*asked)) as pieces:
                return (yield from pieces)

    try:
        with closing(answer(quantization)) as pieces:
            while True:
                try:
                    piece = next(pieces)
                except StopIteration as end:
                    return bool(end.value)
                wrote = True
                yield piece
    except LeaseCancelledError:
        return False
    except (OutOfMemoryError, ModelTooLargeError) as error:
        smaller = _next_smaller(pool, spec, quantization) if allow_smaller and not wrote else None
        if smaller is None:
            raise
        devices.drop_frames(error)  # they hold the model that was too large
        told = Step(Stage.WAITING, f"{error} Trying again with {smaller.title}…")
    pool.unload(spec, quantization)
    report(told)
    try:
        return bool((yield from answer(smaller)))
    except LeaseCancelledError:
        return False


def _next_smaller(pool: "ModelPool", spec: ModelSpec, quantization: Quantization) -> Quantization | None:
    below = _SMALLER[_SMALLER.index(quantization) + 1 :]
    return next((other for other in below if other in spec.quantizations and pool.fits_together((spec, other))), None)


def _generate(*arguments: object) -> Generator[str, None, bool]:
    from models.generation import stream as generate

    return generate(*arguments)
