"""What is known about the picture of a battle: what stands on it, what is written on it, what it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from arena.challenges.errors import ChallengeError
from models.embedded.scenes import COLORS, SHAPES, Scene, SceneObject


class PictureKind(StrEnum):
    """What a picture must be for a challenge to make sense on it."""

    ANY = "any"
    SCENE = "scene"
    TEXT = "text"


TEXT_CATEGORIES = frozenset({"OCR", "posters", "text_translation", "numerical_calculation", "code_reasoning"})
"""Subtasks of MME whose pictures always have text on them."""


@dataclass(frozen=True)
class SceneFacts:
    """What is known about a picture.

    objects: the shapes of a drawn scene in reading order. complete: True where `objects` is all there is, so that what
    is not in it is absent. text: what is written on the picture, empty where that is not known. category: the MME
    subtask that a suite picture belongs to, empty otherwise. name: what or whom it shows (a landmark, a painting).
    """

    objects: tuple[SceneObject, ...] = ()
    complete: bool = False
    text: str = ""
    category: str = ""
    name: str = ""

    @classmethod
    def of_scene(cls, scene: Scene) -> SceneFacts:
        """The facts of a drawn scene: everything on it is known."""
        return cls(tuple(scene.objects), complete=True)

    def fits(self, kind: PictureKind) -> bool:
        """Whether the picture is of this kind."""
        if kind is PictureKind.SCENE:
            return self.complete and bool(self.objects)
        if kind is PictureKind.TEXT:
            return bool(self.text) or self.category in TEXT_CATEGORIES
        return True

    def record(self) -> dict[str, object]:
        """The facts as a JSON object, for a store; `read` takes it back."""
        return {**asdict(self), "objects": [asdict(item) for item in self.objects]}

    @classmethod
    def read(cls, record: Mapping[str, object]) -> SceneFacts:
        """The facts that `record` wrote. Raises ChallengeError for anything else."""
        try:
            facts = cls(**{**record, "objects": tuple(SceneObject(**item) for item in record["objects"])})
        except (TypeError, KeyError) as error:
            raise ChallengeError(
                f"Facts of a picture cannot be read: {error}; pass what SceneFacts.record() gave."
            ) from error
        for item in facts.objects:
            if item.shape not in SHAPES or item.color not in COLORS or not {item.row, item.column} <= {0, 1, 2}:
                raise ChallengeError(
                    f"Facts name {item}, which no drawn scene has; pass what SceneFacts.record() gave."
                )
        return facts
