"""Random weights of any shape, loaded like a checkpoint, without the memory of one."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import torch
from torch import nn
from transformers import AutoModelForImageTextToText, PretrainedConfig

from models import registry, shapes
from models.building import assemble
from models.device import compute_dtype
from models.loading import LoadedModel, as_loaded, building
from models.progress import Report
from models.shapes.processing import processor_for
from models.spec import ModelSpec, Quantization

SPREAD = 0.02  # the standard deviation that most of these models were initialised with
SLACK = 2**16  # views start at different places of the buffer, so that layers differ


def load(shape: str, quantization: Quantization, device: str, seed: int, report: Report) -> LoadedModel:
    """See `models.shapes.load_random`."""
    spec, config = spec_of(shape), shapes.config(shape)
    return fill(spec, config, processor_for(shape, config), quantization, device, seed, report)


def fill(
    spec: ModelSpec,
    config: PretrainedConfig,
    processor: Any,
    quantization: Quantization,
    device: str,
    seed: int,
    report: Report,
) -> LoadedModel:
    """A model of `config` with random weights, built as any other."""
    model_class = AutoModelForImageTextToText._model_mapping[type(config)]
    with building(spec):
        tensors = random_tensors(config, compute_dtype(device), seed)
        load = partial(model_class.from_pretrained, None, config=config, state_dict=tensors)
        model = assemble(spec, load, config, quantization, device, report)
    added = processor.tokenizer.added_tokens_decoder
    _say_words_only(model, {config.image_token_id, *(number for number, token in added.items() if token.special)})
    return as_loaded(spec, quantization, model, processor, device, f"random weights, seed {seed}")


def spec_of(shape: str) -> ModelSpec:
    """The spec of the model that has this shape, renamed: its prompt and family are what counts here."""
    model = registry.find("scout-3m" if shape == shapes.SCOUT else shape)
    return replace(
        model,
        name=f"random-{shape}",
        title=f"{model.title}, random weights",
        source=str(shapes.folder(shape)),
        embedded=False,
        composition=None,
    )


def random_tensors(config: PretrainedConfig, dtype: torch.dtype, seed: int) -> dict[str, torch.Tensor]:
    """A state dict for `config`: normal weights, norms of one, biases of zero, batch norms as they begin.

    All weights are views of one buffer as large as the largest of them, in another precision than `dtype`: the loader
    then converts each into memory of its own, one after the other, and the model does not share any in the end.
    """
    with torch.device("meta"):
        model = AutoModelForImageTextToText.from_config(config, dtype=dtype)
    model.tie_weights()
    named = dict(model.named_parameters())  # a tied weight comes once
    buffer_dtype = torch.bfloat16 if dtype == torch.float16 else torch.float16
    generator = torch.Generator().manual_seed(seed)
    largest = max(parameter.numel() for parameter in named.values())
    buffer = torch.empty(largest + SLACK, dtype=buffer_dtype).normal_(0, SPREAD, generator=generator)
    starts = torch.randint(SLACK + 1, (len(named),), generator=generator).tolist()
    norms = set(_norm_weights(model))
    tensors = {}
    for (name, parameter), start in zip(named.items(), starts, strict=True):
        if name in norms:
            tensors[name] = torch.ones(parameter.shape)
        elif name.endswith("bias"):
            tensors[name] = torch.zeros(parameter.shape)
        else:
            tensors[name] = buffer[start : start + parameter.numel()].view(parameter.shape)
    return tensors | dict(_statistics(model))


def _say_words_only(model: Any, special: set[int]) -> None:
    """No special token in an answer: it would show nothing, or end the answer at once, as chance will have it."""
    for part in (model, getattr(model, "language_model", None)):
        settings = getattr(part, "generation_config", None)
        if settings is not None:
            settings.suppress_tokens = sorted(special)


def _norm_weights(model: nn.Module) -> Iterator[str]:
    """Weights that scale what was normalised: one number a channel, in a module called a norm."""
    for name, module in model.named_modules():
        if "norm" in type(module).__name__.lower() and isinstance(getattr(module, "weight", None), nn.Parameter):
            yield f"{name}.weight"


def _statistics(model: nn.Module) -> Iterator[tuple[str, torch.Tensor]]:
    """What batch norms remember, of a model that has seen nothing: means of zero, variances of one."""
    for name, module in model.named_modules():
        if isinstance(module, nn.BatchNorm2d):
            yield f"{name}.running_mean", torch.zeros(module.num_features)
            yield f"{name}.running_var", torch.ones(module.num_features)
            yield f"{name}.num_batches_tracked", torch.tensor(0)
