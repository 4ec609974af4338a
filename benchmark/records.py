"""What a run writes down about itself: the model, the suite and every setting that decides the answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from benchmark.data import Suite
from benchmark.subtasks import find_subtask

OFFICIAL_PROMPT = "official"
"""The question as the suite words it, and nothing else."""


@dataclass(frozen=True)
class ModelRecord:
    """Which model answered. `revision` is the resolved commit, or a content hash of local weights."""

    name: str
    title: str
    source: str = ""
    revision: str = ""
    quantization: str = "none"


@dataclass(frozen=True)
class SuiteRecord:
    """Which suite was asked. `images` counts its images per subtask, asked or not."""

    name: str
    source: str
    fingerprint: str
    is_mme: bool
    images: Mapping[str, int]
    revision: str = ""

    @classmethod
    def of(cls, suite: Suite) -> "SuiteRecord":
        return cls(
            suite.name,
            suite.source,
            suite.fingerprint,
            suite.is_mme,
            dict(suite.image_counts),
            suite.revision,
        )


@dataclass(frozen=True)
class RunSettings:
    """Everything that decides the answers: two runs with equal settings ask the same things in the same way.

    `limit` is in images per subtask (None: all). `recorded` marks answers that were imported, not asked here.
    """

    model: ModelRecord
    suite: SuiteRecord
    subtasks: tuple[str, ...]
    limit: int | None = None
    generation: Mapping[str, Any] = field(default_factory=dict)
    prompt_style: str = OFFICIAL_PROMPT
    recorded: bool = False

    @property
    def planned(self) -> dict[str, int]:
        """Images to ask, per subtask."""
        return {name: min(self.suite.images[name], self.limit or self.suite.images[name]) for name in self.subtasks}

    @property
    def questions(self) -> int:
        """Questions to ask in all."""
        return 2 * sum(self.planned.values())

    def differences(self, other: "RunSettings") -> list[str]:
        """In words, what makes `other` another run; where the suite lies does not."""
        pairs = [
            ("model", self.model.name, other.model.name),
            ("model revision", self.model.revision, other.model.revision),
            ("quantization", self.model.quantization, other.model.quantization),
            ("suite", self.suite.name, other.suite.name),
            ("suite content", self.suite.fingerprint[:12], other.suite.fingerprint[:12]),
            ("subtasks", ", ".join(self.subtasks), ", ".join(other.subtasks)),
            ("image limit", self.limit, other.limit),
            ("generation", dict(self.generation), dict(other.generation)),
            ("prompt style", self.prompt_style, other.prompt_style),
            ("recorded elsewhere", self.recorded, other.recorded),
        ]
        return [f"{name} {mine!s} there, {theirs!s} now" for name, mine, theirs in pairs if mine != theirs]


def settings_from(record: Mapping[str, Any]) -> RunSettings:
    """The settings that `dataclasses.asdict` made a dictionary of. Raises KeyError or TypeError for another shape."""
    settings = RunSettings(**record)
    return replace(
        settings,
        model=ModelRecord(**record["model"]),
        suite=SuiteRecord(**record["suite"]),
        subtasks=tuple(find_subtask(name).name for name in record["subtasks"]),
    )
