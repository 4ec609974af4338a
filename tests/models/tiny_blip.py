"""Tiny models with a Q-Former between vision tower and language model: BLIP-2, InstructBLIP, MiniGPT-4."""

from pathlib import Path

import torch
from transformers import (
    Blip2Config,
    Blip2ForConditionalGeneration,
    Blip2Processor,
    BlipImageProcessorPil,
    InstructBlipConfig,
    InstructBlipForConditionalGeneration,
    InstructBlipProcessor,
    LlamaConfig,
    LlamaForCausalLM,
    OPTConfig,
    T5Config,
)

from models.spec import Composition
from tests.models.tiny_parts import SIDE, WIDTH, llama, token_ids, tokenizer_of, vision

QUERIES = 8


def blip2_opt():
    tokenizer = tokenizer_of(bos="</s>", template="</s> $A")
    text = OPTConfig(
        hidden_size=WIDTH,
        ffn_dim=2 * WIDTH,
        num_hidden_layers=2,
        num_attention_heads=4,
        vocab_size=len(tokenizer) + 1,  # and <image>, which the processor adds
        max_position_embeddings=512,
        word_embed_proj_dim=WIDTH,
        **token_ids(tokenizer),
    )
    return _blip2(text, tokenizer)


def blip2_t5():
    tokenizer = tokenizer_of(template="$A </s>")
    return _blip2(_t5(tokenizer), tokenizer)


def instructblip_t5():
    tokenizer = tokenizer_of(template="$A </s>")
    return _instructblip(_t5(tokenizer), tokenizer)


def instructblip_llama():
    """Vicuna's tokenizer has no padding token of its own in the published files; this one does."""
    tokenizer = tokenizer_of(bos="<s>", template="<s> $A")
    return _instructblip(LlamaConfig(**llama(tokenizer) | {"vocab_size": len(tokenizer) + 1}), tokenizer)


def minigpt4(folder: Path, enliven):
    """Saves a BLIP-2, a Llama and the projection between them; returns the whole, and where its parts are."""
    vision_part, _ = blip2_t5()
    tokenizer = tokenizer_of(bos="<s>", template="<s> $A")
    language_part = LlamaForCausalLM(LlamaConfig(**llama(tokenizer)))
    projection = torch.nn.Linear(WIDTH, WIDTH)
    for part in (vision_part, language_part):
        enliven(part)
    vision_part.save_pretrained(folder / "vision")
    pictures().save_pretrained(folder / "vision")
    language_part.save_pretrained(folder / "language")
    tokenizer.save_pretrained(folder / "language")
    saved = {f"llama_proj.{name}": tensor for name, tensor in projection.state_dict().items()}
    torch.save({"model": saved, "epoch": 3}, folder / "projection.pth")
    places = Composition(str(folder / "vision"), str(folder / "language"), str(folder / "projection.pth"))
    return torch.nn.ModuleList([vision_part.vision_model, vision_part.qformer, projection, language_part]), places


def _t5(tokenizer) -> T5Config:
    return T5Config(
        d_model=WIDTH,
        d_ff=2 * WIDTH,
        num_layers=2,
        num_decoder_layers=2,
        num_heads=4,
        d_kv=16,
        vocab_size=len(tokenizer) + 1,
        feed_forward_proj="gated-gelu",
        tie_word_embeddings=False,
        decoder_start_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )


def pictures() -> BlipImageProcessorPil:
    return BlipImageProcessorPil(size={"height": SIDE, "width": SIDE})


def parts(tokenizer) -> dict:
    """Vision tower and Q-Former of a configuration."""
    qformer = vision(encoder_hidden_size=WIDTH, vocab_size=len(tokenizer))
    del qformer["image_size"], qformer["patch_size"]
    return {"vision_config": vision(), "qformer_config": qformer, "num_query_tokens": QUERIES}


def _blip2(text, tokenizer):
    processor = Blip2Processor(image_processor=pictures(), tokenizer=tokenizer, num_query_tokens=QUERIES)
    image = tokenizer.convert_tokens_to_ids("<image>")
    config = Blip2Config(**parts(tokenizer), text_config=text, image_token_index=image)
    return Blip2ForConditionalGeneration(config), processor


def _instructblip(text, tokenizer):
    processor = InstructBlipProcessor(
        image_processor=pictures(), tokenizer=tokenizer, qformer_tokenizer=tokenizer_of(), num_query_tokens=QUERIES
    )
    image = tokenizer.convert_tokens_to_ids("<image>")
    config = InstructBlipConfig(**parts(tokenizer), text_config=text, image_token_index=image)
    return InstructBlipForConditionalGeneration(config), processor
