"""A tokenizer for a model that has none at hand: byte-level BPE, built from the sentences that it will read.

A question becomes about as many tokens as with the published tokenizer. Ids that no text leads to are filled with
made-up words, so that whatever a random model says is text.
"""

import json
from collections.abc import Iterator, Mapping
from itertools import chain, product

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

from models.embedded.questions import NUMBERS, PHRASE, PLEASE, article, plural
from models.embedded.scenes import COLORS, COLUMNS, ROWS, SHAPES

SPACE = "Ġ"  # how byte-level BPE writes a space
_PROMPTS = (
    "USER: ASSISTANT: Question: Answer: Short answer:",
    "###Human: ###Assistant: Give the following image: You will be able to see the image once I provide it to you.",
    "system user assistant You are a helpful assistant.",
    "Describe this image in detail. What is in this picture? Answer the question using a single word or phrase.",
    "Yes, there is. No, there is not. yes no Yes No",
)


def build(size: int, special: Mapping[str, int], template: str = "$A", **roles: str) -> PreTrainedTokenizerFast:
    """A tokenizer with ids 0 to `size` - 1, the tokens of `special` at their ids.

    `template` is what goes around a text ("<s> $A"); `roles` name special tokens (bos_token="<s>", ...).
    """
    learned, merges = _learned()
    known = {*learned, *special}
    tokens = chain(learned, (word for word in _made_up_words() if word not in known))
    taken = set(special.values())
    free = (number for number in range(size) if number not in taken)
    vocabulary = {**special, **{token: number for number, token in zip(free, tokens, strict=False)}}
    core = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    core.decoder = decoders.ByteLevel()
    core.add_special_tokens(list(special))
    around = [(token, number) for token, number in special.items() if token in template.split()]
    core.post_processor = processors.TemplateProcessing(single=template, special_tokens=around)
    return PreTrainedTokenizerFast(tokenizer_object=core, padding_side="left", **roles)


def sentences() -> list[str]:
    """A few hundred questions, answers and prompts in the words of the drawn scenes."""
    return [*_PROMPTS, *_questions(), *_descriptions()]


def _questions() -> Iterator[str]:
    for shape in SHAPES:
        yield f"Is there {article(shape)} {shape} in this image? {PLEASE}"
        yield from (f"Is the {shape} {color}? {PLEASE}" for color in COLORS)
        yield from (f"Are there {number} {plural(shape)} in this image? {PLEASE}" for number in NUMBERS)
        for phrase, other in product(PHRASE.values(), SHAPES):
            yield f"Is the {shape} {phrase} the {other}? {PLEASE}"


def _descriptions() -> Iterator[str]:
    for (row, column), color in product(product(ROWS, COLUMNS), COLORS):
        yield f"There is {article(color)} {color} object at the {row} {column} of the picture."


def _learned() -> tuple[list[str], list[tuple[str, str]]]:
    """Tokens in the order of their ids (the 256 bytes first), and how they merge."""
    core = Tokenizer(models.BPE())
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    core.train_from_iterator(
        sentences(), trainers.BpeTrainer(vocab_size=1000, initial_alphabet=alphabet, show_progress=False)
    )
    model = json.loads(core.to_str())["model"]
    return sorted(model["vocab"], key=model["vocab"].get), [tuple(pair) for pair in model["merges"]]


def _made_up_words() -> Iterator[str]:
    consonants, vowels = "bdfgklmnprstvz", "aeiou"
    for length in (2, 3, 4):
        for syllables in product(product(consonants, vowels), repeat=length):
            yield SPACE + "".join(map("".join, syllables))
