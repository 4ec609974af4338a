"""The vision towers of the embedded models: pictures of 96 x 96 pixels become 36 features, one a patch."""

from __future__ import annotations

from transformers import DPTConfig, ResNetConfig, SiglipVisionConfig

from models.embedded.scenes import GRID
from models.embedded.vocabulary import PATCH


def plain_tower(width: int, layers: int) -> SiglipVisionConfig:
    """A small SigLIP: patches go straight into its attention layers."""
    return SiglipVisionConfig(
        hidden_size=width,
        intermediate_size=width * 4,
        num_hidden_layers=layers,
        num_attention_heads=width // 32,
        image_size=GRID,
        patch_size=PATCH,
        vision_use_head=False,
    )


def reading_tower(width: int) -> DPTConfig:
    """A hybrid of a residual network and one attention layer (transformers has it as the encoder of DPT).

    A letter is about five pixels wide and stands anywhere in a patch. Convolutions learn it once for all places, where
    a patch embedding learns it anew for each.
    """
    convolutions = ResNetConfig(
        embedding_size=width // 4,
        hidden_sizes=[width // 4, width // 2, width],
        depths=[1, 1, 1],
        layer_type="basic",
        out_features=["stage1", "stage2", "stage3"],
    )
    return DPTConfig(
        is_hybrid=True,
        backbone_config=convolutions,
        backbone_featmap_shape=[1, width, GRID // PATCH, GRID // PATCH],
        image_size=GRID,
        patch_size=PATCH,
        hidden_size=width,
        intermediate_size=width * 4,
        num_hidden_layers=1,
        num_attention_heads=width // 32,
        layer_norm_eps=1e-6,
    )
