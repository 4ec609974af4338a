"""Tiny models whose vision tower and language model meet in a projector: LLaVA and its kin, InternVL, Gemma."""

from functools import partial

from transformers import (
    CLIPImageProcessorPil,
    CLIPVisionConfig,
    Gemma3Config,
    Gemma3ForConditionalGeneration,
    Gemma3ImageProcessorPil,
    Gemma3Processor,
    Gemma3TextConfig,
    GemmaConfig,
    GotOcr2ImageProcessorPil,
    Idefics3Config,
    Idefics3ForConditionalGeneration,
    Idefics3ImageProcessorPil,
    Idefics3Processor,
    InternVLConfig,
    InternVLForConditionalGeneration,
    InternVLProcessor,
    InternVLVisionConfig,
    Lfm2Config,
    Lfm2VlConfig,
    Lfm2VlForConditionalGeneration,
    Lfm2VlProcessor,
    LlamaConfig,
    LlavaConfig,
    LlavaForConditionalGeneration,
    LlavaNextConfig,
    LlavaNextForConditionalGeneration,
    LlavaNextImageProcessorPil,
    LlavaNextProcessor,
    LlavaOnevisionConfig,
    LlavaOnevisionForConditionalGeneration,
    LlavaOnevisionImageProcessorPil,
    LlavaOnevisionProcessor,
    LlavaProcessor,
    PaliGemmaConfig,
    PaliGemmaForConditionalGeneration,
    PaliGemmaProcessor,
    Qwen2Config,
    Siglip2VisionConfig,
    SiglipImageProcessorPil,
    SiglipVisionConfig,
    SmolVLMConfig,
    SmolVLMForConditionalGeneration,
    SmolVLMImageProcessorPil,
    SmolVLMProcessor,
)
from transformers.models.idefics3.configuration_idefics3 import Idefics3VisionConfig
from transformers.models.smolvlm.configuration_smolvlm import SmolVLMVisionConfig

from models.lfm2 import Lfm2VlImageProcessorPil
from models.processors import image_only
from tests.models.tiny_parts import PATCH, SIDE, WIDTH, llama, tokenizer_of, vision

TOKENS = (SIDE // PATCH) ** 2  # of one picture or tile
LLAVA_TEMPLATE = (
    "{% for m in messages %}USER: {% for c in m['content'] %}{% if c['type'] == 'image' %}<image>\n"
    "{% else %}{{ c['text'] }}{% endif %}{% endfor %}{% endfor %} ASSISTANT:"
)
SMOL_TEMPLATE = (
    "<|im_start|>{% for m in messages %}User:{% for c in m['content'] %}{% if c['type'] == 'image' %}<image>"
    "{% else %}{{ c['text'] }}{% endif %}{% endfor %}<end_of_utterance>\n{% endfor %}Assistant:"
)
CHATML = (
    "{% for m in messages %}<|im_start|>user\n{% for c in m['content'] %}{% if c['type'] == 'image' %}MARK\n"
    "{% else %}{{ c['text'] }}{% endif %}{% endfor %}<|im_end|>\n{% endfor %}{{ '<|im_start|>assistant\n' }}"
)
GEMMA_TEMPLATE = (
    "<bos>{% for m in messages %}<start_of_turn>user\n{% for c in m['content'] %}{% if c['type'] == 'image' %}"
    "<start_of_image>{% else %}{{ c['text'] | trim }}{% endif %}{% endfor %}<end_of_turn>\n{% endfor %}"
    "{{ '<start_of_turn>model\n' }}"
)


def llava():
    return _llava(
        LlavaConfig, LlavaForConditionalGeneration, LlavaProcessor, CLIPImageProcessorPil, {"image_seq_length": TOKENS}
    )


def llava_next():
    grid = {"image_grid_pinpoints": [[SIDE, 2 * SIDE], [2 * SIDE, SIDE], [2 * SIDE, 2 * SIDE]]}
    return _llava(
        LlavaNextConfig, LlavaNextForConditionalGeneration, LlavaNextProcessor, LlavaNextImageProcessorPil, grid, grid
    )


def _llava(config_class, model_class, processor_class, pictures_class, options, picture_options=None):
    tokenizer = tokenizer_of(["<image>"], bos="<s>", template="<s> $A", extra={"image_token": "<image>"})
    config = config_class(
        vision_config=CLIPVisionConfig(**vision(projection_dim=WIDTH)),
        text_config=LlamaConfig(**llama(tokenizer)),
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
        vision_feature_layer=-2,
        vision_feature_select_strategy="default",
        tie_word_embeddings=False,
        **options,
    )
    processor = processor_class(
        pictures_class(
            size={"shortest_edge": SIDE}, crop_size={"height": SIDE, "width": SIDE}, **(picture_options or {})
        ),
        tokenizer,
        patch_size=PATCH,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        chat_template=LLAVA_TEMPLATE,
    )
    return model_class(config), processor


def llava_onevision():
    tokenizer = tokenizer_of(["<|im_start|>", "<|im_end|>", "<image>", "<video>"], eos="<|im_end|>")
    grid = [[SIDE, 2 * SIDE], [2 * SIDE, SIDE], [2 * SIDE, 2 * SIDE]]
    config = LlavaOnevisionConfig(
        vision_config=SiglipVisionConfig(**vision(vision_use_head=False)),
        text_config=Qwen2Config(**llama(tokenizer)),
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
        video_token_index=tokenizer.convert_tokens_to_ids("<video>"),
        image_grid_pinpoints=grid,
        tie_word_embeddings=False,
    )
    processor = image_only(LlavaOnevisionProcessor)(
        LlavaOnevisionImageProcessorPil(size={"height": SIDE, "width": SIDE}, image_grid_pinpoints=grid),
        tokenizer,
        None,
        num_image_tokens=TOKENS,
        vision_feature_select_strategy="full",
        chat_template=CHATML.replace("MARK", "<image>"),
    )
    return LlavaOnevisionForConditionalGeneration(config), processor


def smolvlm():
    make_processor = partial(image_only(SmolVLMProcessor), video_processor=None)
    classes = SmolVLMConfig, SmolVLMVisionConfig, SmolVLMForConditionalGeneration, SmolVLMImageProcessorPil
    return _tiles(*classes, make_processor)


def idefics3():
    classes = Idefics3Config, Idefics3VisionConfig, Idefics3ForConditionalGeneration, Idefics3ImageProcessorPil
    return _tiles(*classes, Idefics3Processor)


def _tiles(config_class, vision_class, model_class, pictures_class, make_processor):
    """SmolVLM and its forebear Idefics3: a large picture is cut into tiles, each with image tokens of its own."""
    named = {
        "image_token": "<image>",
        "fake_image_token": "<fake_token_around_image>",
        "global_image_token": "<global-img>",
        "end_of_utterance_token": "<end_of_utterance>",
    }
    tiles = [f"<row_{row}_col_{column}>" for row in range(1, 5) for column in range(1, 5)]
    specials = [*named.values(), "<|im_start|>", *tiles]
    tokenizer = tokenizer_of(specials, bos="<|im_start|>", eos="<end_of_utterance>", extra=named)
    config = config_class(
        vision_config=vision_class(**vision()),
        text_config=LlamaConfig(**llama(tokenizer)),
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
        scale_factor=2,
        tie_word_embeddings=False,
        pad_token_id=tokenizer.pad_token_id,
    )
    pictures = pictures_class(
        size={"longest_edge": 2 * SIDE}, max_image_size={"longest_edge": SIDE}, do_image_splitting=True
    )
    processor = make_processor(
        image_processor=pictures, tokenizer=tokenizer, image_seq_len=TOKENS // 4, chat_template=SMOL_TEMPLATE
    )
    return model_class(config), processor


def internvl():
    named = {
        "start_image_token": "<img>",
        "end_image_token": "</img>",
        "context_image_token": "<IMG_CONTEXT>",
        "video_token": "<video>",
    }
    tokenizer = tokenizer_of(["<|im_start|>", "<|im_end|>", *named.values()], eos="<|im_end|>", extra=named)
    config = InternVLConfig(
        vision_config=InternVLVisionConfig(**vision()),
        text_config=Qwen2Config(**llama(tokenizer)),
        image_token_id=tokenizer.context_image_token_id,
        image_seq_length=TOKENS // 4,
        tie_word_embeddings=False,
    )
    processor = image_only(InternVLProcessor)(
        GotOcr2ImageProcessorPil(size={"height": SIDE, "width": SIDE}, crop_to_patches=True, max_patches=4),
        tokenizer,
        None,
        image_seq_length=TOKENS // 4,
        chat_template=CHATML.replace("MARK", "<IMG_CONTEXT>"),
    )
    return InternVLForConditionalGeneration(config), processor


def gemma3():
    """Its output head is tied to the embeddings, its layers see a window or everything."""
    named = {"image_token": "<image_soft_token>", "boi_token": "<start_of_image>", "eoi_token": "<end_of_image>"}
    turns = ["<start_of_turn>", "<end_of_turn>"]
    tokenizer = tokenizer_of([*named.values(), *turns], bos="<bos>", eos="<end_of_turn>", extra=named)
    config = Gemma3Config(
        vision_config=SiglipVisionConfig(**vision(vision_use_head=False)),
        text_config=Gemma3TextConfig(
            **llama(tokenizer) | {"tie_word_embeddings": True, "num_key_value_heads": 2},
            head_dim=WIDTH // 4,
            sliding_window=24,
            layer_types=["sliding_attention", "full_attention"],
        ),
        mm_tokens_per_image=TOKENS // 4,
        boi_token_index=tokenizer.boi_token_id,
        eoi_token_index=tokenizer.eoi_token_id,
        image_token_index=tokenizer.image_token_id,
    )
    processor = Gemma3Processor(
        Gemma3ImageProcessorPil(size={"height": SIDE, "width": SIDE}),
        tokenizer,
        chat_template=GEMMA_TEMPLATE,
        image_seq_length=TOKENS // 4,
    )
    return Gemma3ForConditionalGeneration(config), processor


def paligemma():
    """It has no chat template: picture, <bos>, instruction, newline."""
    tokenizer = tokenizer_of(["<image>"], bos="<bos>", eos="<eos>", extra={"image_token": "<image>"})
    pictures = SiglipImageProcessorPil(size={"height": SIDE, "width": SIDE})
    pictures.image_seq_length = TOKENS
    processor = PaliGemmaProcessor(pictures, tokenizer)  # adds its 1152 tokens for places and segments
    config = PaliGemmaConfig(
        vision_config=SiglipVisionConfig(**vision(vision_use_head=False), projection_dim=WIDTH),
        text_config=GemmaConfig(
            **llama(tokenizer) | {"tie_word_embeddings": True, "num_key_value_heads": 1},
            head_dim=32,  # on some processors bitsandbytes packs 4-bit rows by 32
        ),
        image_token_index=tokenizer.image_token_id,
        projection_dim=WIDTH,
        hidden_size=WIDTH,
    )
    return PaliGemmaForConditionalGeneration(config), processor


def lfm2_vl():
    """A picture above 2 x 16 tokens' pixels is cut into tiles, and seen whole as well."""
    named = {
        "image_token": "<image>",
        "image_start_token": "<|image_start|>",
        "image_end_token": "<|image_end|>",
        "image_thumbnail_token": "<|img_thumbnail|>",
    }
    tiles = [f"<|img_row_{row}_col_{column}|>" for row in range(1, 5) for column in range(1, 5)]
    specials = ["<|im_start|>", "<|im_end|>", *named.values(), *tiles]
    tokenizer = tokenizer_of(specials, bos="<|startoftext|>", eos="<|im_end|>", extra=named)
    shapes = vision(num_patches=TOKENS, vision_use_head=False)
    del shapes["image_size"]
    config = Lfm2VlConfig(
        vision_config=Siglip2VisionConfig(**shapes),
        text_config=Lfm2Config(
            **llama(tokenizer) | {"tie_word_embeddings": True}, layer_types=["conv", "full_attention"]
        ),
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
        projector_hidden_size=WIDTH,
    )
    pictures = Lfm2VlImageProcessorPil(
        encoder_patch_size=PATCH, tile_size=SIDE, min_image_tokens=1, max_image_tokens=4, max_tiles=4
    )
    processor = image_only(Lfm2VlProcessor)(
        pictures, tokenizer, chat_template="<|startoftext|>" + CHATML.replace("MARK\n", "<image>")
    )
    return Lfm2VlForConditionalGeneration(config), processor
