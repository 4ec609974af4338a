"""Parts that tiny random models share: a byte-level tokenizer, widths of language models and vision towers."""

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

WIDTH = 64
SIDE, PATCH = 56, 14  # pixels: 4 x 4 patches
SENTENCES = [
    "Is there a dog in the image? Please answer yes or no.",
    "USER: ASSISTANT: Question: Answer: Yes No yes, there is a dog; no, there is not a cat.",
]


def tokenizer_of(specials=(), bos=None, eos="</s>", extra=None, template=None) -> PreTrainedTokenizerFast:
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


def token_ids(tokenizer) -> dict:
    return {
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }


def llama(tokenizer) -> dict:
    return {
        "hidden_size": WIDTH,
        "intermediate_size": 2 * WIDTH,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 4,
        "vocab_size": len(tokenizer),
        "max_position_embeddings": 2048,
        "tie_word_embeddings": False,
        **token_ids(tokenizer),
    }


def vision(**more) -> dict:
    return {
        "hidden_size": WIDTH,
        "intermediate_size": 2 * WIDTH,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "image_size": SIDE,
        "patch_size": PATCH,
        **more,
    }
