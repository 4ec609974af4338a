"""The KV cache from the configuration alone, against the tensors that a real cache holds."""

import pytest
import torch
from transformers import (
    AutoModelForCausalLM,
    DynamicCache,
    Gemma3TextConfig,
    Lfm2Config,
    LlamaConfig,
    MistralConfig,
    OPTConfig,
    Qwen2Config,
    T5Config,
    T5ForConditionalGeneration,
)

from models.lengths import Lengths, battle_lengths
from models.memory import activation_bytes, kv_bytes
from models.prompts import build_inputs
from tests.models.tiny import FAMILIES

SMALL = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 4, "num_attention_heads": 4, "vocab_size": 50}
DECODERS = {
    "all heads": LlamaConfig(**SMALL),
    "grouped heads": LlamaConfig(**SMALL, num_key_value_heads=2),
    "one head for all": LlamaConfig(**SMALL, num_key_value_heads=1),
    "wide heads": LlamaConfig(**SMALL, num_key_value_heads=2, head_dim=24),
    "sliding window": MistralConfig(**SMALL, num_key_value_heads=2, sliding_window=6),
    "window in some layers": Gemma3TextConfig(
        **SMALL,
        num_key_value_heads=2,
        head_dim=16,
        sliding_window=6,
        layer_types=["sliding_attention", "sliding_attention", "sliding_attention", "full_attention"],
    ),
    "window not used": Qwen2Config(**SMALL, num_key_value_heads=2, sliding_window=6, use_sliding_window=False),
    "convolutions": Lfm2Config(
        **SMALL, num_key_value_heads=2, layer_types=["conv", "full_attention", "conv", "full_attention"]
    ),
    "OPT": OPTConfig(
        hidden_size=32, ffn_dim=64, num_hidden_layers=4, num_attention_heads=4, vocab_size=50, word_embed_proj_dim=32
    ),
}


def cache_bytes(cache) -> int:
    """Bytes of every tensor in a cache, an encoder-decoder's two halves together."""
    parts = [cache.self_attention_cache, cache.cross_attention_cache] if hasattr(cache, "is_updated") else [cache]
    total = 0
    for layer in (layer for part in parts for layer in part.layers):
        kept = [layer.keys, layer.values] if hasattr(layer, "keys") else list(layer.conv_states.values())
        total += sum(tensor.numel() * tensor.element_size() for tensor in kept)
    return total


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize(("tokens", "rows"), [(1, 1), (5, 2), (9, 3)])
@pytest.mark.parametrize("name", DECODERS)
def test_a_decoders_cache_to_the_byte(name, tokens, rows, dtype):
    config = DECODERS[name]
    model = AutoModelForCausalLM.from_config(config).to(dtype).eval()
    cache = DynamicCache(config=config)
    with torch.inference_mode():
        model(input_ids=torch.ones(rows, tokens, dtype=torch.long), past_key_values=cache, use_cache=True)
    assert kv_bytes(config, tokens, rows, dtype) == cache_bytes(cache) > 0


def test_an_encoder_decoders_cache_to_the_byte():
    config = T5Config(d_model=32, d_ff=64, d_kv=24, num_layers=3, num_decoder_layers=2, num_heads=4, vocab_size=50)
    model = T5ForConditionalGeneration(config).eval()
    with torch.inference_mode():
        read, written = torch.ones(2, 7, dtype=torch.long), torch.ones(2, 3, dtype=torch.long)
        cache = model(input_ids=read, decoder_input_ids=written, use_cache=True).past_key_values
    assert kv_bytes(config, 7, 2, torch.float32, new_tokens=3) == cache_bytes(cache)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_cache_of_an_answer_to_the_byte(family, tiny_loaded, picture):
    loaded = tiny_loaded(family)
    inputs = build_inputs(loaded, picture, "Is there a dog in the image?")
    with torch.inference_mode():
        answer = loaded.model.generate(
            **inputs, max_new_tokens=6, min_new_tokens=6, do_sample=False, return_dict_in_generate=True
        )
    config = loaded.model.config
    # what was written last is in no cache; a T5 decoder reads its start token, too
    cached = 6 if config.get_text_config(decoder=True).is_encoder_decoder else 5
    predicted = kv_bytes(config, inputs["input_ids"].shape[1], 1, torch.float32, new_tokens=cached)
    assert predicted == cache_bytes(answer.past_key_values)


def test_a_window_stops_growing_and_a_full_layer_does_not():
    config = DECODERS["sliding window"]
    assert kv_bytes(config, 5, 1, torch.float32) == kv_bytes(config, 500, 1, torch.float32)
    full = DECODERS["grouped heads"]
    assert kv_bytes(full, 500, 1, torch.float32) == 100 * kv_bytes(full, 5, 1, torch.float32)


def test_llava_1_5_7b_takes_half_a_mebibyte_a_token():
    vicuna = LlamaConfig(hidden_size=4096, num_hidden_layers=32, num_attention_heads=32)
    assert kv_bytes(vicuna, 1, 1, torch.bfloat16) == 2**19


@pytest.mark.parametrize("family", FAMILIES)
def test_a_battle_needs_more_the_longer_it_is(family, tiny_loaded):
    config = tiny_loaded(family).model.config
    lengths = battle_lengths(config)
    assert lengths.total == lengths.picture + 128 + 256
    few, many = (activation_bytes(config, tokens, 1, torch.float32) for tokens in (100, 1000))
    assert 0 < few < many


def test_lengths_add_up():
    assert (Lengths(576).prompt, Lengths(576).total) == (704, 960)
    assert Lengths(32, 10, 16).total == 58
