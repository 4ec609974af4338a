"""From a picture and an instruction to the tensors that a model of that family expects."""

import inspect
from typing import TYPE_CHECKING, Any

from models.spec import PromptFormat

if TYPE_CHECKING:
    from PIL import Image

    from models.loading import LoadedModel


def build_inputs(loaded: "LoadedModel", image: "Image.Image", instruction: str) -> dict[str, Any]:
    """The tensors of one request, batch 1: input_ids [1, T], pixel_values and what else the family wants."""
    processor = loaded.processor
    text = plain_text(instruction, processor.tokenizer)
    prompt_format = loaded.spec.prompt_format
    if prompt_format is PromptFormat.CHAT:
        content = [{"type": "image", "image": image}, {"type": "text", "text": text}]
        inputs = processor.apply_chat_template(
            [{"role": "user", "content": content}],
            add_generation_prompt=True,
            tokenize=True,
            return_dict=True,
            return_tensors="pt",
        )
    else:
        prompt = f"Question: {text} Answer:" if prompt_format is PromptFormat.QUESTION_ANSWER else text
        inputs = processor(images=image, text=prompt, return_tensors="pt")
    if "token_type_ids" in inputs and "token_type_ids" not in inspect.signature(loaded.model.forward).parameters:
        del inputs["token_type_ids"]
    return dict(inputs.to(loaded.device, dtype=loaded.dtype))


def plain_text(instruction: str, tokenizer: Any) -> str:
    """`instruction` with the tokenizer's control tokens broken up ("<image>" becomes "< image>").

    A person's text must not open a second picture slot or end its own turn.
    """
    control = (token.content for token in tokenizer.added_tokens_decoder.values() if token.special)
    for token in sorted(control, key=len, reverse=True):
        if len(token) > 1:
            instruction = instruction.replace(token, f"{token[0]} {token[1:]}")
    return instruction
