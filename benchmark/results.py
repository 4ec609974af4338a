"""A run is a folder: run.json says how it was asked, responses.jsonl holds every raw response, one a line.

An answer is on disk (flushed and synced) before it counts. Scores, verdicts and plots are derived again from the
responses at any time, without a model.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from filelock import FileLock, Timeout

from benchmark.errors import BenchmarkError, RecordError, RunBusyError, RunError
from benchmark.official import write_official
from benchmark.parsing import Parser, Verdict
from benchmark.records import RunSettings, settings_from
from benchmark.scoring import Response, Scores, score, whole_pairs
from benchmark.subtasks import find_subtask

RUN_FILE = "run.json"
RESPONSES_FILE = "responses.jsonl"
ERRORS_FILE = "errors.jsonl"
FOOTPRINT_KEY = "footprint_bytes"
"""Where a session says how much memory the loaded weights take, where that is known."""


class RunFolder:
    """A run on disk. Made by `create`, `open` or `open_or_create`; reading never changes it."""

    def __init__(self, path: Path, record: Mapping[str, Any]) -> None:
        self.path = path
        self._record = dict(record)
        self.id: str = record["id"]
        self.created = datetime.fromisoformat(record["created"])
        self.settings = settings_from(record["settings"])
        self._file: BinaryIO | None = None

    @classmethod
    def create(cls, path: Path, settings: RunSettings, now: datetime, run_id: str | None = None) -> "RunFolder":
        """Start a run in an empty or new folder. Raises RunError when something is there already."""
        path = Path(path)
        try:
            if path.exists() and (not path.is_dir() or any(path.iterdir())):
                raise RunError(
                    f"{path} is not empty and holds no run; give a new or empty folder, or one that holds a run"
                )
            path.mkdir(parents=True, exist_ok=True)
            record = {
                "format": 1,
                "id": run_id or path.name,
                "created": now.isoformat(timespec="seconds"),
                "settings": asdict(settings),
                "sessions": [],
            }
            _write_json(path / RUN_FILE, record)
            (path / RESPONSES_FILE).touch()
        except OSError as error:
            raise RunError(f"the run folder {path} cannot be written: {error.strerror or error}") from error
        return cls(path, record)

    @classmethod
    def open(cls, path: Path) -> "RunFolder":
        """Open a run. Raises RecordError when the folder holds none or its run.json is damaged."""
        path = Path(path)
        try:
            return cls(path, json.loads((path / RUN_FILE).read_text(encoding="utf-8")))
        except FileNotFoundError:
            raise RecordError(f"{path} holds no run (there is no {RUN_FILE} in it)") from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RecordError(f"{path / RUN_FILE} is damaged or of another version ({error!r})") from None

    @classmethod
    def open_or_create(cls, path: Path, settings: RunSettings, now: datetime) -> "RunFolder":
        """The run in `path`, to go on with, or a new one. Raises RunError when it has other settings."""
        if not (Path(path) / RUN_FILE).exists():
            return cls.create(path, settings, now)
        run = cls.open(path)
        run.check_settings(settings)
        return run

    def check_settings(self, settings: RunSettings) -> None:
        """Raise RunError when going on with `settings` would mix two different runs in one folder."""
        differences = self.settings.differences(settings)
        if differences:
            raise RunError(
                f"{self.path} holds a run with other settings ({'; '.join(differences)}); "
                "choose another folder, or the settings of that run to resume it"
            )

    @property
    def sessions(self) -> list[dict[str, Any]]:
        """When, on which device and with which versions the run was started and resumed."""
        return list(self._record["sessions"])

    def add_session(
        self, now: datetime, device: str, versions: Mapping[str, str], footprint_bytes: int | None = None
    ) -> None:
        """Write down that the run goes on now, on this device with these versions, and what the weights take there."""
        session = {"started": now.isoformat(timespec="seconds"), "device": device, "versions": dict(versions)}
        if footprint_bytes is not None:
            session[FOOTPRINT_KEY] = footprint_bytes
        self._record["sessions"] = [*self._record["sessions"], session]
        _write_json(self.path / RUN_FILE, self._record)

    def responses(self) -> list[Response]:
        """Every whole response, in the order of asking. A half-written last line is left out."""
        return self._read()[0]

    def _read(self) -> tuple[list[Response], int]:
        """The responses, and the length in bytes of the part of the file that is whole."""
        try:
            data = (self.path / RESPONSES_FILE).read_bytes()
        except FileNotFoundError:
            raise RecordError(f"{self.path} has no {RESPONSES_FILE}") from None
        found: dict[str, Response] = {}
        whole = 0
        lines = data.split(b"\n")
        for number, line in enumerate(lines[:-1], start=1):
            try:
                response = _response(json.loads(line))
            except (ValueError, KeyError, TypeError, BenchmarkError):
                if number == len(lines) - 1 and not lines[-1]:
                    break  # the last line: cut off by a crash
                raise RecordError(f"{self.path / RESPONSES_FILE}, line {number} is damaged") from None
            found.setdefault(response.question_id, response)
            whole += len(line) + 1
        return list(found.values()), whole

    @contextmanager
    def writing(self) -> Iterator[list[Response]]:
        """Hold the run for writing, and give what is answered already.

        A half-written last line is cut off, so that its question is asked again. Raises RunBusyError when another
        process is writing into this run.
        """
        with self._held():
            try:
                responses, whole = self._read()
                with (self.path / RESPONSES_FILE).open("r+b") as file:
                    file.truncate(whole)
                    file.seek(whole)
                    self._file = file
                    yield responses
            finally:
                self._file = None

    def check_free(self) -> None:
        """Raise RunBusyError when another process is writing into this run."""
        with self._held():
            pass

    @contextmanager
    def _held(self) -> Iterator[None]:
        lock = FileLock(self.path / "run.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise RunBusyError(f"the run in {self.path} is going on already; wait for it or stop it first") from None
        try:
            yield
        finally:
            lock.release()

    def append(self, responses: Sequence[Response]) -> None:
        """Write responses to the disk; when this returns they survive a crash. Only within `writing()`."""
        if self._file is None:
            raise RunError("responses can be added only while the run is held for writing")
        lines = "".join(json.dumps(_response_record(response)) + "\n" for response in responses)
        try:
            self._file.write(lines.encode("ascii"))
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise RunError(
                f"the answer cannot be written to {self.path}: {error.strerror or error}. Everything before it is "
                "kept; make room and resume the run"
            ) from error

    def add_error(self, image_id: str, numbers: Sequence[int], error: Exception) -> None:
        """Write down, apart from the responses, that these questions of a picture were not answered, and why."""
        record = {"image": image_id, "questions": list(numbers), "error": type(error).__name__, "message": str(error)}
        with (self.path / ERRORS_FILE).open("a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def scores(self, parser: str | Parser = Parser.OFFICIAL) -> Scores:
        """The score of what is answered so far."""
        return score(self.responses(), parser)

    def coverage(self, scores: Scores | None = None) -> dict[str, tuple[int, int]]:
        """Subtask -> (images with both answers, images of the whole subtask), for the subtasks that were chosen."""
        done = (scores or self.scores()).subtasks
        return {
            name: (done[name].images if name in done else 0, self.settings.suite.whole_images(name))
            for name in self.settings.subtasks
        }

    @property
    def finished(self) -> bool:
        """Whether every planned question is answered."""
        return len(self.responses()) >= self.settings.questions

    def export_official(self, folder: Path) -> Path:
        """Write the official text format: a file per subtask, lines of image, question, truth and response.

        Only images with both answers are written, as the official tool reads lines in pairs. A companion file says
        which run it was. Raises RunError when the folder holds something or there is nothing to export.
        """
        folder = Path(folder)
        pairs = list(whole_pairs(self.responses()))
        if not pairs:
            raise RunError(f"the run in {self.path} has no image with both answers yet; there is nothing to export")
        return write_official(folder, pairs, {"id": self.id, "settings": asdict(self.settings)})


def new_run_path(runs: Path, model: str, now: datetime) -> Path:
    """A folder for a new run that does not exist yet: day, time and model, numbered when taken."""
    name = f"{now:%Y-%m-%d_%H%M%S}_{model}"
    path, number = runs / name, 2
    while path.exists():
        path, number = runs / f"{name}_{number}", number + 1
    return path


def run_paths(runs: Path) -> dict[str, Path]:
    """The run folders in a folder, by name; those in a folder of runs, as an audit leaves one, as `audit/blank`."""
    base = Path(runs)
    found = [file.parent for place in (f"*/{RUN_FILE}", f"*/*/{RUN_FILE}") for file in base.glob(place)]
    return {path.relative_to(base).as_posix(): path for path in sorted(found)}


def list_runs(runs: Path) -> tuple[list[RunFolder], list[str]]:
    """The runs in a folder (see `run_paths`), newest first, and one sentence for each that cannot be read."""
    found, problems = [], []
    for path in run_paths(runs).values():
        try:
            run = RunFolder.open(path)
            run.responses()
            found.append(run)
        except RecordError as error:
            problems.append(str(error))
    return sorted(found, key=lambda run: (run.created, run.id), reverse=True), problems


def utc_now() -> datetime:
    """The clock that callers use unless they pass their own."""
    return datetime.now(UTC)


Clock = Callable[[], datetime]


def _response_record(response: Response) -> dict[str, Any]:
    """For JSON; what only some techniques have is left out where there is none."""
    return {k: v for k, v in asdict(response).items() if v or k not in ("reasoning", "notes")}


def _response(record: Mapping[str, Any]) -> Response:
    response = Response(**{**record, "truth": Verdict(record["truth"])})
    find_subtask(response.subtask)
    return response


def _write_json(path: Path, record: Mapping[str, Any]) -> None:
    """Replace the file in one step: a crash leaves the old one or the new one."""
    temporary = path.with_suffix(".tmp")
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(record, file, indent=2, ensure_ascii=True)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
