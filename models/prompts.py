"""From pictures and instructions to the tensors that a model of that family expects."""

import copy
import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models.errors import GenerationError
from models.examples import Example, Turns
from models.families import family_of
from models.spec import PromptFormat

if TYPE_CHECKING:
    from PIL import Image

    from models.loading import LoadedModel

Row = list[int]
Shown = tuple[Example, ...]
_QFORMER = "qformer_"  # InstructBLIP's Q-Former reads the question too, with a tokenizer of its own


def build_inputs(
    loaded: "LoadedModel", image: "Image.Image", instruction: str, examples: Shown = (), earlier: Turns = ()
) -> dict[str, Any]:
    """The tensors of one request, batch 1: input_ids [1, T], pixel_values and what else the family wants.

    `examples` come first, each a turn of the person with a turn of the model; then `earlier`, the turns of the same
    conversation, the picture in the first of them. Raises GenerationError for examples to a family whose prompts hold
    one picture, and for earlier turns to one without a chat template.
    """
    return on_device(loaded, _encode(loaded, loaded.processor, [image], [instruction], [examples], earlier))


def build_batch(
    loaded: "LoadedModel",
    images: Sequence["Image.Image"],
    instructions: Sequence[str],
    examples: Sequence[Shown] | None = None,
) -> dict[str, Any]:
    """The tensors of several requests, one a row: input_ids [B, T], padded on the side that this family needs."""
    (requests,) = build_rounds(loaded, images, [instructions], examples)
    return on_device(loaded, {**pad(loaded, requests.tokens), **requests.pictures})


@dataclass(frozen=True)
class Requests:
    """One prompt per picture, not padded.

    `tokens` holds what has one value per token, by its name: input_ids, and the token types or the Q-Former's ids
    where the family has them. `pictures` is the rest, as the processor made it for all pictures together.
    """

    tokens: dict[str, list[Row]]
    pictures: dict[str, Any]


def build_rounds(
    loaded: "LoadedModel",
    images: Sequence["Image.Image"],
    rounds: Sequence[Sequence[str]],
    examples: Sequence[Shown] | None = None,
) -> list[Requests]:
    """The `Requests` of each round of instructions about the same pictures, which are processed once for all.

    `examples` holds what each picture's prompt shows first, in every round. The model's own processor writes every
    prompt, so each is what `build_inputs` gives for it.
    """
    processor = copy.copy(loaded.processor)
    processor.image_processor = _Once(loaded.processor.image_processor)
    shown = examples or [()] * len(images)
    return [_without_padding(_encode(loaded, processor, images, instructions, shown)) for instructions in rounds]


def picture_tokens(loaded: "LoadedModel", images: Sequence["Image.Image"]) -> list[int]:
    """How many tokens each picture will take, as its processor foretells from the size; all 0 where it does not."""
    sizes = [(image.height, image.width) for image in images]
    try:
        return list(loaded.processor._get_num_multimodal_tokens(image_sizes=sizes).num_image_tokens)
    except Exception:  # not every processor can, and LLaVA's fails where pictures are not cropped
        return [0] * len(images)


def pad(loaded: "LoadedModel", tokens: dict[str, list[Row]], side: str | None = None) -> dict[str, Any]:
    """`tokens` as tensors [B, T] with their attention masks, padded on `side` or else on the family's own.

    The wrong side changes answers silently: T5 counts positions from the left, and so does InstructBLIP's Q-Former
    whichever language model follows it.
    """
    import torch

    side = side or family_of(loaded.model.config).padding_side
    padded = {}
    for name, rows in tokens.items():
        qformer = name.startswith(_QFORMER)
        tokenizer = loaded.processor.qformer_tokenizer if qformer else loaded.processor.tokenizer
        fill = (tokenizer.pad_token_id or 0) if name.endswith("input_ids") else 0
        left = side == "left" and not qformer
        longest = max(map(len, rows))
        padded[name] = torch.tensor([_stretched(row, longest, fill, left) for row in rows])
        if name.endswith("input_ids"):
            mask = [_stretched([1] * len(row), longest, 0, left) for row in rows]
            padded[f"{_QFORMER if qformer else ''}attention_mask"] = torch.tensor(mask)
    return padded


def on_device(loaded: "LoadedModel", inputs: dict[str, Any]) -> dict[str, Any]:
    """`inputs` where the model is, its fractions in the model's precision."""
    from torch import Tensor

    def moved(value: Any) -> Any:
        if not isinstance(value, Tensor):
            return value
        return value.to(loaded.device, loaded.dtype if value.is_floating_point() else None)

    return {name: moved(value) for name, value in inputs.items()}


def plain_text(instruction: str, tokenizer: Any) -> str:
    """`instruction` with the tokenizer's control tokens broken up ("<image>" becomes "< image>").

    A person's text must not open a second picture slot or end its own turn.
    """
    control = (token.content for token in tokenizer.added_tokens_decoder.values() if token.special)
    for token in sorted(control, key=len, reverse=True):
        if len(token) > 1:
            instruction = instruction.replace(token, f"{token[0]} {token[1:]}")
    return instruction


def check_examples(loaded: "LoadedModel") -> None:
    """Raise GenerationError when this model cannot be shown solved examples."""
    if loaded.spec.prompt_format is not PromptFormat.CHAT or not family_of(loaded.model.config).several_pictures:
        raise GenerationError(
            f"{loaded.spec.title} cannot be shown solved examples: its prompts hold one picture and one question."
        )


def check_turns(loaded: "LoadedModel") -> None:
    """Raise GenerationError when this model cannot be told what was said before."""
    if not loaded.spec.takes_turns:
        raise GenerationError(
            f"{loaded.spec.title} cannot be asked a further question: its prompts hold one question and no earlier"
            " answer. Start a new battle, or choose a model with a chat template."
        )


def _encode(
    loaded: "LoadedModel",
    processor: Any,
    images: Sequence["Image.Image"],
    instructions: Sequence[str],
    examples: Sequence[Shown],
    earlier: Turns = (),
) -> dict[str, Any]:
    """What the processor makes of one picture and one instruction a row; its padding is not to be relied on.

    `earlier` are the turns before, of every row.
    """
    texts = [plain_text(instruction, processor.tokenizer) for instruction in instructions]
    prompt_format = loaded.spec.prompt_format
    if any(examples):
        check_examples(loaded)
    if earlier:
        check_turns(loaded)
    if prompt_format is PromptFormat.CHAT:
        conversations = [
            [*_solved(shown, processor.tokenizer), *_conversation(earlier, text, image, processor.tokenizer)]
            for image, text, shown in zip(images, texts, examples, strict=True)
        ]
        with loaded.encoding:
            encoded = processor.apply_chat_template(
                conversations,
                add_generation_prompt=True,
                tokenize=True,
                return_dict=True,
                return_tensors="pt",
                processor_kwargs={"padding": True},
            )
    else:
        if prompt_format is PromptFormat.QUESTION_ANSWER:
            texts = [f"Question: {text} Answer:" for text in texts]
        if loaded.model.config.model_type == "paligemma":  # its processor wants the picture's place, and warns if not
            texts = [f"{processor.image_token}{text}" for text in texts]
        with loaded.encoding:
            encoded = processor(images=list(images), text=texts, padding=True, return_tensors="pt")
    encoded = dict(encoded)
    encoded.pop("labels", None)  # PaliGemma's processor makes some for training
    if "token_type_ids" not in inspect.signature(loaded.model.forward).parameters:
        encoded.pop("token_type_ids", None)
    return encoded


def _solved(examples: Sequence[Example], tokenizer: Any) -> list[dict[str, Any]]:
    turns = []
    for picture, question, answer in examples:
        turns.append(_turn("user", plain_text(question, tokenizer), picture))
        turns.append(_turn("assistant", plain_text(answer, tokenizer)))
    return turns


def _conversation(earlier: Turns, text: str, image: "Image.Image", tokenizer: Any) -> list[dict[str, Any]]:
    """The turns about one picture, which stands in the first; `text` is the last one's, without control tokens."""
    solved = _solved([Example(None, *turn) for turn in earlier], tokenizer)
    first, *rest = [*solved, _turn("user", text)]
    return [{**first, "content": [{"type": "image", "image": image}, *first["content"]]}, *rest]


def _turn(role: str, text: str, image: "Image.Image | None" = None) -> dict[str, Any]:
    content = [] if image is None else [{"type": "image", "image": image}]
    return {"role": role, "content": [*content, {"type": "text", "text": text}]}


def _without_padding(encoded: dict[str, Any]) -> Requests:
    tokens: dict[str, list[Row]] = {}
    pictures = {}
    for name, value in encoded.items():
        mask = encoded[f"{_QFORMER if name.startswith(_QFORMER) else ''}attention_mask"].bool()
        if getattr(value, "shape", None) != mask.shape:
            pictures[name] = value
        elif not name.endswith("attention_mask"):
            tokens[name] = [row[kept].tolist() for row, kept in zip(value, mask, strict=True)]
    return Requests(tokens, pictures)


def _stretched(row: Row, length: int, fill: int, left: bool) -> Row:
    filling = [fill] * (length - len(row))
    return filling + row if left else row + filling


class _Once:
    """An image processor that works once, for the pictures of its first call, and then repeats what it returned."""

    def __init__(self, image_processor: Any) -> None:
        self._image_processor = image_processor
        self._made: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._image_processor, name)

    def __call__(self, images: Any, **options: Any) -> Any:
        if self._made is None:
            self._made = self._image_processor(images, **options)
        return copy.copy(self._made)  # callers take what they need out of it
