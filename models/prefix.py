"""What several questions about one picture have in common, computed once: a KV cache, or the picture's features."""

import copy
import inspect
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch
from transformers.cache_utils import DynamicLayer

from models.prompts import Row, on_device, pad

if TYPE_CHECKING:
    from models.loading import LoadedModel

_VISION = ("vision_model", "vision_tower")


MOST_PADDING = 512
"""Tokens. Reading as many more costs about as much as another forward pass on a GPU."""


def alike(lengths: Sequence[int], most_padding: int = MOST_PADDING) -> list[list[int]]:
    """Which prompts to read side by side, given about how long each is: few groups, none with much padding."""
    groups: list[list[int]] = []
    for nth in sorted(range(len(lengths)), key=lambda nth: -lengths[nth]):
        padding = sum(lengths[groups[-1][0]] - lengths[other] for other in [*groups[-1], nth]) if groups else 0
        if groups and padding <= most_padding:
            groups[-1].append(nth)
        else:
            groups.append([nth])
    return groups


def question_starts(prompts: Sequence[Sequence[Row]], image_token: int) -> list[int] | None:
    """Where each picture's prompts stop being shared: after the picture, and before any prompt ends.

    `prompts` holds the token ids of all prompts of each picture. None when they part before the picture is over.
    """
    ends = [_after_last(image_token, rows[0]) for rows in prompts]
    common = [_common_length(rows) for rows in prompts]
    if any(end == 0 or end > length for end, length in zip(ends, common, strict=True)):
        return None
    # What follows every picture (an end mark, a line break) is shared too, as far as all have it: beginnings of one
    # length stay so, and then need no padding.
    more = min(length - end for end, length in zip(ends, common, strict=True))
    return [end + more for end in ends]


def _after_last(token: int, row: Row) -> int:
    return len(row) - row[::-1].index(token) if token in row else 0


def _common_length(rows: Sequence[Row]) -> int:
    longest = min(map(len, rows)) - 1  # each question keeps a token of its own to go on from
    return next((i for i in range(longest) if any(row[i] != rows[0][i] for row in rows)), longest)


def continuations(
    loaded: "LoadedModel", prefix: dict[str, Any], rests: Sequence[Row], pictures: Sequence[int]
) -> Iterator[tuple[list[int], dict[str, Any]]]:
    """Read `prefix` (tensors [B, T], left-padded, with the pictures) once, then go on with `rests`, one a row.

    Row i goes on from prompt pictures[i]. Yields which rows to generate side by side, and the inputs for `generate`
    of `generator(model)`, until all had their turn. Nothing else may use the model before this iterator is closed.
    """
    model = loaded.model
    base = getattr(model, "model", model)
    turning = hasattr(base, "rope_deltas")  # Qwen-VL keeps how far its rotary positions are behind on the module
    try:
        if turning:
            base.rope_deltas = None
        cache = _read(model, prefix, positions=not turning)
        deltas = base.rope_deltas if turning else None
        groups = _side_by_side(cache, [len(rest) for rest in rests])
        for group in groups:
            index = torch.tensor([pictures[row] for row in group], device=loaded.device)
            repeated = cache if group is groups[-1] else copy.deepcopy(cache)
            repeated.reorder_cache(index)
            if deltas is not None:
                base.rope_deltas = deltas[index]
            rest = on_device(loaded, pad(loaded, {"input_ids": [rests[row] for row in group]}, "left"))
            both = {name: torch.cat([prefix[name][index], rest[name]], dim=1) for name in rest}
            yield group, {**both, "past_key_values": repeated}
    finally:
        if turning:
            base.rope_deltas = None


def generator(model: Any) -> Any:
    """The module whose `generate` goes on from a cache: BLIP-2's own would ask for the picture again."""
    return model.language_model if hasattr(model, "qformer") else model


def _read(model: Any, prefix: dict[str, Any], positions: bool) -> Any:
    """The KV cache of `prefix`."""
    options: dict[str, Any] = {"use_cache": True}
    if "logits_to_keep" in inspect.signature(model.forward).parameters:
        options["logits_to_keep"] = 1
    if positions:  # unlike generate, forward derives none from the mask
        options["position_ids"] = (prefix["attention_mask"].cumsum(-1) - 1).clamp(min=0)
    read = model(**prefix, **options)
    return read.past_key_values if "past_key_values" in read else read.language_model_outputs.past_key_values


def _side_by_side(cache: Any, lengths: Sequence[int]) -> list[list[int]]:
    """Which rows can go on together, given the lengths of what they go on with.

    Padding comes between prefix and continuation. Full attention does not see it; a sliding window would count it
    and a convolution would run over it, so there only equal lengths go together.
    """
    if all(type(layer) is DynamicLayer for layer in cache.layers):
        return [list(range(len(lengths)))]
    return [[row for row, length in enumerate(lengths) if length == same] for same in sorted(set(lengths))]


@contextmanager
def features_repeated(model: Any, pictures: Sequence[int]) -> Iterator[None]:
    """While open, the vision tower's features come out once a row: those of picture pictures[i] for row i."""
    parts = [model, getattr(model, "model", None)]
    tower = next(getattr(part, name) for part in parts for name in _VISION if hasattr(part, name))
    index = torch.tensor(pictures, device=model.device)

    def repeat(_module: Any, _arguments: Any, features: Any) -> Any:
        for name, value in features.items():
            if isinstance(value, torch.Tensor):
                features[name] = value.index_select(0, index)
        return features

    hook = tower.register_forward_hook(repeat)
    try:
        yield
    finally:
        hook.remove()
