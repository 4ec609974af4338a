"""From a spec to a model that answers: files, processor, quantized weights. Everything heavy is imported here."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import AutoConfig, AutoModelForImageTextToText, BitsAndBytesConfig, GenerationConfig
from transformers import logging as transformers_logging

from models import memory, sources
from models.device import compute_dtype, default_device
from models.errors import MissingPackageError, ModelError, ModelFilesError, NotVisionModelError, OutOfMemoryError
from models.processors import load_processor
from models.spec import ModelSpec, Quantization

# transformers sets torch's default dtype and patches classes while it builds a model: one at a time, process-wide.
_BUILDING = threading.RLock()
_TOKEN_SETTINGS = ("bos_token_id", "eos_token_id", "pad_token_id", "decoder_start_token_id")


@dataclass(eq=False)
class LoadedModel:
    """A model in memory, ready to answer.

    `footprint_bytes` counts weights, buffers and quantization state. `revision` is the exact version of the files:
    a commit, or a content hash for a local folder. `busy` is held while it answers: some families (Qwen-VL) keep
    positions on the module between tokens, so two answers at once on one copy would mix.
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


def load(
    spec: ModelSpec,
    quantization: Quantization,
    device: str | None = None,
    progress: Callable[[str], None] | None = None,
) -> LoadedModel:
    """Load `spec` onto `device` ("cpu", "cuda", "cuda:1"; the best one when None), telling each step to `progress`.

    Raises a ModelError with one clear sentence: files missing or damaged, a text-only model, no network, a licence
    to accept, a missing package, not enough memory.
    """
    tell = progress or (lambda _message: None)
    device = device or default_device()
    found = sources.find(spec)
    _read_config(spec, found.folder)  # a text-only model is refused before its weights are downloaded
    files = sources.fetch(spec, found, tell)
    tell(f"Loading {spec.title} ({quantization.title})…")
    with _BUILDING, _readable_errors(spec):
        processor = load_processor(files.folder)
        model = _build(spec, files.folder, quantization, device)
    footprint = model.get_memory_footprint()
    if quantization is not Quantization.NONE:
        footprint += memory.quantization_state_bytes(model)
    return LoadedModel(spec, quantization, model, processor, device, compute_dtype(device), footprint, files.revision)


def predict_footprint(spec: ModelSpec, quantization: Quantization, device: str) -> int:
    """Bytes that `load` will take, known from the configuration before any weight is fetched or read."""
    config = _read_config(spec, sources.find(spec).folder)
    with _BUILDING, _readable_errors(spec):
        return memory.predict(config, quantization, device).total_bytes


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


def _build(spec: ModelSpec, folder: Path, quantization: Quantization, device: str) -> Any:
    options: dict[str, Any] = {"dtype": compute_dtype(device), "use_safetensors": True, "local_files_only": True}
    if quantization is not Quantization.NONE:
        logging.getLogger("bitsandbytes").setLevel(logging.ERROR)  # int8 warns at every matrix product otherwise
        options["quantization_config"] = _bitsandbytes(quantization, compute_dtype(device))
    if quantization is not Quantization.NONE or device != "cpu":
        options["device_map"] = {"": device}
    with _quiet_transformers():
        model, info = AutoModelForImageTextToText.from_pretrained(
            folder, output_loading_info=True, ignore_mismatched_sizes=True, **options
        )
    absent = sorted(info["missing_keys"]) + sorted(str(key) for key in info["mismatched_keys"])
    if absent:  # transformers would answer with random weights in their place
        raise ModelFilesError(
            f"{spec.title} cannot be loaded: {len(absent)} of its weights are missing or of the wrong shape "
            f"(first: {absent[0]}); {_remedy(spec)}."
        )
    _fix_generation_settings(model)
    return model.eval()


def _bitsandbytes(quantization: Quantization, dtype: torch.dtype) -> BitsAndBytesConfig:
    # No explicit llm_int8_skip_modules: a list would replace the defaults, which keep the output head unquantized.
    if quantization is Quantization.INT8:
        return BitsAndBytesConfig(load_in_8bit=True)
    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=dtype,
    )


def _fix_generation_settings(model: Any) -> None:
    """Keep only the token ids of the published generation settings, so that all models decode alike.

    BLIP-2 and InstructBLIP generate through their inner language model, which has settings of its own.
    """
    outer, inner = model, getattr(model, "language_model", None)
    for part in (outer, inner):
        settings = getattr(part, "generation_config", None)
        if settings is not None:
            kept = {name: getattr(settings, name, None) for name in _TOKEN_SETTINGS}
            part.generation_config = GenerationConfig(**{k: v for k, v in kept.items() if v is not None})


@contextmanager
def _quiet_transformers() -> Iterator[None]:
    """No progress bar or load report on the console: `info` is checked instead."""
    bars, level = transformers_logging.is_progress_bar_enabled(), transformers_logging.get_verbosity()
    transformers_logging.disable_progress_bar()
    transformers_logging.set_verbosity_error()
    try:
        yield
    finally:
        transformers_logging.set_verbosity(level)
        if bars:
            transformers_logging.enable_progress_bar()


@contextmanager
def _readable_errors(spec: ModelSpec) -> Iterator[None]:
    try:
        yield
    except torch.OutOfMemoryError as error:
        raise OutOfMemoryError(
            f"Memory ran out while loading {spec.title}; choose a smaller quantization (int8, nf4) or model."
        ) from error
    except SafetensorError as error:
        raise ModelFilesError(
            f"{spec.title} cannot be loaded: a weights file is damaged or cut off ({error}); {_remedy(spec)}."
        ) from error
    except ImportError as error:
        raise MissingPackageError(
            f"{spec.title} needs a package that is not installed: {_first_sentence(error)}."
        ) from error
    except RuntimeError as error:  # the device failed, not the files
        raise ModelError(f"{spec.title} cannot be loaded: {_first_sentence(error)}.") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelFilesError(f"{spec.title} cannot be loaded: {_first_sentence(error)}; {_remedy(spec)}.") from error


def _remedy(spec: ModelSpec) -> str:
    if spec.embedded:
        return "restore the folder from the repository"
    return f"check the folder {spec.source}" if spec.is_local else "delete it from the Hub's cache and load it again"


def _first_sentence(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].strip().rstrip(".;:")[:300]
