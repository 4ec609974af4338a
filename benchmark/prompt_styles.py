"""How a question is worded: as the suite has it, or as other tools word it for MME.

Read in the tools' sources. lmms-eval (tasks/mme, its default for all models) takes MME's demand off and asks for a
single word on a new line. VLMEvalKit's own prompt for MME is the question as it is; what stands here is what its
wrappers of InternVL and of several other models put in its place: the demand stays, and the same sentence follows.
"""

from enum import StrEnum

from benchmark.errors import UnknownNameError
from benchmark.records import OFFICIAL_PROMPT

DEMAND = " Please answer yes or no."
"""What MME's questions end with."""

_ONE_WORD = "Answer the question using a single word or phrase."


class PromptStyle(StrEnum):
    """Whose wording."""

    OFFICIAL = OFFICIAL_PROMPT  # the question as it is
    LMMS_EVAL = "lmms-eval"
    VLMEVALKIT = "vlmevalkit"

    @property
    def title(self) -> str:
        """Plain words for a page."""
        return {"official": "as MME asks", "lmms-eval": "as lmms-eval asks", "vlmevalkit": "as VLMEvalKit asks"}[self]

    @property
    def one_word(self) -> bool:
        """Whether it asks for an answer of a single word."""
        return self is not PromptStyle.OFFICIAL


def find_style(name: str) -> PromptStyle:
    """The style of this name. Raises UnknownNameError with the three names that are allowed."""
    try:
        return PromptStyle(name)
    except ValueError:
        raise UnknownNameError("prompt style", str(name), [style.value for style in PromptStyle]) from None


def styled(question: str, style: PromptStyle) -> str:
    """`question` in the words of this style."""
    if style is PromptStyle.LMMS_EVAL:
        return f"{without_demand(question)}\n{_ONE_WORD}"
    return f"{question} {_ONE_WORD}" if style is PromptStyle.VLMEVALKIT else question


def without_demand(question: str) -> str:
    """`question` without the sentence that asks for yes or no, wherever it stands after a space."""
    return question.strip().replace(DEMAND, "")
