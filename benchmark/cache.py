"""Answers that were given before: the same picture, question, model and settings are not asked twice.

A folder of JSON lines, one file for each way of asking (model revision, quantization, settings, device, code), so that
only what can match is read. https://jsonlines.org
"""

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from filelock import FileLock

from benchmark.data import Question
from benchmark.errors import RunError
from benchmark.records import RunSettings
from benchmark.techniques import Technique
from models.identity import code_version

CACHE_VARIABLE = "MME_ARENA_CACHE"
_HERE = Path(__file__).parent
_ASKING_CODE = tuple(
    _HERE / f"{name}.py"
    for name in (
        "colours", "final_answer", "picture_notes", "prompt_styles", "replay", "solved_examples", "techniques",
        "text_reader", "ways",
    )
)  # fmt: skip
"""The files of this room that decide what a model is asked, and when its answer ends."""


def default_folder(environment: Mapping[str, str]) -> Path:
    """Where the command line keeps answers: under MME_ARENA_CACHE, or ~/.cache/mme-arena."""
    named = environment.get(CACHE_VARIABLE)
    return (Path(named) if named else Path.home() / ".cache" / "mme-arena") / "responses"


class ResponseCache:
    """Responses under `folder` for one `way` of asking: whatever decides an answer beside the picture and the prompt.

    Answers are written, and synced, when `remember` returns. A damaged line is passed over: it is asked again.
    """

    def __init__(self, folder: Path, way: Mapping[str, Any]) -> None:
        text = json.dumps(way, sort_keys=True, ensure_ascii=True, default=str)
        self.path = Path(folder) / f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.jsonl"
        self._way = text
        self._known = self._read()

    def __len__(self) -> int:
        return len(self._known)

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


class CacheOpener(Protocol):
    """Opens the cache of answers that were asked exactly as these settings say, the model's revision included."""

    def __call__(self, settings: RunSettings, device: str | None = None) -> ResponseCache:
        """`device` None: the one that a model would go to. Answers of another kind of device are not shared."""
        ...


def cache_opener(folder: Path, device: Callable[[], str]) -> CacheOpener:
    """Answers kept under `folder`; `device` tells where models go ("cpu", "cuda:0")."""

    def opened(settings: RunSettings, where: str | None = None) -> ResponseCache:
        model = settings.model
        return ResponseCache(
            folder,
            {
                "model": model.source,
                "revision": model.revision,
                "quantization": model.quantization,
                "generation": dict(settings.generation),
                "prompt": [settings.prompt_style, settings.technique, dict(settings.technique_options), settings.seed],
                "examples from": settings.suite.fingerprint if settings.technique == Technique.IN_CONTEXT else "",
                "stop": settings.stop,
                "device": (where or device()).split(":")[0],
                "code": code_version(*_ASKING_CODE),
            },
        )

    return opened


def _key(picture: str, question: Question) -> str:
    return hashlib.sha256(f"{picture}\0{question.text}".encode()).hexdigest()
