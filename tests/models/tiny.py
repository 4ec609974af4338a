"""Tiny random models of the real families, built from configurations and saved as model folders.

Nothing is downloaded and nothing is trained: the answers are noise, the code path is the real one. Every tokenizer
is a byte-level BPE, so that random answers hold half UTF-8 sequences too.
"""

import json
from functools import partial
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import (
    Blip2Config,
    Blip2ForConditionalGeneration,
    Blip2Processor,
    BlipImageProcessorPil,
    CLIPImageProcessorPil,
    CLIPVisionConfig,
    Idefics3Config,
    Idefics3ForConditionalGeneration,
    Idefics3ImageProcessorPil,
    Idefics3Processor,
    InstructBlipConfig,
    InstructBlipForConditionalGeneration,
    InstructBlipProcessor,
    LlamaConfig,
    LlavaConfig,
    LlavaForConditionalGeneration,
    LlavaProcessor,
    OPTConfig,
    PreTrainedTokenizerFast,
    Qwen2_5_VLConfig,
    Qwen2_5_VLForConditionalGeneration,
    Qwen2_5_VLProcessor,
    Qwen2VLImageProcessorPil,
    SmolVLMConfig,
    SmolVLMForConditionalGeneration,
    SmolVLMImageProcessorPil,
    SmolVLMProcessor,
    T5Config,
)
from transformers.models.idefics3.configuration_idefics3 import Idefics3VisionConfig
from transformers.models.smolvlm.configuration_smolvlm import SmolVLMVisionConfig

from models.processors import image_only
from models.spec import ModelSpec, PromptFormat

WIDTH = 64
SIDE, PATCH = 56, 14  # pixels: 4 x 4 patches
SENTENCES = [
    "Is there a dog in the image? Please answer yes or no.",
    "USER: ASSISTANT: Question: Answer: Yes No yes, there is a dog; no, there is not a cat.",
]
LLAVA_TEMPLATE = (
    "{% for m in messages %}USER: {% for c in m['content'] %}{% if c['type'] == 'image' %}<image>\n"
    "{% else %}{{ c['text'] }}{% endif %}{% endfor %}{% endfor %} ASSISTANT:"
)
SMOL_TEMPLATE = (
    "<|im_start|>{% for m in messages %}User:{% for c in m['content'] %}{% if c['type'] == 'image' %}<image>"
    "{% else %}{{ c['text'] }}{% endif %}{% endfor %}<end_of_utterance>\n{% endfor %}Assistant:"
)
QWEN_TEMPLATE = (
    "{% for m in messages %}<|im_start|>user\n{% for c in m['content'] %}{% if c['type'] == 'image' %}"
    "<|vision_start|><|image_pad|><|vision_end|>{% else %}{{ c['text'] }}{% endif %}{% endfor %}<|im_end|>\n"
    "{% endfor %}<|im_start|>assistant\n"
)


def build(family: str, folder: Path) -> ModelSpec:
    """Save a tiny model of `family` (a key of FAMILIES) into `folder` and return its spec."""
    torch.manual_seed(0)
    builder, prompt_format = FAMILIES[family]
    model, processor = builder()
    model.save_pretrained(folder)
    _save_processor(processor, folder)
    return ModelSpec(
        name=f"tiny-{family}",
        title=f"Tiny {family}",
        source=str(folder),
        family=family,
        parameters=model.num_parameters(),
        licence="Apache-2.0",
        prompt_format=prompt_format,
    )


def _save_processor(processor, folder: Path) -> None:
    if hasattr(processor, "video_processor"):  # as on the Hub; without torchvision it cannot be saved in one piece
        processor.image_processor.save_pretrained(folder)
        processor.tokenizer.save_pretrained(folder)
        (folder / "chat_template.jinja").write_text(processor.chat_template)
        saved = {"processor_class": type(processor).__name__}
        if hasattr(processor, "image_seq_len"):
            saved["image_seq_len"] = processor.image_seq_len
        (folder / "processor_config.json").write_text(json.dumps(saved))
    else:
        processor.save_pretrained(folder)


def _tokenizer(specials=(), bos=None, eos="</s>", extra=None, template=None) -> PreTrainedTokenizerFast:
    core = Tokenizer(models.BPE())
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    core.decoder = decoders.ByteLevel()
    names = [name for name in dict.fromkeys(["<pad>", bos, eos, *specials]) if name]
    trainer = trainers.BpeTrainer(
        vocab_size=600,
        special_tokens=names,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    core.train_from_iterator(SENTENCES * 4, trainer)
    if template:
        tokens = [(token, core.token_to_id(token)) for token in (bos, eos) if token and token in template]
        core.post_processor = processors.TemplateProcessing(single=template, special_tokens=tokens)
    return PreTrainedTokenizerFast(
        tokenizer_object=core,
        bos_token=bos,
        eos_token=eos,
        pad_token="<pad>",
        padding_side="left",
        extra_special_tokens=extra or {},
    )


def _token_ids(tokenizer) -> dict:
    return {
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }


def _llama(tokenizer) -> dict:
    return {
        "hidden_size": WIDTH,
        "intermediate_size": 2 * WIDTH,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 4,
        "vocab_size": len(tokenizer),
        "max_position_embeddings": 2048,
        "tie_word_embeddings": False,
        **_token_ids(tokenizer),
    }


def _vision(**more) -> dict:
    return {
        "hidden_size": WIDTH,
        "intermediate_size": 2 * WIDTH,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "image_size": SIDE,
        "patch_size": PATCH,
        **more,
    }


def _llava():
    tokenizer = _tokenizer(["<image>"], bos="<s>", template="<s> $A", extra={"image_token": "<image>"})
    config = LlavaConfig(
        vision_config=CLIPVisionConfig(**_vision(projection_dim=WIDTH)),
        text_config=LlamaConfig(**_llama(tokenizer)),
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
        vision_feature_layer=-2,
        vision_feature_select_strategy="default",
        image_seq_length=(SIDE // PATCH) ** 2,
    )
    pictures = CLIPImageProcessorPil(size={"shortest_edge": SIDE}, crop_size={"height": SIDE, "width": SIDE})
    processor = LlavaProcessor(
        pictures,
        tokenizer,
        patch_size=PATCH,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        chat_template=LLAVA_TEMPLATE,
    )
    return LlavaForConditionalGeneration(config), processor


def _tile_tokenizer() -> PreTrainedTokenizerFast:
    named = {
        "image_token": "<image>",
        "fake_image_token": "<fake_token_around_image>",
        "global_image_token": "<global-img>",
        "end_of_utterance_token": "<end_of_utterance>",
    }
    tiles = [f"<row_{row}_col_{column}>" for row in range(1, 5) for column in range(1, 5)]
    return _tokenizer(
        [*named.values(), "<|im_start|>", *tiles], bos="<|im_start|>", eos="<end_of_utterance>", extra=named
    )


def _tiles(config_class, vision_class, model_class, pictures_class, make_processor):
    """SmolVLM and its forebear Idefics3: a large picture is cut into tiles, each with image tokens of its own."""
    tokenizer = _tile_tokenizer()
    config = config_class(
        vision_config=vision_class(**_vision()),
        text_config=LlamaConfig(**_llama(tokenizer)),
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
        scale_factor=2,
        tie_word_embeddings=False,
        pad_token_id=tokenizer.pad_token_id,
    )
    pictures = pictures_class(
        size={"longest_edge": 2 * SIDE}, max_image_size={"longest_edge": SIDE}, do_image_splitting=True
    )
    processor = make_processor(
        image_processor=pictures,
        tokenizer=tokenizer,
        image_seq_len=(SIDE // PATCH // 2) ** 2,
        chat_template=SMOL_TEMPLATE,
    )
    return model_class(config), processor


def _smolvlm():
    return _tiles(
        SmolVLMConfig,
        SmolVLMVisionConfig,
        SmolVLMForConditionalGeneration,
        SmolVLMImageProcessorPil,
        partial(image_only(SmolVLMProcessor), video_processor=None),
    )


def _idefics3():
    return _tiles(
        Idefics3Config,
        Idefics3VisionConfig,
        Idefics3ForConditionalGeneration,
        Idefics3ImageProcessorPil,
        Idefics3Processor,
    )


def _qwen():
    marks = ["<|im_start|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>"]
    tokenizer = _tokenizer([*marks, "<|im_end|>"], eos="<|im_end|>")
    ids = {mark.strip("<|>"): tokenizer.convert_tokens_to_ids(mark) for mark in marks}
    text = _llama(tokenizer) | {
        "num_key_value_heads": 2,
        "rope_parameters": {"rope_type": "default", "mrope_section": [2, 3, 3], "rope_theta": 10000.0},
    }
    vision = {
        "depth": 2,
        "hidden_size": WIDTH,
        "intermediate_size": 2 * WIDTH,
        "num_heads": 4,
        "patch_size": PATCH,
        "spatial_merge_size": 2,
        "temporal_patch_size": 2,
        "out_hidden_size": WIDTH,
        "window_size": SIDE,
        "fullatt_block_indexes": [1],
    }
    config = Qwen2_5_VLConfig(
        text_config=text,
        vision_config=vision,
        image_token_id=ids["image_pad"],
        video_token_id=ids["video_pad"],
        vision_start_token_id=ids["vision_start"],
        vision_end_token_id=ids["vision_end"],
        tie_word_embeddings=False,
    )
    pictures = Qwen2VLImageProcessorPil(
        patch_size=PATCH, size={"shortest_edge": SIDE * SIDE, "longest_edge": 4 * SIDE * SIDE}
    )
    processor = image_only(Qwen2_5_VLProcessor)(pictures, tokenizer, None, chat_template=QWEN_TEMPLATE)
    return Qwen2_5_VLForConditionalGeneration(config), processor


def _blip2_opt():
    tokenizer = _tokenizer(bos="</s>", template="</s> $A")
    text = OPTConfig(
        hidden_size=WIDTH,
        ffn_dim=2 * WIDTH,
        num_hidden_layers=2,
        num_attention_heads=4,
        vocab_size=len(tokenizer) + 1,  # and <image>, which the processor adds
        max_position_embeddings=512,
        word_embed_proj_dim=WIDTH,
        **_token_ids(tokenizer),
    )
    return _blip(text, tokenizer, Blip2Config, Blip2ForConditionalGeneration, Blip2Processor)


def _instructblip_t5():
    tokenizer = _tokenizer(template="$A </s>")
    text = T5Config(
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
    return _blip(
        text,
        tokenizer,
        InstructBlipConfig,
        InstructBlipForConditionalGeneration,
        InstructBlipProcessor,
        qformer_tokenizer=_tokenizer(),
    )


def _blip(text, tokenizer, config_class, model_class, processor_class, **tokenizers):
    pictures = BlipImageProcessorPil(size={"height": SIDE, "width": SIDE})
    queries = 8
    processor = processor_class(image_processor=pictures, tokenizer=tokenizer, num_query_tokens=queries, **tokenizers)
    config = config_class(
        vision_config=_vision(),
        qformer_config={
            "hidden_size": WIDTH,
            "intermediate_size": 2 * WIDTH,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "encoder_hidden_size": WIDTH,
            "vocab_size": len(tokenizer),
        },
        text_config=text,
        num_query_tokens=queries,
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
    )
    return model_class(config), processor


FAMILIES = {
    "llava": (_llava, PromptFormat.CHAT),
    "smolvlm": (_smolvlm, PromptFormat.CHAT),
    "idefics3": (_idefics3, PromptFormat.CHAT),  # what SmolVLM 256M and 500M are on the Hub
    "qwen2.5-vl": (_qwen, PromptFormat.CHAT),
    "blip-2": (_blip2_opt, PromptFormat.QUESTION_ANSWER),
    "instructblip": (_instructblip_t5, PromptFormat.INSTRUCTION),
}
