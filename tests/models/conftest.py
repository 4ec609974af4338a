"""Tiny models, built once per session and loaded once per quantization."""

import shutil
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from PIL import Image

from models.spec import ModelSpec, Quantization


@pytest.fixture(scope="session")
def tiny_spec(tmp_path_factory):
    """`tiny_spec(family)`: the spec of a tiny random model saved as a folder."""
    import torch

    from tests.models import tiny

    torch.set_num_threads(1)

    @cache
    def build(family: str) -> ModelSpec:
        return tiny.build(family, tmp_path_factory.mktemp("tiny") / family)

    return build


@pytest.fixture(scope="session")
def tiny_loaded(tiny_spec):
    """`tiny_loaded(family, quantization)`: the same, loaded on the CPU."""
    from models.loading import load

    @cache
    def loaded(family: str, quantization: Quantization = Quantization.NONE):
        return load(tiny_spec(family), quantization, "cpu")

    return loaded


@pytest.fixture(scope="session")
def picture() -> Image.Image:
    """A 120 x 90 picture of seeded noise."""
    pixels = np.random.default_rng(7).integers(0, 255, (90, 120, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


@pytest.fixture
def minigpt4_copy(tiny_spec, tmp_path):
    """The spec of a copy of tiny MiniGPT-4's parts, to damage; and the folder they are in."""
    spec = tiny_spec("minigpt-4")
    folder = tmp_path / "parts"
    shutil.copytree(spec.source, folder)
    places = replace(
        spec.composition,
        vision=str(folder / "vision"),
        language=str(folder / "language"),
        projection=str(folder / "projection.pth"),
    )
    return replace(spec, composition=places), folder
