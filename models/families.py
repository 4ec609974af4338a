"""What the families of models differ in, as facts: modules kept unquantized, padding, what questions can share.

Module names were read from transformers 5.23. Measured traps behind them: bitsandbytes matches a name as a full
prefix, a regular expression or a suffix ("vision_tower" alone matches nothing); the wrong padding side changes
answers silently.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from torch import nn
    from transformers import PretrainedConfig


class SharedPrefix(StrEnum):
    """What several questions about one picture can share."""

    CACHE = "cache"  # decoder-only: the picture is prefilled once, its KV cache repeated for each question
    FEATURES = "features"  # the picture's features are computed once, the rest once per question
    NONE = "none"  # nothing known to be safe: each question is asked on its own


@dataclass(frozen=True)
class Family:
    """One family of models.

    `unquantized` lists full module prefixes kept as published: vision tower, connector, output head. Batches are
    padded on `padding_side`; InstructBLIP's Q-Former ids on the right all the same. `several_pictures`: one prompt
    can hold more than one. `answers_end_at` is the text that ends an answer where the model has no token for it;
    `needs` are packages beyond requirements.txt.
    """

    name: str
    model_types: tuple[str, ...]
    unquantized: tuple[str, ...]
    padding_side: Literal["left", "right"] = "left"
    shared_prefix: SharedPrefix = SharedPrefix.CACHE
    several_pictures: bool = True
    answers_end_at: str = ""
    needs: tuple[str, ...] = ()


_TOWER = ("model.vision_tower", "model.multi_modal_projector", "lm_head")
_TILES = ("model.vision_model", "model.connector", "lm_head")
_VISUAL = ("model.visual", "lm_head")  # its merger, the connector, is inside
_QUERIES = ("vision_model", "qformer", "language_projection", "language_model.lm_head")

FAMILIES = (
    Family("llava", ("llava",), _TOWER),
    Family("llava-next", ("llava_next",), _TOWER),
    Family("llava-onevision", ("llava_onevision",), _TOWER),
    Family("smolvlm", ("smolvlm",), _TILES),
    Family("idefics3", ("idefics3",), _TILES),
    Family("qwen2-vl", ("qwen2_vl",), _VISUAL),
    Family("qwen2.5-vl", ("qwen2_5_vl",), _VISUAL),
    Family("qwen3-vl", ("qwen3_vl",), _VISUAL),
    Family("internvl", ("internvl",), _TOWER),
    Family("gemma3", ("gemma3",), _TOWER),
    # Every token of a PaliGemma prompt sees every other one (arXiv 2407.07726, section 3): no prefix is independent of
    # the question, only the picture's features are.
    Family("paligemma", ("paligemma",), _TOWER, shared_prefix=SharedPrefix.FEATURES, several_pictures=False),
    Family("lfm2-vl", ("lfm2_vl",), _TOWER),
    Family("fastvlm", ("fast_vlm",), _TOWER, several_pictures=False, needs=("timm",)),
    Family("glm4v", ("glm4v",), _VISUAL),
)
BLIP2 = Family("blip-2", ("blip-2",), _QUERIES, several_pictures=False)
BLIP2_T5 = Family("blip-2-t5", ("blip-2",), _QUERIES, "right", SharedPrefix.FEATURES, several_pictures=False)
MINIGPT4 = Family("minigpt-4", ("blip-2",), _QUERIES, several_pictures=False, answers_end_at="###")
INSTRUCTBLIP = Family("instructblip", ("instructblip",), _QUERIES, "left", SharedPrefix.FEATURES, False)
INSTRUCTBLIP_T5 = Family("instructblip-t5", ("instructblip",), _QUERIES, "right", SharedPrefix.FEATURES, False)

# How models that are not listed above name their vision towers and connectors.
_VISION_NAMES = (
    "vision_tower",
    "vision_model",
    "vision_encoder",
    "image_encoder",
    "visual",
    "vit",
    "multi_modal_projector",
    "connector",
    "qformer",
)


def family_of(config: "PretrainedConfig") -> Family:
    """The family of a model with this configuration; one that is not known gets a general family, named after it."""
    kind = config.model_type
    if kind in ("blip-2", "instructblip"):
        return _blip_family(kind, config.text_config)
    general = Family(kind, (kind,), (), shared_prefix=SharedPrefix.NONE)
    return next((family for family in FAMILIES if kind in family.model_types), general)


def missing_packages(config: "PretrainedConfig") -> list[str]:
    """What must be installed first for a model with this configuration to load."""
    return [package for package in family_of(config).needs if find_spec(package) is None]


def skip_modules(model: "nn.Module", config: "PretrainedConfig") -> list[str]:
    """Modules that stay unquantized, for `llm_int8_skip_modules`; `model` may be on the meta device.

    That list replaces transformers' own choice (output head, tied weights, what must stay in float32), so its own
    choice is in it too.
    """
    from transformers.quantizers.base import get_keys_to_not_convert

    kept = family_of(config).unquantized or tuple(_vision_modules(model))
    return sorted({*get_keys_to_not_convert(model), *(model._keep_in_fp32_modules or ()), *kept})


def _blip_family(kind: str, text_config: "PretrainedConfig") -> Family:
    if kind == "instructblip":
        return INSTRUCTBLIP_T5 if text_config.is_encoder_decoder else INSTRUCTBLIP
    if text_config.is_encoder_decoder:
        return BLIP2_T5
    return MINIGPT4 if text_config.model_type == "llama" else BLIP2  # Salesforce published none with Llama


def _vision_modules(model: "nn.Module") -> Iterator[str]:
    """The outermost modules that are called like a vision tower or its connector."""
    found: list[str] = []
    for name, _module in model.named_modules():
        inside = any(name.startswith(f"{outer}.") for outer in found)
        if not inside and name.rsplit(".", 1)[-1] in _VISION_NAMES:
            found.append(name)
            yield name
