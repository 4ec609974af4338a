"""Batches for training the embedded models: pictures to tensors, many short texts packed behind one picture."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import torch
from PIL import Image

from models.embedded.curriculum import TEXT_TOKENS, Segment
from models.embedded.scenes import COLORS, GRID, SHAPES, Scene, draw_scene
from models.embedded.vocabulary import IMAGE_TOKENS, PATCH

IGNORED = -100  # the label that cross entropy leaves out


def pixel_values(pictures: Iterable[Image.Image | np.ndarray]) -> torch.Tensor:
    """(batch, 3, 96, 96) in -1 to 1, as the image processor makes them of pictures that are 96 pixels wide."""
    stacked = np.stack([np.asarray(picture) for picture in pictures])
    return torch.from_numpy(stacked).permute(0, 3, 1, 2).float() / 127.5 - 1


def patch_labels(scene: Scene) -> np.ndarray:
    """(36, 2): shape and color of the object in each patch's cell, 0 for background."""
    side = GRID // PATCH
    labels = np.zeros((side, side, 2), np.int64)
    for item in scene.objects:
        cell = (slice(item.row * 2, item.row * 2 + 2), slice(item.column * 2, item.column * 2 + 2))
        labels[cell] = (1 + SHAPES.index(item.shape), 1 + COLORS.index(item.color))
    return labels.reshape(-1, 2)


def draw_batch(rng: np.random.Generator, size: int, most: int) -> tuple[torch.Tensor, list[Scene]]:
    """``size`` fresh pictures with 1 to ``most`` objects: pixels and scenes.

    Some are drawn larger and scaled down, as the image processor does with a visitor's picture.
    """
    counts = rng.integers(1, most + 1, size=size)
    drawn = [draw_scene(rng, int(count), GRID * int(rng.choice((1, 1, 2)))) for count in counts]
    seen = [picture.resize((GRID, GRID), Image.Resampling.BICUBIC) for picture, _ in drawn]
    return pixel_values(seen), [scene for _, scene in drawn]


def pack(rows: list[list[Segment]], end: int, image: int) -> tuple[torch.Tensor, ...]:
    """Token ids, positions, additive attention mask and labels of pictures with their texts.

    Shapes (batch, time), (batch, time), (batch, 1, time, time), (batch, time). Positions restart after the picture for
    every text, and a text sees the picture and itself. A text longer than what is left of TEXT_TOKENS is left out.
    """
    encoded = []
    for segments in rows:
        ids, positions = [image] * IMAGE_TOKENS, list(range(IMAGE_TOKENS))
        group, labels = [0] * IMAGE_TOKENS, [IGNORED] * IMAGE_TOKENS
        for number, segment in enumerate(segments, 1):
            text = [*segment.given, *segment.predicted, end]
            if len(ids) + len(text) > IMAGE_TOKENS + TEXT_TOKENS:
                continue
            ids += text
            positions += range(IMAGE_TOKENS, IMAGE_TOKENS + len(text))
            group += [number] * len(text)
            # the label of a token is what should have been predicted at the one before it
            labels += [segment.checked.get(at - 1, IGNORED) for at in range(len(segment.given))]
            labels += [*segment.predicted, end]
        encoded.append((ids, positions, group, labels))
    longest = max(len(row[0]) for row in encoded)

    def stacked(column: int, padding: int) -> torch.Tensor:
        return torch.tensor([row[column] + [padding] * (longest - len(row[column])) for row in encoded])

    ids, positions, group, labels = (stacked(column, padding) for column, padding in enumerate((0, 0, -1, IGNORED)))
    seen = (group[:, :, None] == group[:, None, :]) | (group[:, None, :] == 0)
    seen &= torch.tril(torch.ones(longest, longest, dtype=torch.bool))
    seen |= torch.eye(longest, dtype=torch.bool)  # a padding row that sees nothing would be NaN
    mask = torch.zeros(seen.shape).masked_fill(~seen, -1e9)[:, None]
    return ids, positions, mask, labels
