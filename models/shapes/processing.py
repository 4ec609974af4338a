"""The processors of the shapes: the families' own picture processing at the published sizes, a tokenizer built here."""

from typing import Any

from transformers import (
    BlipImageProcessorPil,
    CLIPImageProcessorPil,
    InstructBlipProcessor,
    LlavaProcessor,
    PretrainedConfig,
    Qwen2_5_VLProcessor,
    Qwen2VLImageProcessorPil,
)

from models import shapes
from models.processors import image_only, load_processor
from models.shapes import tokenizer

# What OpenAI's CLIP was trained with; BLIP-2's ViT-g and Qwen's tower follow it.
_MEAN, _DEVIATION = [0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]
_LLAMA = {"<unk>": 0, "<s>": 1, "</s>": 2}
_LLAMA_ROLES = {"unk_token": "<unk>", "bos_token": "<s>", "eos_token": "</s>"}
_LLAVA_TEMPLATE = (
    "{% for message in messages %}USER: {% for part in message['content'] %}{% if part['type'] == 'image' %}<image>\n"
    "{% else %}{{ part['text'] }}{% endif %}{% endfor %}{% endfor %} ASSISTANT:"
)
_QWEN_TEMPLATE = (
    "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n"
    "{% for message in messages %}<|im_start|>user\n{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}<|vision_start|><|image_pad|><|vision_end|>{% else %}{{ part['text'] }}{% endif %}"
    "{% endfor %}<|im_end|>\n{% endfor %}<|im_start|>assistant\n"
)
_QWEN_PIXELS = {"shortest_edge": 56 * 56, "longest_edge": 28 * 28 * 16384}


def processor_for(shape: str, config: PretrainedConfig) -> Any:
    """The processor that `shape` is asked through."""
    if shape == shapes.SCOUT:
        return _scout(config)
    return _FAMILIES[config.model_type](config)


def _scout(config: PretrainedConfig) -> Any:
    processor = load_processor(shapes.folder(shapes.SCOUT))
    side = config.vision_config.image_size
    processor.image_processor.size = {"height": side, "width": side}
    return processor


def _llava(config: PretrainedConfig) -> Any:
    text, vision = config.text_config, config.vision_config
    special = {**_LLAMA, "<image>": config.image_token_id, "<pad>": text.pad_token_id}
    words = tokenizer.build(text.vocab_size, special, "<s> $A", pad_token="<pad>", **_LLAMA_ROLES)
    side = vision.image_size
    pictures = CLIPImageProcessorPil(size={"shortest_edge": side}, crop_size={"height": side, "width": side})
    return LlavaProcessor(
        pictures,
        words,
        patch_size=vision.patch_size,
        vision_feature_select_strategy=config.vision_feature_select_strategy,
        num_additional_image_tokens=1,  # CLIP's class token
        chat_template=_LLAVA_TEMPLATE,
    )


def _instructblip(config: PretrainedConfig) -> Any:
    text = config.text_config
    special = {**_LLAMA, "[PAD]": text.pad_token_id, "<image>": config.image_token_id}
    words = tokenizer.build(text.vocab_size, special, "<s> $A", pad_token="[PAD]", **_LLAMA_ROLES)
    bert = {"[PAD]": 0, "[CLS]": 101, "[SEP]": 102}
    queries = tokenizer.build(config.qformer_config.vocab_size, bert, "[CLS] $A [SEP]", pad_token="[PAD]")
    return InstructBlipProcessor(_blip_pictures(config), words, queries, num_query_tokens=config.num_query_tokens)


def _minigpt4(config: PretrainedConfig) -> Any:
    from models.minigpt4 import Processor

    words = tokenizer.build(config.image_token_id, _LLAMA, "<s> $A", pad_token="<unk>", **_LLAMA_ROLES)
    return Processor(_blip_pictures(config), words, config.image_token_id, config.num_query_tokens)


def _blip_pictures(config: PretrainedConfig) -> BlipImageProcessorPil:
    side = config.vision_config.image_size
    return BlipImageProcessorPil(size={"height": side, "width": side}, image_mean=_MEAN, image_std=_DEVIATION)


def _qwen(config: PretrainedConfig) -> Any:
    text, vision = config.text_config, config.vision_config
    special = {
        "<|endoftext|>": text.pad_token_id,
        "<|im_start|>": 151644,
        "<|im_end|>": text.eos_token_id,
        "<|vision_start|>": config.vision_start_token_id,
        "<|vision_end|>": config.vision_end_token_id,
        "<|image_pad|>": config.image_token_id,
        "<|video_pad|>": config.video_token_id,
    }
    words = tokenizer.build(text.vocab_size, special, eos_token="<|im_end|>", pad_token="<|endoftext|>")
    pictures = Qwen2VLImageProcessorPil(
        patch_size=vision.patch_size,
        merge_size=vision.spatial_merge_size,
        temporal_patch_size=vision.temporal_patch_size,
        size=_QWEN_PIXELS,
    )
    return image_only(Qwen2_5_VLProcessor)(pictures, words, None, chat_template=_QWEN_TEMPLATE)


_FAMILIES = {"llava": _llava, "instructblip": _instructblip, "blip-2": _minigpt4, "qwen2_5_vl": _qwen}
