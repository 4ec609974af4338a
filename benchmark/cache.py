"""Answers that were given before: the same picture, question, model and settings are not asked twice.

A folder of JSON lines, one file for each way of asking (model revision, quantization, settings, device, code), so that
only what can match is read. https://jsonlines.org
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from filelock import FileLock

from benchmark.data import Question
from benchmark.errors import RunError


class ResponseCache:
    """Responses under `folder` for one `way` of asking: whatever decides an answer beside the picture and the prompt.

    Answers are written, and synced, when `remember` returns. A damaged line is passed over: it is asked again.
    """

    def __init__(self, folder: Path, way: Mapping[str, Any]) -> None:
        text = json.dumps(way, sort_keys=True, ensure_ascii=True, default=str)
        self.path = Path(folder) / f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.jsonl"
        self._way = text
        self._known = self._read()

    def recall(self, picture: str, question: Question) -> str | None:
        """The response to this question about the picture whose file has this SHA-256, or None."""
        return self._known.get(_key(picture, question))

    def remember(self, said: Sequence[tuple[str, Question, str]]) -> None:
        """Keep responses, each with its picture's SHA-256 and its question. Raises RunError when that is impossible."""
        fresh = {_key(picture, question): response for picture, question, response in said}
        fresh = {key: response for key, response in fresh.items() if key not in self._known}
        if not fresh:
            return
        lines = "".join(json.dumps({"key": key, "response": response}) + "\n" for key, response in fresh.items())
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{self.path}.lock"), self.path.open("a+b") as file:
                file.write(self._opening(file) + lines.encode("ascii"))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise RunError(
                f"answers cannot be kept in {self.path.parent}: {error.strerror or error}; make room, or run "
                "with --no-cache"
            ) from error
        self._known |= fresh

    def _opening(self, file: BinaryIO) -> bytes:
        """What comes before the next line: what this file is about, or the end of a line that a crash cut off."""
        if file.seek(0, os.SEEK_END) == 0:
            return f'{{"way": {self._way}}}\n'.encode("ascii")
        file.seek(-1, os.SEEK_END)
        return b"" if file.read(1) == b"\n" else b"\n"

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


def _key(picture: str, question: Question) -> str:
    return hashlib.sha256(f"{picture}\0{question.text}".encode()).hexdigest()
