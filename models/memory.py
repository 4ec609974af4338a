"""The bytes a model will take, from its configuration alone: the model is built on torch's meta device.

It follows what transformers' bitsandbytes quantizers do: which linear layers they convert (everything but the
output head, tied weights and what the model keeps in float32) and the quantization state they add
(arXiv 2305.14314, section 3: one float32 scale per 64 weights, itself quantized in blocks of 256).
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from transformers import AutoModelForImageTextToText, DynamicCache
from transformers.quantizers.quantizers_utils import should_convert_module

from models.device import compute_dtype
from models.families import skip_modules
from models.lengths import Lengths
from models.spec import Quantization

if TYPE_CHECKING:
    from transformers import PretrainedConfig

NF4_BLOCK = 64  # weights per scale
NF4_SCALE_BLOCK = 256  # scales per second-level scale
NF4_TABLES = 4 * 16 + 4 * 256 + 4  # bytes per layer: the 16 levels, the 256 levels of the scales, their mean


@dataclass(frozen=True)
class Footprint:
    """Bytes of weights and buffers, and of the quantization state beside them."""

    weight_bytes: int
    state_bytes: int

    @property
    def total_bytes(self) -> int:
        return self.weight_bytes + self.state_bytes


def predict(
    config: "PretrainedConfig", quantization: Quantization, device: str, dtype: torch.dtype | None = None
) -> Footprint:
    """What a model of this configuration will take on `device`; nothing is allocated or read.

    `dtype` is for a device that is not here; otherwise it is known.

    Raises ValueError when transformers knows no image-text-to-text class for it.
    """
    dtype = dtype or compute_dtype(device)
    with torch.device("meta"):
        model = AutoModelForImageTextToText.from_config(config, dtype=dtype)
    model.tie_weights()
    keep_float32 = list(model._keep_in_fp32_modules or [])
    converted = _converted_layers(model, config, quantization)
    weight_bytes = state_bytes = 0
    for name, parameter in model.named_parameters():  # a tied weight comes once
        if name in converted:
            weight_bytes += _packed_bytes(parameter.numel(), quantization)
            state_bytes += _state_bytes(parameter, quantization)
        else:
            in_float32 = dtype == torch.float16 and not set(keep_float32).isdisjoint(name.split("."))
            weight_bytes += parameter.numel() * (4 if in_float32 else dtype.itemsize)
    weight_bytes += sum(buffer.numel() * buffer.element_size() for buffer in model.buffers())
    return Footprint(weight_bytes, state_bytes)


def kv_bytes(config: "PretrainedConfig", tokens: int, rows: int, dtype: torch.dtype, *, new_tokens: int = 0) -> int:
    """Bytes of the KV cache of `rows` sequences of `tokens` that were read and `new_tokens` that were written.

    An encoder-decoder (T5) keeps what it read for cross attention and what it wrote for self attention. Otherwise each
    layer keeps all tokens, or the last ones in its sliding window, or a convolution's last few inputs (LFM2).
    """
    text = config.get_text_config(decoder=True)
    if text.is_encoder_decoder:
        layers = getattr(text, "num_decoder_layers", None) or text.num_hidden_layers
        return layers * _kept_bytes(text, tokens + new_tokens, rows, dtype)
    return sum(
        _layer_bytes(text, layer, tokens + new_tokens, rows, dtype) for layer in DynamicCache(config=config).layers
    )


def _layer_bytes(text: "PretrainedConfig", layer: Any, tokens: int, rows: int, dtype: torch.dtype) -> int:
    if hasattr(layer, "conv_states") and not hasattr(layer, "keys"):
        width = getattr(text, "conv_L_cache", None) or getattr(text, "linear_conv_kernel_dim", 4)
        return rows * text.hidden_size * width * dtype.itemsize
    window = getattr(layer, "sliding_window", None)
    return _kept_bytes(text, min(tokens, window - 1) if window else tokens, rows, dtype)


def _kept_bytes(text: "PretrainedConfig", tokens: int, rows: int, dtype: torch.dtype) -> int:
    """Keys and values of one layer: [rows, heads, tokens, width of a head] twice."""
    heads = getattr(text, "num_key_value_heads", None) or text.num_attention_heads
    width = getattr(text, "d_kv", None) or getattr(text, "head_dim", None)
    return 2 * rows * heads * tokens * (width or text.hidden_size // text.num_attention_heads) * dtype.itemsize


def working_bytes(config: "PretrainedConfig", lengths: Lengths, dtype: torch.dtype) -> int:
    """KV cache and activations of one answer of these lengths."""
    cache = kv_bytes(config, lengths.prompt, 1, dtype, new_tokens=lengths.new)
    return cache + activation_bytes(config, lengths.prompt, 1, dtype)


def activation_bytes(config: "PretrainedConfig", tokens: int, rows: int, dtype: torch.dtype) -> int:
    """About what a prefill of `tokens` needs for a moment, beside weights and cache: an estimate, on the large side.

    The widest moment of a block (its input, what the gated feed-forward makes of it, and the attention mask), one
    linear layer that is unpacked while it is used, the last token's logits, and a vision tower's block.
    """
    text, vision = config.get_text_config(decoder=True), getattr(config, "vision_config", None)
    hidden, wide = text.hidden_size, _feed_forward(text)
    block = rows * tokens * (6 * hidden + 3 * wide) + rows * tokens * tokens + hidden * wide
    logits = rows * text.vocab_size * 3
    patches = 4 * tokens  # what is merged into one token differs; four is common
    tower = rows * patches * (6 * vision.hidden_size + 2 * _feed_forward(vision)) if vision is not None else 0
    return (max(block, tower) + logits) * dtype.itemsize


def _feed_forward(part: Any) -> int:
    names = ("intermediate_size", "ffn_dim", "d_ff", "mlp_dim")
    return next((value for name in names if (value := getattr(part, name, None))), 4 * part.hidden_size)


def kept_modules(config: "PretrainedConfig") -> list[str]:
    """The modules of a model with this configuration that stay unquantized, found on a model without weights."""
    with torch.device("meta"):
        model = AutoModelForImageTextToText.from_config(config)
    model.tie_weights()
    return skip_modules(model, config)


def quantization_state_bytes(model: nn.Module) -> int:
    """Bytes of the scales beside a loaded model's quantized weights, which its own footprint leaves out."""
    import bitsandbytes as bnb

    total = 0
    for module in model.modules():
        if isinstance(module, bnb.nn.Linear4bit):
            state = module.weight.quant_state
            tensors = [state.absmax, state.code]
            if state.nested:
                tensors += [state.state2.absmax, state.state2.code, state.offset]
            total += sum(tensor.numel() * tensor.element_size() for tensor in tensors)
        elif isinstance(module, bnb.nn.Linear8bitLt):
            scales = module.weight.SCB if module.weight.SCB is not None else module.state.SCB
            total += 0 if scales is None else scales.numel() * scales.element_size()
    return total


def _converted_layers(model: nn.Module, config: "PretrainedConfig", quantization: Quantization) -> set[str]:
    if quantization is Quantization.NONE:
        return set()
    skipped = skip_modules(model, config)
    return {
        f"{name}.weight"
        for name, module in model.named_modules()
        if type(module) is nn.Linear and should_convert_module(name, skipped)
    }


def _packed_bytes(weights: int, quantization: Quantization) -> int:
    return math.ceil(weights / 2) if quantization is Quantization.NF4 else weights


def _state_bytes(weight: torch.Tensor, quantization: Quantization) -> int:
    if quantization is Quantization.INT8:
        return 4 * weight.shape[0]  # one float32 scale per output row
    scales = math.ceil(weight.numel() / NF4_BLOCK)
    return scales + 4 * math.ceil(scales / NF4_SCALE_BLOCK) + NF4_TABLES
