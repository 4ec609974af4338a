"""Tiny models that see a picture in its own size and count places in three directions: Qwen-VL and GLM-4.1V."""

from transformers import (
    Glm4vConfig,
    Glm4vForConditionalGeneration,
    Glm4vImageProcessorPil,
    Glm4vProcessor,
    Qwen2_5_VLConfig,
    Qwen2_5_VLForConditionalGeneration,
    Qwen2_5_VLProcessor,
    Qwen2VLConfig,
    Qwen2VLForConditionalGeneration,
    Qwen2VLImageProcessorPil,
    Qwen2VLProcessor,
    Qwen3VLConfig,
    Qwen3VLForConditionalGeneration,
    Qwen3VLProcessor,
)

from models.processors import image_only
from tests.models.tiny_parts import PATCH, SIDE, WIDTH, llama, tokenizer_of

QWEN_TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{% for c in m['content'] %}{% if c['type'] == 'image' %}"
    "<|vision_start|><|image_pad|><|vision_end|>{% else %}{{ c['text'] }}{% endif %}{% endfor %}<|im_end|>\n"
    "{% endfor %}{{ '<|im_start|>assistant\n' }}"
)
GLM_TEMPLATE = (
    "[gMASK]<sop>{% for m in messages %}<|user|>\n{% for c in m['content'] %}{% if c['type'] == 'image' %}"
    "<|begin_of_image|><|image|><|end_of_image|>{% else %}{{ c['text'] }}{% endif %}{% endfor %}{% endfor %}"
    "{{ '<|assistant|>\n' }}"
)
PIXELS = {"shortest_edge": SIDE * SIDE, "longest_edge": 4 * SIDE * SIDE}
TOWER = {
    "depth": 2,
    "hidden_size": WIDTH,
    "intermediate_size": 2 * WIDTH,
    "num_heads": 4,
    "patch_size": PATCH,
    "spatial_merge_size": 2,
    "temporal_patch_size": 2,
    "out_hidden_size": WIDTH,
}


def qwen2_vl():
    tower = {
        "depth": 2,
        "embed_dim": WIDTH,
        "hidden_size": WIDTH,
        "mlp_ratio": 2,
        "num_heads": 4,
        "patch_size": PATCH,
        "spatial_merge_size": 2,
        "temporal_patch_size": 2,
    }
    return _qwen(Qwen2VLConfig, Qwen2VLForConditionalGeneration, Qwen2VLProcessor, tower)


def qwen2_5_vl():
    tower = TOWER | {"window_size": SIDE, "fullatt_block_indexes": [1]}
    return _qwen(Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration, Qwen2_5_VLProcessor, tower)


def qwen3_vl():
    tower = TOWER | {"num_position_embeddings": 64, "deepstack_visual_indexes": [0, 1]}
    text = {"head_dim": WIDTH // 4}
    return _qwen(
        Qwen3VLConfig, Qwen3VLForConditionalGeneration, Qwen3VLProcessor, tower, text, {"mrope_interleaved": True}
    )


def _qwen(config_class, model_class, processor_class, tower, text=None, rope=None):
    marks = ["<|im_start|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>"]
    tokenizer = tokenizer_of([*marks, "<|im_end|>"], eos="<|im_end|>")
    _start, vision_start, vision_end, image, video = tokenizer.convert_tokens_to_ids(marks)
    config = config_class(
        text_config=_text(tokenizer, rope) | (text or {}),
        vision_config=tower,
        image_token_id=image,
        video_token_id=video,
        vision_start_token_id=vision_start,
        vision_end_token_id=vision_end,
        tie_word_embeddings=False,
    )
    pictures = Qwen2VLImageProcessorPil(patch_size=PATCH, size=PIXELS)
    processor = image_only(processor_class)(pictures, tokenizer, None, chat_template=QWEN_TEMPLATE)
    return model_class(config), processor


def glm4v():
    marks = [
        "<|begin_of_image|>",
        "<|end_of_image|>",
        "<|image|>",
        "<|begin_of_video|>",
        "<|end_of_video|>",
        "<|video|>",
    ]
    turns = ["[gMASK]", "<sop>", "<|user|>", "<|assistant|>"]
    tokenizer = tokenizer_of([*marks, *turns], eos="<|endoftext|>")
    image_start, image_end, image, video_start, video_end, video = tokenizer.convert_tokens_to_ids(marks)
    config = Glm4vConfig(
        text_config=_text(tokenizer),
        vision_config=TOWER | {"image_size": SIDE},
        image_token_id=image,
        video_token_id=video,
        image_start_token_id=image_start,
        image_end_token_id=image_end,
        video_start_token_id=video_start,
        video_end_token_id=video_end,
    )
    pictures = Glm4vImageProcessorPil(patch_size=PATCH, size=PIXELS)
    processor = image_only(Glm4vProcessor)(pictures, tokenizer, None, chat_template=GLM_TEMPLATE)
    return Glm4vForConditionalGeneration(config), processor


def _text(tokenizer, rope=None) -> dict:
    places = {"rope_type": "default", "mrope_section": [2, 3, 3], "rope_theta": 10000.0}
    return llama(tokenizer) | {"num_key_value_heads": 2, "rope_parameters": places | (rope or {})}
