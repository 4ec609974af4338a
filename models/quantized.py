"""Quantized copies of hub models, kept on the disk: the next load reads 4 GB instead of 15 and quantizes nothing.

A copy is made beside its place and renamed into it when it is whole, so a copy that is there is complete. Its checksums
tell whether it still is what was written. A copy holds for one version of the model's files, one quantization, one kind
of device and one set of library versions; any other makes a copy of its own.
"""

import argparse
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from models.pooled import amount
from models.progress import Report, Stage, Step
from models.spec import ModelSpec, Quantization

VARIABLE = "MME_ARENA_CACHE"
_MANIFEST = "copy.json"  # written last, into the unfinished copy
_LIBRARIES = ("torch", "transformers", "bitsandbytes")
_PROCESSOR_FILES = ("*.json", "*.jinja", "*.model", "*.txt")  # of the original; its config and index are not taken
_OWN_FILES = ("config.json", "generation_config.json", "model.safetensors.index.json")
_SPARE_BYTES = 2**30  # left free on the disk


def default_cache(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder for copies: MME_ARENA_CACHE, or ~/.cache/mme-arena."""
    return Path(environment.get(VARIABLE) or "~/.cache/mme-arena").expanduser()


def is_kept(spec: ModelSpec, quantization: Quantization) -> bool:
    """Whether a copy is worth it: not for a local folder, a composition, or weights as published."""
    return quantization is not Quantization.NONE and not spec.is_local and spec.composition is None


@dataclass(frozen=True)
class Copy:
    """The place of one copy, whether it is there or not."""

    folder: Path
    facts: Mapping[str, Any]

    @classmethod
    def of(
        cls, cache: Path, spec: ModelSpec, revision: str, quantization: Quantization, device: str, kept: Sequence[str]
    ) -> "Copy":
        """`kept` are the modules that stay unquantized."""
        facts = {
            "source": spec.source,
            "revision": revision,
            "quantization": quantization.value,
            "device": device.split(":")[0],
            "libraries": {name: version(name) for name in _LIBRARIES},
            "kept": sorted(kept),
        }
        key = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]
        name = spec.source.replace("/", "--")
        return cls(cache / "quantized" / f"{name}-{quantization.value}-{key}", facts)

    @property
    def exists(self) -> bool:
        return self.folder.is_dir()

    def problem(self) -> str:
        """What is wrong with the copy on the disk, in words; nothing when each file is as it was written."""
        try:
            manifest = json.loads((self.folder / _MANIFEST).read_text("utf-8"))
            for name, digest in manifest["files"].items():
                if _digest(self.folder / name) != digest:
                    return f"{name} has changed"
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            return f"a file is missing or unreadable ({type(error).__name__})"
        return ""

    def discard(self) -> None:
        """Remove the copy; another process may do so at the same time."""
        with _locked(self.folder, wait=True):
            shutil.rmtree(self.folder, ignore_errors=True)

    def save(self, spec: ModelSpec, model: Any, original: Path, report: Report) -> None:
        """Write a loaded model, and the processor's files of `original`. Never fails: what went wrong is told."""
        told = Step(Stage.QUANTIZING, f"Keeping the quantized copy of {spec.title} for the next time…")
        report(told)
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            with _locked(self.folder, wait=False) as mine:
                if mine and not self.exists:
                    self._refuse_full_disk(model)
                    self._write(model, original)
        except Exception as error:  # whatever the disk or a library does: the model is loaded and can answer
            reason = getattr(error, "strerror", None) or error
            text = f"The quantized copy of {spec.title} could not be kept ({reason}); it will be quantized again."
            report(Step(Stage.QUANTIZING, text))

    def _refuse_full_disk(self, model: Any) -> None:
        free, needed = shutil.disk_usage(self.folder.parent).free, model.get_memory_footprint() + _SPARE_BYTES
        if free < needed:
            raise OSError(f"the disk has {amount(free)} free, {amount(needed)} are needed")

    def _write(self, model: Any, original: Path) -> None:
        unfinished = self.folder.with_name(f".{self.folder.name}.part")
        shutil.rmtree(unfinished, ignore_errors=True)  # of a process that was killed
        try:
            unfinished.mkdir()
            with _no_bars():
                model.save_pretrained(unfinished)
            for file in (file for pattern in _PROCESSOR_FILES for file in original.glob(pattern)):
                if file.name not in _OWN_FILES:
                    shutil.copyfile(file, unfinished / file.name)
            files = {file.name: _digest(file) for file in sorted(unfinished.iterdir())}
            manifest = {**self.facts, "files": files}
            (unfinished / _MANIFEST).write_text(json.dumps(manifest, indent=2), "utf-8")
            for path in (*unfinished.iterdir(), unfinished):
                _flush(path)
            unfinished.rename(self.folder)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)


def copies(cache: Path) -> list[Path]:
    """The folders of all copies."""
    folder = cache / "quantized"
    return sorted(path for path in folder.glob("*") if path.is_dir()) if folder.is_dir() else []


def add_command(commands: Any) -> None:
    """Add `cache` to the subcommands of an argparse parser."""
    parser = commands.add_parser("cache", help="show the quantized copies on this disk, or remove them")
    parser.add_argument("--clear", action="store_true", help="remove them all; they are made again when needed")
    parser.add_argument("--folder", type=Path, default=None, help=f"where they are (default: {VARIABLE})")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """List the copies with their sizes; with --clear, remove them."""
    cache = options.folder or default_cache()
    total = 0
    for folder in copies(cache):
        size = sum(file.stat().st_size for file in folder.iterdir())
        total += size
        if options.clear:
            shutil.rmtree(folder)
        print(f"{'removed  ' if options.clear else ''}{folder.name}  {amount(size)}")
    print(f"{amount(total)} {'freed' if options.clear else 'in'} {cache}")
    return 0


@contextmanager
def _locked(folder: Path, *, wait: bool) -> Iterator[bool]:
    """Whether this process has the copy's lock; without `wait`, False where another one has it."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder.with_name(f".{folder.name}.lock"))
    try:
        lock.acquire(timeout=-1 if wait else 0)
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


@contextmanager
def _no_bars() -> Iterator[None]:
    from transformers import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _flush(path: Path) -> None:
    """Make sure that a file, or a folder's list of names, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
