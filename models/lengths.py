"""How many tokens a battle's prompt and answer have, from a model's configuration alone.

A picture's tokens depend on the family: a fixed number (LLaVA, BLIP-2), one for each patch of the picture's own size
(Qwen-VL, GLM-4V), or so many a tile (SmolVLM, InternVL, LLaVA-OneVision, LFM2-VL). A folder's processor may be set to
other sizes than its family's published ones; then these counts are an estimate.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from transformers import PretrainedConfig

PICTURE = (1024, 768)  # width and height of a battle's picture, in pixels: a photograph as the web shows it
INSTRUCTION_TOKENS = 128  # the instruction and what the chat template puts around it
NEW_TOKENS = 256  # the longest answer
_PIXELS = {"qwen2_vl": 16384 * 28 * 28, "qwen2_5_vl": 16384 * 28 * 28, "glm4v": 28**2 * 15_000 * 2}  # published limits
_INTERNVL_TILES, _LFM2_TILES, _LFM2_TILE_SIDE = 12, 10, 512


@dataclass(frozen=True)
class Lengths:
    """Tokens of one question with one picture: what the model reads, and what it may write."""

    picture: int
    instruction: int = INSTRUCTION_TOKENS
    new: int = NEW_TOKENS

    @property
    def prompt(self) -> int:
        return self.picture + self.instruction

    @property
    def total(self) -> int:
        return self.prompt + self.new


def battle_lengths(config: "PretrainedConfig") -> Lengths:
    """The lengths of a battle on a picture of PICTURE pixels."""
    return Lengths(picture_tokens(config))


def picture_tokens(config: "PretrainedConfig", size: tuple[int, int] = PICTURE) -> int:
    """Tokens that a picture of `size` (width, height) takes in the language model's prompt."""
    kind, (width, height) = config.model_type, size
    vision = getattr(config, "vision_config", None)
    if queries := getattr(config, "num_query_tokens", None):  # BLIP-2, InstructBLIP, MiniGPT-4
        return queries
    if merge := getattr(vision, "spatial_merge_size", None):  # Qwen-VL, GLM-4V: patches of the picture's own size
        return _own_size(width, height, vision.patch_size * merge, _PIXELS.get(kind))
    if kind in ("idefics3", "smolvlm"):
        return _split_in_tiles(width, height, vision.image_size, vision.patch_size * config.scale_factor)
    if kind == "internvl":
        columns, rows = _closest_grid(width, height, _side(vision.image_size), _INTERNVL_TILES)
        tiles = columns * rows
        return (tiles + (tiles > 1)) * config.image_seq_length + 2
    if kind == "lfm2_vl":
        return _lfm2(width, height, vision.patch_size * config.downsample_factor)
    if pinpoints := getattr(config, "image_grid_pinpoints", None):  # LLaVA-OneVision, LLaVA-NeXT
        return _largest_grid(pinpoints, _side(vision.image_size), _patches(vision))
    for name in ("mm_tokens_per_image", "image_seq_length", "num_image_tokens"):  # Gemma 3; LLaVA, FastVLM; PaliGemma
        if found := getattr(config, name, None):
            return found
    return _patches(vision)


def _own_size(width: int, height: int, factor: int, limit: int | None) -> int:
    columns, rows = max(1, round(width / factor)), max(1, round(height / factor))
    tokens = columns * rows
    return min(tokens, limit // factor**2) if limit else tokens


def _split_in_tiles(width: int, height: int, tile: int, pixels_per_token: int) -> int:
    """The longer side becomes four tiles, the other as many as it needs, and the whole picture is one more."""
    share = min(width, height) / max(width, height)
    long, short = 4, max(1, math.ceil(4 * share))
    text = 2 * long * short + short + 6  # a mark and its number before each tile, a line's end after each row
    return (long * short + 1) * (tile // pixels_per_token) ** 2 + text


def _closest_grid(width: int, height: int, tile: int, most: int) -> tuple[int, int]:
    """The grid of at most `most` tiles whose shape is the picture's; of equal ones the finer, up to twice the area."""
    grids = [(columns, rows) for columns in range(1, most + 1) for rows in range(1, most // columns + 1)]
    best, least = (1, 1), math.inf
    for columns, rows in sorted(grids, key=math.prod):
        difference = abs(width / height - columns / rows)
        if difference < least or (difference == least and width * height > 0.5 * tile**2 * columns * rows):
            best, least = (columns, rows), difference
    return best


def _lfm2(width: int, height: int, factor: int) -> int:
    whole = 256  # a picture or thumbnail has at most so many tokens
    if width * height <= whole * factor**2 * 2.0:
        return whole + 2
    columns, rows = _closest_grid(width, height, _LFM2_TILE_SIDE, _LFM2_TILES)
    tile = math.ceil(_LFM2_TILE_SIDE / factor) ** 2
    return columns * rows * (tile + 1) + whole + 3


def _largest_grid(pinpoints: list[Any], tile: int, patches: int) -> int:
    """At most nine tiles' worth of patches (anyres_max_9), a mark at each line's end, and the whole picture."""
    tiles = min(9, max(-(-height // tile) * -(-width // tile) for height, width in pinpoints))
    lines = math.isqrt(patches) * math.isqrt(tiles)
    return (tiles + 1) * patches + lines


def _patches(vision: Any) -> int:
    side, patch = getattr(vision, "image_size", None), getattr(vision, "patch_size", None)
    if not side or not patch:
        return 1024  # nothing is known: more than most have
    return (_side(side) // _side(patch)) ** 2


def _side(value: Any) -> int:
    return max(value) if isinstance(value, list | tuple) else value
