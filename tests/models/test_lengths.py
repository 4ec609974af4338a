"""Tokens of a picture, against what each family's own processor counts."""

import pytest
from transformers import AutoConfig
from transformers.models.got_ocr2.image_processing_pil_got_ocr2 import GotOcr2ImageProcessorPil
from transformers.models.idefics3.image_processing_pil_idefics3 import Idefics3ImageProcessorPil
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

from models.lengths import PICTURE, picture_tokens

SIZES = [PICTURE, (640, 480), (300, 900), (500, 500), (1920, 1080)]


@pytest.mark.parametrize("size", SIZES)
def test_qwen_counts_patches_of_the_pictures_own_size(size):
    width, height = size
    published = {"min_pixels": 3136, "max_pixels": 12845056}
    patches = Qwen2VLImageProcessorPil().get_number_of_image_patches(height, width, published)
    assert picture_tokens(AutoConfig.for_model("qwen2_5_vl"), size) == patches // 4


@pytest.mark.parametrize("size", SIZES)
def test_internvl_counts_tiles_and_the_whole(size):
    width, height = size
    tiles = GotOcr2ImageProcessorPil(size={"height": 448, "width": 448}).get_number_of_image_patches(
        height, width, {"crop_to_patches": True}
    )
    assert picture_tokens(AutoConfig.for_model("internvl"), size) == 2 + 256 * tiles


@pytest.mark.parametrize("size", SIZES)
def test_smolvlm_counts_tiles_the_whole_and_their_marks(size):
    """As published for SmolVLM 256M: tiles of 512 pixels, 64 tokens each, the longer side four tiles."""
    width, height = size
    config = AutoConfig.for_model(
        "smolvlm", scale_factor=4, vision_config={"image_size": 512, "patch_size": 16, "model_type": "smolvlm_vision"}
    )
    processor = Idefics3ImageProcessorPil(size={"longest_edge": 2048}, max_image_size={"longest_edge": 512})
    tiles, _rows, _columns = processor.get_number_of_image_patches(height, width, {})
    assert 64 * tiles <= picture_tokens(config, size) <= 64 * tiles + 3 * tiles + 6


@pytest.mark.parametrize(
    ("kind", "tokens"), [("llava", 576), ("gemma3", 256), ("paligemma", 256), ("blip-2", 32), ("instructblip", 32)]
)
def test_families_with_a_fixed_number(kind, tokens):
    assert {picture_tokens(AutoConfig.for_model(kind), size) for size in SIZES} == {tokens}


@pytest.mark.parametrize("kind", ["llava_onevision", "llava_next", "lfm2_vl", "glm4v", "qwen3_vl", "fast_vlm"])
def test_every_other_family_has_a_number(kind):
    assert 256 <= picture_tokens(AutoConfig.for_model(kind)) <= 10_000
