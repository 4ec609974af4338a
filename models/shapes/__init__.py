"""Full-size models without their weights: published configurations, filled with random numbers of the same size.

What memory and time a model takes depends on its shape, hardly on its values. Where no hub is reachable, a shape
can still be planned, loaded (quantized too) and timed. Answers are noise.

Each folder holds a config.json with the numbers of the published one. Parameters that they add up to: LLaVA-1.5
7B 7,063,427,072 and Qwen2.5-VL 7B 8,292,166,656, as their files hold; InstructBLIP Vicuna 7B 7,913,726,720 (its
vocabulary of 32,001 and the picture token, assumed to be filled up to a multiple of 64); MiniGPT-4 7B 7,832,688,128
(ViT-g and Q-Former of BLIP-2, a projection, Vicuna 7B with an assumed vocabulary of 32,000 and one row for the picture
token). "scout-576" is the embedded
model with pictures of 24 x 24 patches in place of 6 x 6.

No torch is imported until a configuration or a model is asked for.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.errors import UnknownShapeError
from models.progress import Report, ignore

if TYPE_CHECKING:
    from transformers import PretrainedConfig

    from models.loading import LoadedModel
    from models.spec import Quantization

SCOUT = "scout-576"
FULL_SIZE = ("llava-1.5-7b", "instructblip-vicuna-7b", "minigpt4-7b", "qwen2.5-vl-7b")
SHAPES = (*FULL_SIZE, SCOUT)

_HERE = Path(__file__).parent
_EMBEDDED = _HERE.parent / "embedded" / "scout-3m"
_PATCHES_PER_SIDE = 24  # 576 image tokens, as many as LLaVA-1.5 has


def config(shape: str) -> "PretrainedConfig":
    """The configuration of `shape`; UnknownShapeError says which there are."""
    from transformers import AutoConfig

    facts = read(shape)
    return AutoConfig.for_model(facts.pop("model_type"), **facts)


def read(shape: str) -> dict[str, Any]:
    """The facts of `shape`, as in its config.json."""
    if shape not in SHAPES:
        raise UnknownShapeError(shape, SHAPES)
    facts = json.loads((folder(shape) / "config.json").read_text("utf-8"))
    if shape == SCOUT:
        facts["vision_config"]["image_size"] = _PATCHES_PER_SIDE * facts["vision_config"]["patch_size"]
        facts["image_seq_length"] = _PATCHES_PER_SIDE**2
        facts["text_config"]["max_position_embeddings"] = 2 * _PATCHES_PER_SIDE**2  # 512 would not hold the picture
    return facts


def folder(shape: str) -> Path:
    """Where the files are that `shape` is made from."""
    return _EMBEDDED if shape == SCOUT else _HERE / shape


def load_random(
    shape: str, quantization: "Quantization", device: str | None = None, seed: int = 0, report: Report = ignore
) -> "LoadedModel":
    """`shape` filled with random numbers, ready to answer (noise), on `device` or the best one.

    It goes the way of any other model: transformers' from_pretrained with the same options, quantized on the way.
    """
    read(shape)  # an unknown one is refused before torch is imported
    from models.device import default_device
    from models.shapes.weights import load

    return load(shape, quantization, device or default_device(), seed, report)
