"""LFM2-VL's pictures without torchvision: transformers has only a torchvision version of this image processor.

The steps are those of transformers' Lfm2VlImageProcessor: a small picture is resized to whole tokens, a large one is
cut into tiles and followed by itself as a thumbnail; each becomes a padded row of patches.
"""

import math
from collections.abc import Iterator
from functools import cache

import numpy as np
from transformers import BatchFeature
from transformers.image_processing_backends import PilBackend
from transformers.image_utils import IMAGENET_STANDARD_MEAN, IMAGENET_STANDARD_STD, PILImageResampling, SizeDict
from transformers.models.siglip2.image_processing_pil_siglip2 import convert_image_to_patches, pad_along_first_dim
from transformers.processing_utils import ImagesKwargs

Grid = tuple[int, int]
"""Columns and rows of tiles."""


class Lfm2VlImageProcessorKwargs(ImagesKwargs, total=False):
    """What a preprocessor_config.json may set, and a call may change."""

    downsample_factor: int
    do_image_splitting: bool
    min_tiles: int
    max_tiles: int
    use_thumbnail: bool
    min_image_tokens: int
    max_image_tokens: int
    encoder_patch_size: int
    tile_size: int
    max_pixels_tolerance: float
    return_row_col_info: bool


class Lfm2VlImageProcessorPil(PilBackend):
    """Pictures to rows of patches [tiles, patches, 3 * patch side ** 2], with masks and the tiles' shapes."""

    downsample_factor = 2
    do_image_splitting = True
    min_tiles = 2
    max_tiles = 10
    use_thumbnail = True
    min_image_tokens = 64
    max_image_tokens = 256
    encoder_patch_size = 16
    tile_size = 512
    max_pixels_tolerance = 2.0
    do_resize = True
    size = {"height": 512, "width": 512}  # noqa: RUF012 - read by the base class
    resample = PILImageResampling.BILINEAR
    do_rescale = True
    rescale_factor = 1 / 255
    do_normalize = True
    do_convert_rgb = True
    do_pad = True
    return_row_col_info = False
    image_mean = IMAGENET_STANDARD_MEAN
    image_std = IMAGENET_STANDARD_STD
    valid_kwargs = Lfm2VlImageProcessorKwargs
    model_input_names = ["pixel_values", "pixel_attention_mask", "spatial_shapes"]  # noqa: RUF012 - the same

    def _preprocess(self, images, *, resample, return_row_col_info, return_tensors, **options) -> BatchFeature:
        patch, factor = options["encoder_patch_size"], options["downsample_factor"]
        longest = options["max_image_tokens"] * factor**2
        if options["do_image_splitting"]:
            longest = max(longest, (options["tile_size"] // patch) ** 2)
        patches, masks, shapes, grids, sizes = [], [], [], [], []
        for image in images:
            height, width = image.shape[-2:]
            whole = _whole_size(height, width, patch * factor, options["min_image_tokens"], options["max_image_tokens"])
            small = self.resize(image, SizeDict(height=whole[0], width=whole[1]), resample=resample)
            grid, tiles = (1, 1), [small]
            if _is_large(height, width, options):
                grid = _grid(height, width, options)
                tiles = list(self._cut(image, grid, options["tile_size"], resample))
                tiles += [small] if options["use_thumbnail"] and grid != (1, 1) else []
            for tile in tiles:
                row = convert_image_to_patches(self._scaled(tile, options), patch)
                padded, mask = pad_along_first_dim(row, longest)
                patches.append(padded)
                masks.append(mask)
                shapes.append((tile.shape[-2] // patch, tile.shape[-1] // patch))
            grids.append(grid)
            sizes.append(list(whole))
        data = {"pixel_values": patches, "pixel_attention_mask": masks, "spatial_shapes": shapes}
        if return_row_col_info:
            columns, rows = zip(*grids, strict=True)
            data |= {"image_rows": list(rows), "image_cols": list(columns), "image_sizes": sizes}
        return BatchFeature(data=data, tensor_type=return_tensors)

    def _cut(self, image: np.ndarray, grid: Grid, side: int, resample) -> Iterator[np.ndarray]:
        columns, rows = grid
        large = self.resize(image, SizeDict(height=rows * side, width=columns * side), resample=resample)
        for top in range(0, rows * side, side):
            for left in range(0, columns * side, side):
                yield large[:, top : top + side, left : left + side]

    def _scaled(self, image: np.ndarray, options) -> np.ndarray:
        if options["do_rescale"]:
            image = self.rescale(image, options["rescale_factor"])
        if options["do_normalize"]:
            image = self.normalize(image, options["image_mean"], options["image_std"])
        return image


def _is_large(height: int, width: int, options) -> bool:
    """Whether a picture is cut into tiles: it is clearly more than one tile's tokens can show."""
    if not options["do_image_splitting"] or options["min_tiles"] == options["max_tiles"] == 1:
        return False
    patch = options["encoder_patch_size"]
    step = patch * options["downsample_factor"]
    pixels = max(patch, round(height / step) * step) * max(patch, round(width / step) * step)
    return pixels > options["max_image_tokens"] * step**2 * options["max_pixels_tolerance"]


def _grid(height: int, width: int, options) -> Grid:
    """The grid of tiles closest to the picture's shape; of equally close ones, the largest that it fills by half."""
    best, best_difference = (1, 1), math.inf
    for columns, rows in _grids(options["min_tiles"], options["max_tiles"]):
        difference = abs(width / height - columns / rows)
        fills = width * height > 0.5 * options["tile_size"] ** 2 * columns * rows
        if difference < best_difference or (difference == best_difference and fills):
            best, best_difference = (columns, rows), difference
    return best


@cache
def _grids(least: int, most: int) -> list[Grid]:
    sides = range(1, most + 1)
    grids = {(columns, rows) for columns in sides for rows in sides if least <= columns * rows <= most}
    return sorted(grids, key=lambda grid: grid[0] * grid[1])


def _whole_size(height: int, width: int, step: int, least_tokens: int, most_tokens: int) -> tuple[int, int]:
    """Height and width in whole tokens (`step` pixels each way), within the limits, as near to the shape as can be."""
    least, most = least_tokens * step**2, most_tokens * step**2
    tall, wide = max(step, round(height / step) * step), max(step, round(width / step) * step)
    if tall * wide > most:
        shrink = math.sqrt(height * width / most)
        return max(step, math.floor(height / shrink / step) * step), max(step, math.floor(width / shrink / step) * step)
    if tall * wide < least:
        stretch = math.sqrt(least / (height * width))
        return math.ceil(height * stretch / step) * step, math.ceil(width * stretch / step) * step
    return tall, wide
