"""Answers that were given before: the same picture, question, model and settings are not asked twice.

A folder of JSON lines, one file for each way of asking (model revision, quantization, settings, device, code), so that
only what can match is read. https://jsonlines.org
"""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from filelock import FileLock

from benchmark.data import ImagePair, Question
from benchmark.errors import RunError


class ResponseCache:
    """Responses under `folder` for one `way` of asking: whatever decides an answer beside the picture and the prompt.

    An answer is written, and synced, when `remember` returns. A damaged line is passed over: it is asked again.
    """

    def __init__(self, folder: Path, way: Mapping[str, Any]) -> None:
        text = json.dumps(way, sort_keys=True, ensure_ascii=True, default=str)
        self.path = Path(folder) / f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.jsonl"
        self._way = text
        self._known = self._read()
        self._last: tuple[ImagePair, str] | None = None  # a picture and its hash: both its questions come together

    def recall(self, pair: ImagePair, question: Question) -> str | None:
        """The response to this question about this very picture, or None."""
        return self._known.get(self._key(pair, question))

    def remember(self, pair: ImagePair, question: Question, response: str) -> None:
        """Keep a response. Raises RunError when it cannot be written."""
        key = self._key(pair, question)
        if key in self._known:
            return
        line = json.dumps({"key": key, "response": response})
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{self.path}.lock"), self.path.open("a+b") as file:
                file.write(self._opening(file) + line.encode("ascii") + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise RunError(
                f"an answer cannot be kept in {self.path.parent}: {error.strerror or error}; make room, or run "
                "with --no-cache"
            ) from error
        self._known[key] = response

    def _opening(self, file: BinaryIO) -> bytes:
        """What comes before the next line: what this file is about, or the end of a line that a crash cut off."""
        if file.seek(0, os.SEEK_END) == 0:
            return f'{{"way": {self._way}}}\n'.encode("ascii")
        file.seek(-1, os.SEEK_END)
        return b"" if file.read(1) == b"\n" else b"\n"

    def _key(self, pair: ImagePair, question: Question) -> str:
        if self._last is None or self._last[0] is not pair:
            self._last = (pair, hashlib.sha256(pair.encoded()).hexdigest())
        picture = self._last[1]
        return hashlib.sha256(f"{picture}\0{question.text}".encode()).hexdigest()

    def _read(self) -> dict[str, str]:
        try:
            lines = self.path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return {}
        known = {}
        for line in lines:
            try:
                record = json.loads(line)
                known[record["key"]] = str(record["response"])
            except (ValueError, KeyError, TypeError):
                continue  # the first line, the end, or one that a crash cut off
        return known
