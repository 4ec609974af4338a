"""Recorded answers from elsewhere become runs of this installation: a folder, a zip, or the text files themselves."""

import hashlib
import json
import shutil
import tempfile
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from benchmark.errors import RecordError, RunError
from benchmark.official import COMPANION, Recorded, load_official
from benchmark.records import ModelRecord, RunSettings, SuiteRecord
from benchmark.results import RunFolder, new_run_path
from benchmark.scoring import Response
from benchmark.subtasks import SUBTASK_NAMES, SUBTASKS

MAX_UPLOAD_BYTES = 50_000_000
"""Unpacked; the full MME with long answers is below 10 MB."""

_WANTED = {*(f"{name}.txt" for name in SUBTASK_NAMES), COMPANION}


def responses_at(path: Path) -> tuple[Response, ...]:
    """The responses of a run folder or of a folder of recorded answers. Raises RecordError."""
    path = Path(path)
    if (path / "run.json").exists():
        return tuple(RunFolder.open(path).responses())
    return load_official(path).responses


def import_recorded(folder: Path, runs: Path, title: str, now: datetime) -> RunFolder:
    """Copy the recorded answers of a folder into a new run named `title`. Nothing is asked, no model is needed.

    Raises RecordError when the folder cannot be read (see `load_official`), RunError when the run cannot be written.
    """
    title = " ".join(title.split())
    if not 1 <= len(title) <= 80:
        raise RunError(f"the name of the recorded model has {len(title)} characters; give 1 to 80")
    recorded = load_official(Path(folder))
    slug = "".join(c if c.isascii() and c.isalnum() else "-" for c in title.lower()).strip("-") or "recorded"
    path = new_run_path(Path(runs), slug, now)
    run = RunFolder.create(path, _settings(recorded, title), now)
    try:
        with run.writing():
            run.append(recorded.responses)
    except RunError:
        shutil.rmtree(path, ignore_errors=True)
        raise
    return run


def import_upload(files: Sequence[Path], runs: Path, title: str, now: datetime) -> RunFolder:
    """The same from uploaded files: one zip, or the official text files. Raises RecordError or RunError."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for file in map(Path, files):
            if zipfile.is_zipfile(file):
                _unpack(file, folder)
            elif file.name in _WANTED:
                shutil.copyfile(file, folder / file.name)
            else:
                raise RecordError(
                    f"{file.name} is neither a zip nor one of the official files ({SUBTASK_NAMES[0]}.txt, "
                    f"{SUBTASK_NAMES[1]}.txt, ...)"
                )
        try:
            return import_recorded(folder, runs, title, now)
        except RecordError as error:  # the temporary folder's name means nothing to the person who uploaded
            raise RecordError(str(error).replace(f"{folder}/", "").replace(str(folder), "the upload")) from None


def _unpack(archive: Path, folder: Path) -> None:
    """Take only the wanted file names, from whichever folder of the archive, and no more than the limit."""
    left = MAX_UPLOAD_BYTES
    try:
        with zipfile.ZipFile(archive) as opened:
            for member in opened.infolist():
                name = Path(member.filename.replace("\\", "/")).name
                if member.is_dir() or name not in _WANTED or "__MACOSX" in member.filename:
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
        fingerprint = _fingerprint(recorded.responses)
        official = {s.name: s.images for s in SUBTASKS}
        images = {name: max(count, official[name]) for name, count in counts.items()}
        name = "MME" if recorded.is_mme else "recorded questions"
        suite = SuiteRecord(name, "", fingerprint, recorded.is_mme, counts if recorded.is_mme else images)
    return RunSettings(ModelRecord("recorded", title), suite, tuple(counts), None, {}, recorded=True)


def _suite_of_companion(recorded: Recorded, counts: dict[str, int]) -> SuiteRecord | None:
    """What our own export says of its suite; whether it is MME is decided by the questions all the same."""
    if recorded.about is None:
        return None
    try:
        told = recorded.about["settings"]["suite"]
        images = {name: int(told["images"][name]) for name in counts}
        if any(images[name] < count for name, count in counts.items()):
            raise ValueError("fewer images than answers")
        is_mme = recorded.is_mme if counts == images else bool(told["is_mme"])  # a part cannot be recognised
        return SuiteRecord(str(told["name"]), "", str(told["fingerprint"]), is_mme, images)
    except (KeyError, TypeError, ValueError) as error:
        raise RecordError(f"{COMPANION} is damaged ({error}); remove it, or export the run again") from None


def _fingerprint(responses: Sequence[Response]) -> str:
    facts = [(r.question_id, r.question, r.truth.value) for r in responses]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()
