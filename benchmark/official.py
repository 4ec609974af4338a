"""The official text format: 14 files, each line `image <tab> question <tab> truth <tab> response`, two lines an image.

Written for every run, and read from anyone's: recorded answers are scored and replayed with no model at all.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from benchmark.data import truth_of
from benchmark.errors import BenchmarkError, RecordError, RunError
from benchmark.parsing import one_line
from benchmark.recorded import Recorded
from benchmark.scoring import Response
from benchmark.subtasks import SUBTASK_NAMES

COMPANION = "mme-arena-run.json"
"""Beside the text files of an export: which run they are. Other tools do not look at it."""


def write_official(folder: Path, pairs: Iterable[tuple[Response, Response]], about: Mapping[str, Any]) -> Path:
    """Write whole image pairs into a new or empty folder. Raises RunError when it cannot be written."""
    texts: dict[str, list[str]] = {}
    for pair in pairs:
        for r in pair:
            columns = (r.image, r.question, r.truth.value.capitalize(), r.response)
            texts.setdefault(r.subtask, []).append("\t".join(one_line(column) for column in columns) + "\n")
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise RunError(f"{folder} is not empty; give a new or empty folder for the export")
        folder.mkdir(parents=True, exist_ok=True)
        for name, lines in texts.items():
            (folder / f"{name}.txt").write_text("".join(lines), encoding="utf-8", newline="\n")
        companion = {"files": [name for name in SUBTASK_NAMES if name in texts], **about}
        (folder / COMPANION).write_text(json.dumps(companion, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise RunError(f"the export cannot be written to {folder}: {error.strerror or error}") from error
    return folder


def load_official(folder: Path) -> Recorded:
    """Read a folder of recorded answers.

    All 14 files must be there, unless the companion of our own export lists fewer. Raises RecordError naming the
    file and line: a missing file, not four columns, an odd number of lines, two lines that are no pair.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise RecordError(f"there is no folder {str(folder)!r}")
    about = _companion(folder)
    expected = about["files"] if about else SUBTASK_NAMES
    missing = [f"{name}.txt" for name in expected if not (folder / f"{name}.txt").is_file()]
    if len(missing) == len(expected):
        raise RecordError(
            f"{folder} holds neither a run nor recorded answers; expected run.json, or the official files "
            f"{', '.join(f'{name}.txt' for name in SUBTASK_NAMES)}"
        )
    if missing:
        raise RecordError(f"{folder} lacks {', '.join(missing)}; recorded answers have one file for each subtask")
    responses = [response for name in expected for response in _read(folder / f"{name}.txt", name)]
    return Recorded.of(folder, responses, about)


def _companion(folder: Path) -> dict[str, Any] | None:
    path = folder / COMPANION
    if not path.is_file():
        return None
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
        names = [name for name in SUBTASK_NAMES if name in set(about["files"])]
        if not names or len(names) != len(about["files"]):
            raise ValueError(f"files is {about['files']!r}")
        return {**about, "files": names}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RecordError(f"{path} is damaged ({error}); remove it, or export the run again") from None


def _read(path: Path, subtask: str) -> list[Response]:
    try:
        text = path.read_text(encoding="utf-8-sig")  # line ends of any system become \n, as in the official tool
    except (OSError, UnicodeDecodeError) as error:
        raise RecordError(f"{path} cannot be read as UTF-8 text ({error})") from None
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    if not lines:
        raise RecordError(f"{path} is empty; it must hold two lines for each image")
    rows = [_columns(line, path, number) for number, line in enumerate(lines, start=1)]
    if len(rows) % 2:
        raise RecordError(f"{path} has an odd number of questions ({len(rows)}); each image needs exactly two lines")
    responses, seen = [], set()
    for start in range(0, len(rows), 2):
        where = f"{path}, lines {start + 1} and {start + 2}"
        (image, *_), (other, *_) = rows[start : start + 2]
        if image != other:
            raise RecordError(f"{where}: image {image!r} is without its pair, the next line is about {other!r}")
        if image in seen:
            raise RecordError(f"{where}: image {image!r} is there a second time")
        seen.add(image)
        try:
            pair = [
                Response(subtask, image, number, question.strip(), truth_of(truth, where), response)
                for number, (_, question, truth, response) in enumerate(rows[start : start + 2], start=1)
            ]
        except BenchmarkError as error:
            raise RecordError(str(error)) from None
        if pair[0].truth == pair[1].truth:
            raise RecordError(f"{where}: both answers are {pair[0].truth.capitalize()}; one must be Yes and one No")
        responses.extend(pair)
    return responses


def _columns(line: str, path: Path, number: int) -> list[str]:
    columns = line.split("\t")
    if len(columns) == 3:
        raise RecordError(
            f"{path}, line {number} has no response: recorded answers have four columns separated by tabs "
            "(image, question, truth, response)"
        )
    if len(columns) != 4:
        raise RecordError(
            f"{path}, line {number} has {len(columns)} column(s) instead of four (image, question, truth, response); "
            "a tab or line break within a response breaks the format"
        )
    return columns
