"""The techniques of the survey (arXiv 2306.13549) as ways to ask the same question: what may be combined, and checks.

How each asks and reads is in `ways`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from benchmark.data import Suite
from benchmark.errors import RunError, UnknownNameError
from benchmark.final_answer import MAX_NEW_TOKENS as REASONING_TOKENS
from benchmark.final_answer import REASON
from benchmark.picture_notes import OPENING
from benchmark.prompt_styles import PromptStyle, find_style
from benchmark.records import OFFICIAL_PROMPT, PLAIN_TECHNIQUE, RunSettings
from benchmark.solved_examples import DEFAULT_PAIRS, MOST_PAIRS
from benchmark.text_reader import check_reader, reader_version
from models.spec import Generation, Mission, ModelSpec

PLAIN_TOKENS = 16
"""New tokens as peers allow for MME: the verdict stands in the first word."""

MOST_TOKENS = 4096


class Technique(StrEnum):
    """How a question is put to a model."""

    INSTRUCTION = PLAIN_TECHNIQUE  # the plain, concise instruction
    IN_CONTEXT = "in-context"  # solved examples come first
    CHAIN_OF_THOUGHT = "chain-of-thought"  # reason, then a final answer
    TOOL_AIDED = "tool-aided"  # notes by simple programs come first

    @property
    def title(self) -> str:
        """Plain words for a page."""
        return {
            Technique.INSTRUCTION: "the question alone",
            Technique.IN_CONTEXT: "solved examples first",
            Technique.CHAIN_OF_THOUGHT: "reason first, then answer",
            Technique.TOOL_AIDED: "notes by other programs first",
        }[self]


def find_technique(name: str) -> Technique:
    """The technique of this name. Raises UnknownNameError with the four names that are allowed."""
    try:
        return Technique(name)
    except ValueError:
        raise UnknownNameError("technique", str(name), [technique.value for technique in Technique]) from None


@dataclass(frozen=True)
class Manner:
    """How questions are put, with everything that decides it.

    `examples` counts solved image pairs (0 for techniques that show none), `seed` decides which ones are drawn.
    """

    style: PromptStyle = PromptStyle.OFFICIAL
    technique: Technique = Technique.INSTRUCTION
    examples: int = 0
    seed: int = 0
    max_new_tokens: int = PLAIN_TOKENS

    @property
    def options(self) -> dict[str, Any]:
        """For the record: the technique's options, its own words included, so that a change of them is seen."""
        return {
            Technique.INSTRUCTION: {},
            Technique.IN_CONTEXT: {"examples": self.examples},
            Technique.CHAIN_OF_THOUGHT: {"words": REASON},
            Technique.TOOL_AIDED: {"words": OPENING, "reader": reader_version()},
        }[self.technique]

    @property
    def generation(self) -> Generation:
        """Greedy, with room for what the technique asks for."""
        return Generation(max_new_tokens=self.max_new_tokens)


def choose_manner(
    style: str = OFFICIAL_PROMPT,
    technique: str = PLAIN_TECHNIQUE,
    examples: int | None = None,
    seed: int = 0,
    max_new_tokens: int | None = None,
) -> Manner:
    """A manner from what a person chose; None leaves a number to the technique.

    Raises UnknownNameError for a style or technique, RunError for options that make no sense together.
    """
    chosen, how = find_style(style), find_technique(technique)
    if how is Technique.IN_CONTEXT:
        examples = DEFAULT_PAIRS if examples is None else examples
        if not 1 <= examples <= MOST_PAIRS:
            raise RunError(f"{examples} solved examples were asked for; choose 1 to {MOST_PAIRS} pictures")
    elif examples is not None:
        raise RunError(f"the technique {how} shows no solved examples; leave their number out, or choose in-context")
    elif seed != 0:
        raise RunError(f"nothing is drawn by chance with the technique {how}; leave the seed out, or choose in-context")
    if how is Technique.CHAIN_OF_THOUGHT and chosen.one_word:
        raise RunError(
            f"the prompt style {chosen} asks for a single word and the technique {how} for reasoning; choose the "
            f"prompt style {PromptStyle.OFFICIAL}"
        )
    least = REASONING_TOKENS // 8 if how is Technique.CHAIN_OF_THOUGHT else 1
    default = REASONING_TOKENS if how is Technique.CHAIN_OF_THOUGHT else PLAIN_TOKENS
    tokens = default if max_new_tokens is None else max_new_tokens
    if not least <= tokens <= MOST_TOKENS:
        raise RunError(f"an answer of {tokens} tokens was asked for; with {how} choose {least} to {MOST_TOKENS}")
    return Manner(chosen, how, examples or 0, seed, tokens)


def manner_of(settings: RunSettings) -> Manner:
    """How a run was asked, for going on with it. Raises UnknownNameError or RunError for what is not known here."""
    generation: Mapping[str, Any] = settings.generation
    return choose_manner(
        settings.prompt_style,
        settings.technique,
        settings.technique_options.get("examples"),
        settings.seed,
        generation.get("max_new_tokens"),
    )


def check_model(manner: Manner, spec: ModelSpec) -> None:
    """Raise RunError when this model, or this installation, cannot be asked in this manner."""
    if manner.technique is Technique.IN_CONTEXT and Mission.IN_CONTEXT not in spec.serves:
        raise RunError(
            f"{spec.title} cannot be shown solved examples, because its prompts hold one picture; choose a model "
            f"that takes several pictures, or another technique than {manner.technique}"
        )
    if manner.technique is Technique.TOOL_AIDED:
        check_reader()


def check_suite(manner: Manner, suite: Suite, subtasks: tuple[str, ...]) -> None:
    """Raise RunError when a subtask has too few other pictures to show, PictureError when one cannot be shown."""
    if manner.technique is not Technique.IN_CONTEXT:
        return
    for name in subtasks:
        others = suite.image_counts[name] - 1
        if others < manner.examples:
            raise RunError(
                f"{name} has {others + 1} pictures here, so at most {others} others can be shown solved, and "
                f"{manner.examples} were asked for; choose fewer examples, or other subtasks"
            )
    suite.check_pictures(subtasks)
