"""MiniGPT-4 (arXiv 2304.10592): BLIP-2's vision tower and Q-Former, one linear projection, and Vicuna.

Nobody published it in one piece. transformers' BLIP-2 with a Llama as its language model is the same network, so the
parts' tensors are given to that class under its names, and quantized on the way in like any checkpoint's.
Prompt, picture and end of an answer are as in the authors' code (minigpt4/conversation/conversation.py).
"""

import copy
import pickle
import zipfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from transformers import (
    AutoConfig,
    AutoImageProcessor,
    AutoTokenizer,
    BatchFeature,
    Blip2Config,
    Blip2ForConditionalGeneration,
    PretrainedConfig,
)

from models import parts
from models.building import assemble
from models.errors import ModelFilesError, SpecificationError
from models.parts import VISION_KEYS, Parts
from models.progress import Report, ignore
from models.spec import ModelSpec, Quantization

SYSTEM = (
    "Give the following image: <Img>ImageContent</Img>. "
    "You will be able to see the image once I provide it to you. Please answer my questions."
)
TURN = "###"
_PROJECTION = {"llama_proj.weight": "language_projection.weight", "llama_proj.bias": "language_projection.bias"}
_PER_TOKEN = ("model.embed_tokens.weight", "lm_head.weight")


def composed_config(spec: ModelSpec, found: Parts | None = None) -> Blip2Config:
    """The whole model's configuration, from the parts' own; no weights are read."""
    return _config(spec, found or parts.find(spec))


def build(
    spec: ModelSpec, found: Parts, quantization: Quantization, device: str, report: Report = ignore
) -> torch.nn.Module:
    """The model of fetched parts on `device`; raises a ModelError where the parts do not fit together."""
    config = _config(spec, found)
    tensors = _projection(spec, found.projection, config)
    tensors |= dict(_vision(found.vision.folder)) | dict(_language(spec, found.language.folder))
    load = partial(Blip2ForConditionalGeneration.from_pretrained, None, config=config, state_dict=tensors)
    return assemble(spec, load, config, quantization, device, report)


def load_processor(spec: ModelSpec, found: Parts) -> "Processor":
    """From the language part's tokenizer and the vision part's picture settings."""
    language = found.language.folder
    if not any((language / name).is_file() for name in ("tokenizer.json", "tokenizer.model")):
        raise ModelFilesError(
            f"{spec.title} cannot be loaded: its language part, {spec.composition.language}, has no tokenizer.json and "
            "no tokenizer.model."
        )
    config = _config(spec, found)
    tokenizer = AutoTokenizer.from_pretrained(language, local_files_only=True)
    pictures = AutoImageProcessor.from_pretrained(found.vision.folder, local_files_only=True)
    return Processor(pictures, tokenizer, config.image_token_id, config.num_query_tokens)


class Processor:
    """Pictures and instructions to tensors, as transformers' processors do it: one picture an instruction.

    The text before and after the picture is tokenized apart, as the authors do. The picture's tokens have an id of
    their own that no text can hold.
    """

    chat_template = None

    def __init__(self, image_processor: Any, tokenizer: Any, image_token_id: int, slots: int) -> None:
        self.image_processor, self.tokenizer = image_processor, tokenizer
        self.image_token_id, self.slots = image_token_id, slots

    def __call__(self, images: Sequence[Any], text: Sequence[str], **_options: Any) -> BatchFeature:
        """input_ids and attention_mask [B, T], padded on the left, and pixel_values [B, 3, H, W]."""
        rows = [self.tokens(instruction) for instruction in text]
        longest = max(map(len, rows))
        fill = self.tokenizer.pad_token_id or 0
        encoded = {
            "input_ids": torch.tensor([[fill] * (longest - len(row)) + row for row in rows]),
            "attention_mask": torch.tensor([[0] * (longest - len(row)) + [1] * len(row) for row in rows]),
            **self.image_processor(images=list(images), return_tensors="pt"),
        }
        return BatchFeature(encoded)

    def tokens(self, instruction: str) -> list[int]:
        """The ids of one prompt; an instruction cannot end its own turn."""
        said = instruction.replace(TURN, " ".join(TURN))
        before = self.tokenizer(f"{SYSTEM}{TURN}Human: <Img>")["input_ids"]
        after = self.tokenizer(f"</Img> {said}{TURN}Assistant:", add_special_tokens=False)["input_ids"]
        return [*before, *[self.image_token_id] * self.slots, *after]


def _config(spec: ModelSpec, found: Parts) -> Blip2Config:
    vision = _part_config(spec, "vision", found.vision.folder, "blip-2", "BLIP-2")
    language = copy.deepcopy(_part_config(spec, "language", found.language.folder, "llama", "a Llama, as Vicuna is"))
    image = language.vocab_size
    language.vocab_size += 1  # a token for the picture, after all that text can be made of
    if (language.pad_token_id or 0) < 0:  # what early conversions of Llama wrote for "none"
        language.pad_token_id = None
    return Blip2Config(
        vision_config=vision.vision_config,
        qformer_config=vision.qformer_config,
        text_config=language,
        num_query_tokens=vision.num_query_tokens,
        image_token_index=image,
    )


def _part_config(spec: ModelSpec, part: str, folder: Path, kind: str, wanted: str) -> PretrainedConfig:
    config = AutoConfig.from_pretrained(folder, local_files_only=True)
    if config.model_type != kind:
        source = getattr(spec.composition, part)
        raise SpecificationError(
            f"{spec.title} cannot be put together: its {part} part must be {wanted}, but {source} is of the kind "
            f"{config.model_type!r}."
        )
    return config


def _vision(folder: Path) -> Iterator[tuple[str, torch.Tensor]]:
    for file in sorted(folder.glob("*.safetensors")):
        yield from _safetensors(file, VISION_KEYS)


def _language(spec: ModelSpec, folder: Path) -> Iterator[tuple[str, torch.Tensor]]:
    files = sorted(folder.glob("*.safetensors"))
    for file in files or sorted(folder.glob("pytorch_model*.bin")):
        for name, tensor in _safetensors(file) if files else _unpickled(spec, file).items():
            if not name.endswith("rotary_emb.inv_freq"):  # early files have it; it is computed now
                yield f"language_model.{name}", _with_picture_token(tensor) if name in _PER_TOKEN else tensor


def _safetensors(file: Path, beginnings: tuple[str, ...] = ("",)) -> Iterator[tuple[str, torch.Tensor]]:
    with safe_open(file, "pt") as tensors:
        names = tensors.keys()
        yield from ((name, tensors.get_tensor(name)) for name in names if name.startswith(beginnings))


def _with_picture_token(rows: torch.Tensor) -> torch.Tensor:
    """One more row: the mean. As an output it is never the likeliest, as an input the picture replaces it."""
    return torch.cat([rows, rows.float().mean(0, keepdim=True).to(rows.dtype)])


def _projection(spec: ModelSpec, file: Path, config: Blip2Config) -> dict[str, torch.Tensor]:
    saved = _unpickled(spec, file)
    tensors = saved.get("model", saved)
    missing = [name for name in _PROJECTION if name not in tensors]
    if missing:
        raise ModelFilesError(
            f"{spec.title} cannot be loaded: {file.name} has no {' and no '.join(missing)}; take the projection that "
            "was released for MiniGPT-4 with Vicuna."
        )
    projection = {ours: tensors[theirs] for theirs, ours in _PROJECTION.items()}
    _check_widths(spec, file, tuple(projection["language_projection.weight"].shape), config)
    return projection


def _check_widths(spec: ModelSpec, file: Path, shape: tuple[int, ...], config: Blip2Config) -> None:
    wide, narrow = config.text_config.hidden_size, config.qformer_config.hidden_size
    if shape == (wide, narrow):
        return
    if shape[-1] == 4 * config.vision_config.hidden_size:
        raise SpecificationError(
            f"{spec.title} cannot be put together: {file.name} belongs to the MiniGPT-4 with Llama 2, which has no "
            "Q-Former; take the projection that was released for MiniGPT-4 with Vicuna."
        )
    raise SpecificationError(
        f"{spec.title} cannot be put together: {file.name} leads from width {shape[-1]} to {shape[0]}, but its vision "
        f"and language parts need {narrow} to {wide}; take the projection for a Vicuna of this size."
    )


def _unpickled(spec: ModelSpec, file: Path) -> dict[str, Any]:
    """A file of torch.save, read as tensors and plain values only."""
    try:
        saved = torch.load(file, map_location="cpu", weights_only=True, mmap=zipfile.is_zipfile(file))
    except pickle.UnpicklingError as error:
        raise ModelFilesError(
            f"{spec.title} cannot be loaded: {file.name} is damaged, or holds more than tensors, and such a file "
            "could run any code, so it is not read."
        ) from error
    except (RuntimeError, EOFError, OSError, ValueError) as error:  # all of them, by where the file is cut
        raise ModelFilesError(f"{spec.title} cannot be loaded: {file.name} is damaged or cut off.") from error
    if not isinstance(saved, dict):
        raise ModelFilesError(f"{spec.title} cannot be loaded: {file.name} holds no tensors with names.")
    return saved
