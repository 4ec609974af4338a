"""The 14 subtasks of MME, in the order in which the official tool adds them up."""

from dataclasses import dataclass
from enum import StrEnum

from benchmark.errors import UnknownNameError

SUBTASK_MAXIMUM = 200
"""Points: accuracy in percent plus accuracy+ in percent."""


class Group(StrEnum):
    """What a subtask tests: seeing (perception), or seeing and then thinking (cognition)."""

    PERCEPTION = "perception"
    COGNITION = "cognition"


@dataclass(frozen=True)
class Subtask:
    """One of MME's 14 kinds of question.

    `name` is MME's own spelling (also the file name in the official format), `images` the number of images in the
    official release (each with one Yes and one No question).
    """

    name: str
    group: Group
    title: str
    explanation: str
    images: int
    maximum: int = SUBTASK_MAXIMUM


_P, _C = Group.PERCEPTION, Group.COGNITION

SUBTASKS: tuple[Subtask, ...] = (
    Subtask("existence", _P, "Existence", "Is a certain thing in the picture at all?", 30),
    Subtask("count", _P, "Count", "How many of them are there?", 30),
    Subtask("position", _P, "Position", "Where is it: left, right, above, below?", 30),
    Subtask("color", _P, "Color", "Which color does it have?", 30),
    Subtask("posters", _P, "Posters", "Which film is this poster for?", 147),
    Subtask("celebrity", _P, "Celebrity", "Who is the person in the red box?", 170),
    Subtask("scene", _P, "Scene", "What kind of place is shown?", 200),
    Subtask("landmark", _P, "Landmark", "Which famous place or building is it?", 200),
    Subtask("artwork", _P, "Artwork", "Who made this artwork, when, of what kind?", 200),
    Subtask("OCR", _P, "OCR", "Can it read the words in the picture?", 20),
    Subtask("commonsense_reasoning", _C, "Commonsense reasoning", "Everyday conclusions drawn from a picture.", 70),
    Subtask("numerical_calculation", _C, "Numerical calculation", "Sums written in the picture.", 20),
    Subtask("text_translation", _C, "Text translation", "Chinese words in the picture, put into English.", 20),
    Subtask("code_reasoning", _C, "Code reasoning", "What does the program in the picture do?", 20),
)

SUBTASK_NAMES: tuple[str, ...] = tuple(subtask.name for subtask in SUBTASKS)
_BY_NAME = {subtask.name: subtask for subtask in SUBTASKS}


def find_subtask(name: str) -> Subtask:
    """The subtask of this name. Raises UnknownNameError with the 14 names that are allowed."""
    try:
        return _BY_NAME[name]
    except (KeyError, TypeError):
        raise UnknownNameError("subtask", name, SUBTASK_NAMES) from None


def in_group(group: Group) -> tuple[Subtask, ...]:
    """The subtasks of a group (10 for perception, 4 for cognition) in the official order."""
    return tuple(subtask for subtask in SUBTASKS if subtask.group is group)


def select(names: list[str] | tuple[str, ...] | None) -> tuple[Subtask, ...]:
    """The subtasks of these names in the official order, each once; all 14 for None or an empty list."""
    if not names:
        return SUBTASKS
    wanted = {find_subtask(name).name for name in names}
    return tuple(subtask for subtask in SUBTASKS if subtask.name in wanted)
