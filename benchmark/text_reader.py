"""Text read off a picture by rapidocr, an optional package whose models come with it: nothing is downloaded."""

import threading
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

import numpy as np
from PIL import Image

from benchmark.errors import RunError
from models.errors import GenerationError

REQUIREMENTS = ("rapidocr==3.10.0", "onnxruntime==1.32.0", "opencv-python-headless==5.0.0.93")
"""What to install; rapidocr itself names neither a runtime nor OpenCV."""

_MODULES = ("rapidocr", "onnxruntime", "cv2")


def check_reader() -> None:
    """Raise RunError, naming the command that helps, when text cannot be read in this installation."""
    missing = [module for module in _MODULES if find_spec(module) is None]
    if missing:
        raise RunError(
            f"the technique tool-aided reads text in pictures and needs a package that is not installed "
            f"({', '.join(missing)}); run: pip install {' '.join(REQUIREMENTS)}"
        )


def reader_version() -> str:
    """Which reader this is, for the record: "rapidocr 3.10.0"; without a number when it is not installed."""
    try:
        return f"rapidocr {version('rapidocr')}"
    except PackageNotFoundError:
        return "rapidocr"


class TextReader:
    """Loads rapidocr when the first picture comes; several threads may call it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # protects the engine, which is made once and works on one picture at a time
        self._engine = None

    def __call__(self, picture: Image.Image) -> tuple[str, ...]:
        """The pieces of text in `picture`, from top to bottom. Raises RunError or GenerationError."""
        with self._lock:
            engine = self._loaded()
            try:
                found = engine(np.asarray(picture.convert("RGB"))[:, :, ::-1])  # it expects blue first, as OpenCV
            except Exception as error:  # whatever three packages may raise on an odd picture
                raise GenerationError(f"The text in a picture could not be read ({error!r}).") from error
        return tuple(text.strip() for text in found.txts or () if text.strip())

    def _loaded(self):
        if self._engine is None:
            check_reader()
            from rapidocr import RapidOCR

            self._engine = RapidOCR(params={"Global.log_level": "error"})
        return self._engine
