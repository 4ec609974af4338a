"""Tiny random models of the real families, built from configurations and saved as model folders.

Nothing is downloaded and nothing is trained: the answers are noise, the code path is the real one. Every tokenizer
is a byte-level BPE, so that random answers hold half UTF-8 sequences too.
"""

import json
from pathlib import Path

import torch

from models.spec import ModelSpec, PromptFormat
from tests.models import tiny_blip, tiny_towers, tiny_visual

CHAT, PLAIN = PromptFormat.CHAT, PromptFormat.INSTRUCTION
FAMILIES = {
    "llava": (tiny_towers.llava, CHAT),
    "llava-next": (tiny_towers.llava_next, CHAT),
    "llava-onevision": (tiny_towers.llava_onevision, CHAT),
    "smolvlm": (tiny_towers.smolvlm, CHAT),
    "idefics3": (tiny_towers.idefics3, CHAT),  # what SmolVLM 256M and 500M are on the Hub
    "qwen2-vl": (tiny_visual.qwen2_vl, CHAT),
    "qwen2.5-vl": (tiny_visual.qwen2_5_vl, CHAT),
    "qwen3-vl": (tiny_visual.qwen3_vl, CHAT),
    "glm4v": (tiny_visual.glm4v, CHAT),
    "internvl": (tiny_towers.internvl, CHAT),
    "gemma3": (tiny_towers.gemma3, CHAT),
    "lfm2-vl": (tiny_towers.lfm2_vl, CHAT),
    "paligemma": (tiny_towers.paligemma, PLAIN),
    "blip-2": (tiny_blip.blip2_opt, PromptFormat.QUESTION_ANSWER),
    "blip-2-t5": (tiny_blip.blip2_t5, PromptFormat.QUESTION_ANSWER),
    "instructblip": (tiny_blip.instructblip_t5, PLAIN),
    "instructblip-vicuna": (tiny_blip.instructblip_llama, PLAIN),
    "minigpt-4": (tiny_blip.minigpt4, PLAIN),  # in three parts, put together while loading
}


def build(family: str, folder: Path) -> ModelSpec:
    """Save a tiny model of `family` (a key of FAMILIES) into `folder` and return its spec."""
    torch.manual_seed(0)
    builder, prompt_format = FAMILIES[family]
    composition = None
    if family == "minigpt-4":
        model, composition = builder(folder, _enliven)
    else:
        model, processor = builder()
        _enliven(model)
        model.save_pretrained(folder)
        _save_processor(processor, folder)
    return ModelSpec(
        name=f"tiny-{family}",
        title=f"Tiny {family}",
        source=str(folder),
        family=family,
        parameters=sum(parameter.numel() for parameter in model.parameters()),
        licence="Apache-2.0",
        prompt_format=prompt_format,
        composition=composition,
    )


@torch.no_grad()
def _enliven(model) -> None:
    """Weights large enough that answers depend on the picture; transformers' small ones answer all alike."""
    for parameter in model.parameters():
        if parameter.dim() > 1:
            parameter.normal_(std=parameter[0].numel() ** -0.5)
    if getattr(model.config, "tie_word_embeddings", False):  # a large tied embedding only repeats the last token
        model.get_input_embeddings().weight.normal_(std=0.02)


def _save_processor(processor, folder: Path) -> None:
    if hasattr(processor, "video_processor"):  # as on the Hub; without torchvision it cannot be saved in one piece
        processor.image_processor.save_pretrained(folder)
        processor.tokenizer.save_pretrained(folder)
        (folder / "chat_template.jinja").write_text(processor.chat_template)
        own = ("image_seq_len", "image_seq_length", "num_image_tokens", "vision_feature_select_strategy")
        saved = {name: getattr(processor, name) for name in own if hasattr(processor, name)}
        (folder / "processor_config.json").write_text(json.dumps({"processor_class": type(processor).__name__} | saved))
    else:
        processor.save_pretrained(folder)
