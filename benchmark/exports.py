"""A run in the forms that other tools read: the official texts, samples of lmms-eval, a CSV. All score the same."""

import os
import tempfile
import zipfile
from enum import StrEnum
from pathlib import Path

from benchmark.errors import RunError, UnknownNameError
from benchmark.prompt_styles import find_style
from benchmark.results import RunFolder
from benchmark.samples import sample_lines
from benchmark.scoring import whole_pairs
from benchmark.tables import csv_text

_NO_DATE = (1980, 1, 1, 0, 0, 0)  # the same run gives the same bytes


class Format(StrEnum):
    """What an export looks like."""

    OFFICIAL = "official"  # a folder of texts, as MME's own tool reads them
    SAMPLES = "samples"  # JSON lines, as lmms-eval writes them
    CSV = "csv"


def find_format(name: str) -> Format:
    """The format of this name. Raises UnknownNameError with the names that are allowed."""
    try:
        return Format(name)
    except ValueError:
        raise UnknownNameError("export format", str(name), [form.value for form in Format]) from None


def default_target(run: RunFolder, form: Format, folder: Path) -> Path:
    """Where an export of this form goes in `folder` when nothing else is said."""
    ending = {Format.OFFICIAL: "_official", Format.SAMPLES: "_samples_mme.jsonl", Format.CSV: ".csv"}[form]
    return folder / f"{run.path.resolve().name}{ending}"


def export_run(run: RunFolder, form: Format, target: Path) -> Path:
    """Write the images with both answers to `target`: a new or empty folder for the official form, else a new file.

    Returns it. Raises RunError when something is there already, or when the run has no whole image yet.
    """
    target = Path(target)
    if form is Format.OFFICIAL:
        return run.export_official(target)
    pairs = list(whole_pairs(run.responses()))
    if not pairs:
        raise RunError(f"the run in {run.path} has no image with both answers yet; there is nothing to export")
    if form is Format.SAMPLES:
        write_new(target, "".join(sample_lines(pairs, find_style(run.settings.prompt_style))))
    else:
        write_new(target, csv_text(pairs))
    return target


def write_new(path: Path, text: str) -> None:
    """Write a file that is not there yet, whole or not at all. Raises RunError."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        if path.exists():
            raise RunError(f"{path} is there already; remove it or give another name")
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(text, encoding="utf-8", newline="")
        temporary.replace(path)
    except OSError as error:
        raise RunError(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        temporary.unlink(missing_ok=True)


def export_zip(run: RunFolder, folder: Path) -> Path:
    """Write `<run>.zip` with the official texts into `folder` and return it. Raises RunError without a whole image."""
    target = folder / f"{run.path.name}.zip"
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        exported = run.export_official(Path(temporary) / "export")
        packed = Path(temporary) / "packed.zip"
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(exported.iterdir()):
                info = zipfile.ZipInfo(f"{run.path.name}/{path.name}", _NO_DATE)
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, path.read_bytes())
        packed.replace(target)
    return target
