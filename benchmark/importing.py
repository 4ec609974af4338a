"""Recorded answers from elsewhere become runs of this installation: official texts, a zip, samples, tables."""

import hashlib
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from benchmark.errors import RecordError, RunError
from benchmark.official import COMPANION, load_official
from benchmark.recognition import MME_IMAGES
from benchmark.recorded import Recorded
from benchmark.records import ModelRecord, RunSettings, SuiteRecord
from benchmark.results import RUN_FILE, RunFolder, new_run_path
from benchmark.samples import read_samples
from benchmark.scoring import Response
from benchmark.subtasks import SUBTASK_NAMES
from benchmark.tables import read_table

MAX_UPLOAD_BYTES = 50_000_000
"""Unpacked; the full MME with long answers is below 10 MB."""

_OFFICIAL = {*(f"{name}.txt" for name in SUBTASK_NAMES), COMPANION}
_READERS = {
    ".jsonl": read_samples,
    ".json": read_samples,
    ".xlsx": read_table,
    ".tsv": read_table,
    ".csv": read_table,
}
IMPORT_ENDINGS = (".txt", ".zip", *_READERS)
"""What a person may hand over: the official texts, a zip of them, samples of lmms-eval, tables of VLMEvalKit."""

_FORMS = (
    f"the official text files ({SUBTASK_NAMES[0]}.txt, {SUBTASK_NAMES[1]}.txt, ...) or a zip of them, samples of "
    "lmms-eval (.jsonl), a result file of VLMEvalKit (.xlsx, .tsv, .csv), or a CSV of this installation"
)


def responses_at(path: Path) -> tuple[Response, ...]:
    """The responses of a run folder, or of recorded answers in any form that can be imported. Raises RecordError."""
    path = Path(path)
    if (path / RUN_FILE).exists():
        return tuple(RunFolder.open(path).responses())
    return recorded_at(path).responses


def recorded_at(path: Path) -> Recorded:
    """Read recorded answers: a folder of the official texts, or one file in a form of `IMPORT_ENDINGS`.

    Raises RecordError naming the file and line.
    """
    path = Path(path)
    if not path.exists():
        raise RecordError(f"there is no file or folder {str(path)!r}")
    if (path / RUN_FILE).exists():
        raise RecordError(f"{path} is a run already, nothing to import; copy the folder beside the other runs")
    if path.is_dir():
        inside = [file for ending in (".jsonl", ".xlsx") for file in sorted(path.glob(f"*{ending}"))]
        texts = any((path / name).is_file() for name in _OFFICIAL)
        return recorded_at(inside[0]) if len(inside) == 1 and not texts else load_official(path)
    if path.name in _OFFICIAL:
        return load_official(path.parent)
    if path.stat().st_size > MAX_UPLOAD_BYTES:
        raise RecordError(
            f"{path.name} is larger than {MAX_UPLOAD_BYTES // 1_000_000} MB; answers to MME are below 10 MB"
        )
    if path.suffix.lower() == ".zip":
        return _of_zip(path)
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise RecordError(f"{path.name} is in no form that can be read; give {_FORMS}")
    return reader(path)


def _of_zip(path: Path) -> Recorded:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        _unpack(path, folder)
        with _named(folder, path.name):
            return recorded_at(folder)


def import_recorded(path: Path, runs: Path, title: str, now: datetime) -> RunFolder:
    """Copy recorded answers (see `recorded_at`) into a new run named `title`. Nothing is asked, no model is needed.

    Raises RecordError when they cannot be read, RunError when the run cannot be written.
    """
    title = " ".join(title.split())
    if not 1 <= len(title) <= 80:
        raise RunError(f"the name of the recorded model has {len(title)} characters; give 1 to 80")
    recorded = recorded_at(Path(path))
    slug = "".join(c if c.isascii() and c.isalnum() else "-" for c in title.lower()).strip("-") or "recorded"
    target = new_run_path(Path(runs), slug, now)
    run = RunFolder.create(target, _settings(recorded, title), now)
    try:
        with run.writing():
            run.append(recorded.responses)
    except RunError:
        shutil.rmtree(target, ignore_errors=True)
        raise
    return run


def import_upload(files: Sequence[Path], runs: Path, title: str, now: datetime) -> RunFolder:
    """The same from uploaded files: the official texts or a zip of them, or one file in another form.

    Raises RecordError or RunError.
    """
    uploaded = [Path(file) for file in files]
    others = [file for file in uploaded if file.name not in _OFFICIAL and not zipfile.is_zipfile(file)]
    others += [file for file in uploaded if file.suffix.lower() == ".xlsx" and file not in others]  # a zip inside
    if others:
        if len(uploaded) > 1:
            raise RecordError(
                f"{others[0].name} came with {len(uploaded) - 1} other file(s); give one file, or {_FORMS}"
            )
        return import_recorded(others[0], runs, title, now)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for file in uploaded:
            if file.name in _OFFICIAL:
                shutil.copyfile(file, folder / file.name)
            else:
                _unpack(file, folder)
        with _named(folder, "the upload"):
            return import_recorded(folder, runs, title, now)


@contextmanager
def _named(folder: Path, name: str) -> Iterator[None]:
    """Call a temporary folder `name` in messages: its own name means nothing to the person who gave the files."""
    try:
        yield
    except RecordError as error:
        raise RecordError(str(error).replace(f"{folder}/", "").replace(str(folder), name)) from None


def _unpack(archive: Path, folder: Path) -> None:
    """Take only files of a known form, from whichever folder of the archive, and no more than the limit."""
    left = MAX_UPLOAD_BYTES
    try:
        with zipfile.ZipFile(archive) as opened:
            for member in opened.infolist():
                name = Path(member.filename.replace("\\", "/")).name
                known = name in _OFFICIAL or Path(name).suffix.lower() in (".jsonl", ".xlsx")
                if member.is_dir() or not known or "__MACOSX" in member.filename:
                    continue
                if (folder / name).exists():
                    raise RecordError(f"{archive.name} holds {name} more than once; zip one folder of recorded answers")
                with opened.open(member) as source:
                    data = source.read(left + 1)
                left -= len(data)
                if left < 0:
                    raise RecordError(f"{archive.name} unpacks to more than {MAX_UPLOAD_BYTES // 1_000_000} MB")
                (folder / name).write_bytes(data)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
        raise RecordError(f"{archive.name} cannot be unpacked ({error}); zip the folder again") from None


def _settings(recorded: Recorded, title: str) -> RunSettings:
    counts = {name: 0 for name in SUBTASK_NAMES}
    for response in recorded.responses:
        counts[response.subtask] += response.number == 1
    counts = {name: count for name, count in counts.items() if count}
    suite = _suite_of_companion(recorded, counts)
    if suite is None:
        name = "MME" if recorded.is_mme else "recorded questions"
        other = any(count > MME_IMAGES[name] for name, count in counts.items())  # of those nobody knows the whole
        whole = {} if other else _whole(counts, MME_IMAGES)
        suite = SuiteRecord(name, "", _fingerprint(recorded.responses), recorded.is_mme, counts, "", whole)
    return RunSettings(ModelRecord("recorded", title), suite, tuple(counts), None, {}, recorded=True)


def _whole(counts: Mapping[str, int], images: Mapping[str, int]) -> dict[str, int]:
    """The subtasks of which `counts` is only a part, with the images of the whole."""
    return {name: images[name] for name, count in counts.items() if count < images.get(name, 0)}


def _suite_of_companion(recorded: Recorded, counts: dict[str, int]) -> SuiteRecord | None:
    """What our own export says of its suite; whether it is MME is decided by the questions all the same."""
    if recorded.about is None:
        return None
    try:
        told = recorded.about["settings"]["suite"]
        images = {name: int(told["images"][name]) for name in counts}
        if any(images[name] < count for name, count in counts.items()):
            raise ValueError("fewer images than answers")
        whole = {**images, **{name: int(count) for name, count in told.get("whole", {}).items() if name in images}}
        whole = MME_IMAGES if recorded.is_mme else whole
        fingerprint, known = str(told["fingerprint"]), _whole(images, whole)
        return SuiteRecord(str(told["name"]), "", fingerprint, recorded.is_mme, images, "", known)
    except (KeyError, TypeError, ValueError) as error:
        raise RecordError(f"{COMPANION} is damaged ({error}); remove it, or export the run again") from None


def _fingerprint(responses: Sequence[Response]) -> str:
    facts = [(r.question_id, r.question, r.truth.value) for r in responses]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()
