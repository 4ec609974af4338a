"""LFM2-VL's pictures, against what its processor counts on and sizes worked out by hand."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.lfm2 import Lfm2VlImageProcessorPil
from models.processors import load_processor
from models.prompts import build_inputs

HALF = 0.5  # mean and deviation of its normalization


def processed(side, **options):
    pictures = Lfm2VlImageProcessorPil(**options)
    return pictures(images=Image.new("RGB", side), return_row_col_info=True, return_tensors="pt")


@pytest.mark.parametrize(
    ("side", "grid", "whole", "shapes"),
    [
        # 1024 x 768 is 3 times 256 tokens of 32 x 32: 3 x 2 tiles of 512, and floor(768 / sqrt(3) / 32) = 13 by 18
        ((1024, 768), (3, 2), [416, 576], [(32, 32)] * 6 + [(26, 36)]),
        ((640, 480), (1, 1), [416, 576], [(26, 36)]),  # more than 256 tokens, but not twice: shrunk, not cut
        ((512, 512), (1, 1), [512, 512], [(32, 32)]),
        ((100, 50), (1, 1), [192, 384], [(12, 24)]),  # below 64 tokens: stretched by sqrt(65536 / 5000) = 3.62
        ((300, 2000), (1, 7), [1312, 192], [(32, 32)] * 7 + [(82, 12)]),  # 1 : 7 is nearer to 0.15 than 1 : 6
    ],
)
def test_sizes_and_tiles(side, grid, whole, shapes):
    made = processed(side)
    assert (made["image_cols"].tolist(), made["image_rows"].tolist()) == ([grid[0]], [grid[1]])
    assert made["image_sizes"].tolist() == [whole]
    assert [tuple(shape) for shape in made["spatial_shapes"].tolist()] == shapes
    assert made["pixel_attention_mask"].sum(1).tolist() == [height * width for height, width in shapes]
    assert made["pixel_values"].shape[1:] == (1024, 3 * 16 * 16)


def test_without_splitting_a_large_picture_is_shrunk():
    made = processed((1024, 768), do_image_splitting=False)
    assert made["pixel_values"].shape == (1, 1024, 768)
    assert made["spatial_shapes"].tolist() == [[26, 36]]


def test_without_a_thumbnail_there_are_tiles_only():
    assert len(processed((1024, 768), use_thumbnail=False)["pixel_values"]) == 6


def test_tiles_come_row_by_row_and_the_whole_last():
    """Four quarters of one colour each: every tile has its own, the thumbnail all."""
    colours = np.array([[0, 85], [170, 255]], np.uint8)
    image = Image.fromarray(np.repeat(np.repeat(colours, 128, 0), 128, 1)).convert("RGB")
    pictures = Lfm2VlImageProcessorPil(tile_size=64, max_image_tokens=4, min_image_tokens=1, max_tiles=4)
    made = pictures(images=image, return_row_col_info=True, return_tensors="pt")
    assert (made["image_cols"].tolist(), made["image_rows"].tolist()) == ([2], [2])
    middles = made["pixel_values"][:, 5]  # one patch within each tile
    expected = (colours.flatten() / 255 - HALF) / HALF
    for tile, colour in zip(middles[:4], expected, strict=True):
        np.testing.assert_allclose(tile.numpy(), colour, atol=0.02)
    whole = made["pixel_values"][4][made["pixel_attention_mask"][4].bool()]
    assert float(whole.min()) == -1
    assert float(whole.max()) == 1


@pytest.mark.parametrize("side", [(120, 90), (40, 40), (300, 60)])
def test_the_prompt_has_one_token_for_each_place_in_the_picture(side, tiny_loaded):
    loaded = tiny_loaded("lfm2-vl")
    inputs = build_inputs(loaded, Image.new("RGB", side), "What is this?")
    slots = int((inputs["input_ids"] == loaded.model.config.image_token_id).sum())
    seen = loaded.model.get_image_features(
        inputs["pixel_values"], inputs["spatial_shapes"], inputs["pixel_attention_mask"]
    )
    features = getattr(seen, "pooler_output", seen)
    assert slots == sum(len(part) for part in features)


def test_published_settings_are_read(tiny_spec):
    processor = load_processor(Path(tiny_spec("lfm2-vl").source))
    assert type(processor).__name__ == "Lfm2VlProcessor"
    assert type(processor.image_processor) is Lfm2VlImageProcessorPil
    assert (processor.image_processor.tile_size, processor.image_processor.max_tiles) == (56, 4)
