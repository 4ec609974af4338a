"""What simple programs can tell of a picture: its size, its main colours and the text in it.

Put before a question they give a model what it may not see itself: the LLM-aided visual reasoning of the survey
(arXiv 2306.13549), in its simplest form.
"""

import hashlib
import json
import os
import threading
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from benchmark.colours import colour_shares
from benchmark.errors import RunError
from benchmark.text_reader import TextReader, reader_version

OPENING = "Notes about the picture, made by other programs; they may be wrong."
_LONGEST_TEXT = 400  # characters
_SMALLEST_SHARE = 0.04
_KEPT = 64

ReadText = Callable[[Image.Image], tuple[str, ...]]


def notes_on(picture: Image.Image, read_text: ReadText) -> str:
    """The notes, one a line."""
    shares = [(name, share) for name, share in colour_shares(picture).items() if share >= _SMALLEST_SHARE]
    colours = ", ".join(f"{name} {100 * share:.0f} %" for name, share in shares)
    return "\n".join(
        [
            OPENING,
            f"Size: {picture.width} x {picture.height} pixels.",
            f"Main colors: {colours}.",
            _text_line(read_text(picture)),
        ]
    )


def _text_line(pieces: tuple[str, ...]) -> str:
    if not pieces:
        return "Text in it: none was found."
    told, length = [], 0
    for piece in pieces:
        length += len(piece)
        if length > _LONGEST_TEXT:
            told.append("and more")
            break
        told.append(f'"{" ".join(piece.split())}"')
    return f"Text in it: {', '.join(told)}."


class NoteTaker:
    """Notes by picture, taken once: a few are kept in memory, and all of them under `folder` when there is one."""

    def __init__(self, folder: Path | None = None, read_text: ReadText | None = None) -> None:
        self._folder, self._read_text = folder, read_text or TextReader()
        self._tools = f"{reader_version()}\0{OPENING}"
        self._kept: dict[str, str] = {}

    def notes(self, digest: str, picture: Image.Image) -> str:
        """The notes on the picture whose file has this SHA-256. Raises RunError or GenerationError."""
        key = hashlib.sha256(f"{self._tools}\0{digest}".encode()).hexdigest()
        notes = self._kept.get(key) or self._stored(key)
        if notes is None:
            notes = notes_on(picture, self._read_text)
            self._store(key, notes)
        self._kept[key] = notes
        for old in list(self._kept)[:-_KEPT]:
            self._kept.pop(old, None)  # another thread may have done it
        return notes

    def _stored(self, key: str) -> str | None:
        if self._folder is None:
            return None
        try:
            return str(json.loads((self._folder / f"{key}.json").read_text(encoding="utf-8"))["notes"])
        except (OSError, ValueError, KeyError, TypeError):
            return None  # not there, or damaged: taken again

    def _store(self, key: str, notes: str) -> None:
        if self._folder is None:
            return
        temporary = self._folder / f".{key}.{os.getpid()}.{threading.get_ident()}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            temporary.write_text(json.dumps({"notes": notes}), encoding="utf-8")
            temporary.replace(self._folder / f"{key}.json")
        except OSError as error:
            raise RunError(
                f"notes on a picture cannot be kept in {self._folder}: {error.strerror or error}; make room, or run "
                "without a cache"
            ) from error
