"""From files on disk to a module on its device, quantized on the way: transformers' from_pretrained, checked."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForImageTextToText, BitsAndBytesConfig, GenerationConfig
from transformers import logging as transformers_logging

from models.device import compute_dtype
from models.errors import ModelFilesError
from models.memory import kept_modules
from models.progress import Report, Stage, Step, ignore
from models.spec import ModelSpec, Quantization

_TOKEN_SETTINGS = ("bos_token_id", "eos_token_id", "pad_token_id", "decoder_start_token_id")
_WEIGHTS_BAR = "Loading weights"  # what transformers calls the bar that counts them


def build(
    spec: ModelSpec, folder: Path, quantization: Quantization, device: str, report: Report = ignore
) -> torch.nn.Module:
    """The model in `folder` on `device`, in evaluation mode; raises ModelFilesError where weights are missing.

    A folder that holds a quantized copy is loaded as it is. Each whole percent of the weights is told to `report`.
    """
    config = AutoConfig.from_pretrained(folder, local_files_only=True)
    load = partial(AutoModelForImageTextToText.from_pretrained, folder, use_safetensors=True, local_files_only=True)
    return assemble(spec, load, config, quantization, device, report)


def assemble(
    spec: ModelSpec, load: Callable[..., Any], config: Any, quantization: Quantization, device: str, report: Report
) -> torch.nn.Module:
    """`build`, for whatever `load` (a from_pretrained that wants its last options) makes a model of `config` from."""
    options: dict[str, Any] = {"dtype": compute_dtype(device)}
    if quantization is not Quantization.NONE:
        logging.getLogger("bitsandbytes").setLevel(logging.ERROR)  # int8 warns at every matrix product otherwise
        if getattr(config, "quantization_config", None) is None:
            options["quantization_config"] = _bitsandbytes(quantization, options["dtype"], kept_modules(config))
    if quantization is not Quantization.NONE or device != "cpu":
        options["device_map"] = {"": device}
    with _quiet_transformers(), _told(spec, quantization, report):
        model, info = load(output_loading_info=True, ignore_mismatched_sizes=True, **options)
    absent = sorted(info["missing_keys"]) + sorted(str(key) for key in info["mismatched_keys"])
    if absent:  # transformers would answer with random weights in their place
        raise ModelFilesError(
            f"{spec.title} cannot be loaded: {len(absent)} of its weights are missing or of the wrong shape "
            f"(first: {absent[0]}); {remedy(spec)}."
        )
    _fix_generation_settings(model)
    return model.eval()


def _bitsandbytes(quantization: Quantization, dtype: torch.dtype, kept: list[str]) -> BitsAndBytesConfig:
    if quantization is Quantization.INT8:
        return BitsAndBytesConfig(load_in_8bit=True, llm_int8_skip_modules=kept)
    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=dtype,
        llm_int8_skip_modules=kept,  # whatever the name says, 4 bits read it too
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
def _told(spec: ModelSpec, quantization: Quantization, report: Report) -> Iterator[None]:
    """While open, transformers' bar over the weights becomes steps for `report`; its other bars stay as they are."""

    def bar(factory: Callable[..., Any], arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
        if options.get("desc") == _WEIGHTS_BAR and arguments:
            return _counted(arguments[0], step)
        return factory(*arguments, **options)

    def step(share: float) -> None:
        stage = Stage.LOADING if quantization is Quantization.NONE else Stage.QUANTIZING
        report(Step(stage, f"Loading {spec.title} ({quantization.title})…", share))

    before = transformers_logging.set_tqdm_hook(bar)
    try:
        yield
    finally:
        transformers_logging.set_tqdm_hook(before)


def _counted(items: Iterable[Any], tell: Callable[[float], None]) -> Iterator[Any]:
    """`items`, telling the share that is done at each whole percent."""
    items = list(items)
    percent = -1
    for done, item in enumerate(items):
        if 100 * done // len(items) > percent:
            percent = 100 * done // len(items)
            tell(done / len(items))
        yield item
    tell(1.0)


def remedy(spec: ModelSpec) -> str:
    """What to do about damaged files, for the end of a sentence."""
    if spec.embedded:
        return "restore the folder from the repository"
    return f"check the folder {spec.source}" if spec.is_local else "delete it from the Hub's cache and load it again"
