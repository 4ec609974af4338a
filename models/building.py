"""From files on disk to a module on its device, quantized on the way: transformers' from_pretrained, checked."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForImageTextToText, BitsAndBytesConfig, GenerationConfig
from transformers import logging as transformers_logging

from models.device import compute_dtype
from models.errors import ModelFilesError
from models.spec import ModelSpec, Quantization

_TOKEN_SETTINGS = ("bos_token_id", "eos_token_id", "pad_token_id", "decoder_start_token_id")


def build(spec: ModelSpec, folder: Path, quantization: Quantization, device: str) -> Any:
    """The model in `folder` on `device`, in evaluation mode; raises ModelFilesError where weights are missing."""
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
            f"(first: {absent[0]}); {remedy(spec)}."
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


def remedy(spec: ModelSpec) -> str:
    """What to do about damaged files, for the end of a sentence."""
    if spec.embedded:
        return "restore the folder from the repository"
    return f"check the folder {spec.source}" if spec.is_local else "delete it from the Hub's cache and load it again"
