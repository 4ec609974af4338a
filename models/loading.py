"""From a spec to a model that answers: files, processor, quantized weights. Everything heavy is imported here."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import AutoConfig, AutoModelForImageTextToText

from models import memory, minigpt4, parts, quantized, sources
from models.building import build, remedy
from models.device import compute_dtype, default_device, ran_out_of_memory
from models.errors import MissingPackageError, ModelError, ModelFilesError, NotVisionModelError, OutOfMemoryError
from models.families import missing_packages
from models.lengths import battle_lengths
from models.pooled import Needs
from models.processors import load_processor
from models.progress import Report, Stage, Step, ignore
from models.spec import ModelSpec, Quantization

# transformers sets torch's default dtype and patches classes while it builds a model: one at a time, process-wide.
_BUILDING = threading.RLock()


@dataclass(eq=False)
class LoadedModel:
    """A model in memory, ready to answer.

    `footprint_bytes` counts weights, buffers and quantization state. `revision` is the exact version of the files:
    a commit, or a content hash for a local folder. `busy` is held while it answers: some families (Qwen-VL) keep
    positions on the module between tokens, so two answers at once on one copy would mix. `encoding` is held while its
    processor works: a tokenizer keeps how it pads between two steps of one call, so two calls at once would mix too.
    """

    spec: ModelSpec
    quantization: Quantization
    model: Any = field(repr=False)
    processor: Any = field(repr=False)
    device: str
    dtype: torch.dtype
    footprint_bytes: int
    revision: str
    busy: threading.Lock = field(default_factory=threading.Lock, repr=False)
    encoding: threading.Lock = field(default_factory=threading.Lock, repr=False)


def load(
    spec: ModelSpec,
    quantization: Quantization,
    device: str | None = None,
    report: Report = ignore,
    cache: Path | None = None,
) -> LoadedModel:
    """Load `spec` onto `device` ("cpu", "cuda", "cuda:1"; the best one when None), telling each step to `report`.

    With `cache`, a quantized hub model is read from the copy that its first load leaves in that folder.
    Raises a ModelError with one clear sentence: files missing or damaged, a text-only model, no network, a licence
    to accept, a missing package, not enough memory.
    """
    device = device or default_device()
    stage = Stage.LOADING if quantization is Quantization.NONE else Stage.QUANTIZING
    loading = Step(stage, f"Loading {spec.title} ({quantization.title})…")
    if spec.composition is not None:
        together = _fetch_parts(spec, report)
        report(loading)
        with building(spec):
            processor = minigpt4.load_processor(spec, together)
            model = minigpt4.build(spec, together, quantization, device, report)
        return as_loaded(spec, quantization, model, processor, device, together.revision)
    found = sources.find(spec)
    config = _read_config(spec, found.folder)  # a text-only model is refused before its weights are downloaded
    _check_packages(spec, config)
    copy = None
    if cache is not None and quantized.is_kept(spec, quantization):
        with building(spec):
            copy = quantized.Copy.of(cache, spec, found.revision, quantization, device, memory.kept_modules(config))
        if copy.exists and (loaded := _from_copy(spec, quantization, device, copy, found.revision, report)):
            return loaded
    files = sources.fetch(spec, found, report)
    report(loading)
    with building(spec):
        processor = load_processor(files.folder)
        model = build(spec, files.folder, quantization, device, report)
    if copy is not None:
        copy.save(spec, model, files.folder, report)
    return as_loaded(spec, quantization, model, processor, device, files.revision)


def _check_packages(spec: ModelSpec, config: Any) -> None:
    if missing := missing_packages(config):
        raise MissingPackageError(
            f"{spec.title} needs a package that is not installed: run `pip install {' '.join(missing)}` in a version "
            "that fits the installed torch, then start again."
        )


def _from_copy(
    spec: ModelSpec, quantization: Quantization, device: str, copy: quantized.Copy, revision: str, report: Report
) -> LoadedModel | None:
    """The model of a quantized copy; None, and the copy is gone, where it is damaged."""
    report(Step(Stage.LOADING, f"Loading {spec.title} ({quantization.title}) from its copy on this disk…"))
    problem = copy.problem()
    if not problem:
        try:
            with building(spec):
                processor = load_processor(copy.folder)
                model = build(spec, copy.folder, quantization, device, report)
            return as_loaded(spec, quantization, model, processor, device, revision)
        except ModelFilesError as error:
            problem = str(error)
    report(Step(Stage.LOADING, f"The quantized copy of {spec.title} is damaged ({problem}); it is made again."))
    copy.discard()
    return None


def _fetch_parts(spec: ModelSpec, report: Report) -> parts.Parts:
    with _readable_errors(spec):
        found = parts.find(spec)
        minigpt4.composed_config(spec, found)  # parts that do not fit are refused before their weights are downloaded
        return parts.fetch(spec, found, report)


def as_loaded(
    spec: ModelSpec, quantization: Quantization, model: Any, processor: Any, device: str, revision: str
) -> LoadedModel:
    """A model that was just built, with what it takes."""
    footprint = model.get_memory_footprint()
    if quantization is not Quantization.NONE:
        footprint += memory.quantization_state_bytes(model)
    return LoadedModel(spec, quantization, model, processor, device, compute_dtype(device), footprint, revision)


def predict_footprint(spec: ModelSpec, quantization: Quantization, device: str) -> int:
    """Bytes that `load` will take, known from the configuration before any weight is fetched or read."""
    return predict(spec, quantization, device).model_bytes


def predict(spec: ModelSpec, quantization: Quantization, device: str) -> Needs:
    """The same, and what an answer of a battle's length needs beside it."""
    config = read_config(spec)
    with building(spec):
        model = memory.predict(config, quantization, device)
        return Needs(model.total_bytes, memory.working_bytes(config, battle_lengths(config), compute_dtype(device)))


def read_config(spec: ModelSpec) -> Any:
    """The configuration of a model, its weights untouched; raises a ModelError where it cannot be had."""
    if spec.composition is not None:
        with _readable_errors(spec):
            return minigpt4.composed_config(spec)
    return _read_config(spec, sources.find(spec).folder)


def _read_config(spec: ModelSpec, folder: Path) -> Any:
    """The model's configuration, checked: transformers must know it as a model that reads pictures and text."""
    with _readable_errors(spec):
        config = AutoConfig.from_pretrained(folder, local_files_only=True)
    if type(config) not in AutoModelForImageTextToText._model_mapping:
        raise NotVisionModelError(
            f"{spec.title} ({config.model_type}) reads text only; choose a model that reads pictures and text "
            "(image-text-to-text)."
        )
    return config


@contextmanager
def building(spec: ModelSpec) -> Iterator[None]:
    """While open, no other model is built, and what goes wrong is told in one sentence."""
    with _BUILDING, _readable_errors(spec):
        yield


@contextmanager
def _readable_errors(spec: ModelSpec) -> Iterator[None]:
    try:
        yield
    except (torch.OutOfMemoryError, MemoryError) as error:
        raise _out_of_memory(spec) from error
    except SafetensorError as error:
        raise ModelFilesError(
            f"{spec.title} cannot be loaded: a weights file is damaged or cut off ({error}); {remedy(spec)}."
        ) from error
    except ImportError as error:
        raise MissingPackageError(
            f"{spec.title} needs a package that is not installed: {_first_sentence(error)}."
        ) from error
    except RuntimeError as error:  # the device failed, not the files
        if ran_out_of_memory(error):
            raise _out_of_memory(spec) from error
        raise ModelError(f"{spec.title} cannot be loaded: {_first_sentence(error)}.") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelFilesError(f"{spec.title} cannot be loaded: {_first_sentence(error)}; {remedy(spec)}.") from error


def _out_of_memory(spec: ModelSpec) -> OutOfMemoryError:
    return OutOfMemoryError(
        f"Memory ran out while loading {spec.title}; choose a smaller quantization (int8, nf4) or model."
    )


def _first_sentence(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].strip().rstrip(".;:")[:300]
