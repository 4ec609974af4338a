"""What a run writes down about itself: the model, the suite and every setting that decides the answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from benchmark.data import Suite
from benchmark.subtasks import find_subtask

OFFICIAL_PROMPT = "official"
"""The question as the suite words it, and nothing else."""

PLAIN_TECHNIQUE = "instruction"
"""The question alone: no solved examples, no reasoning asked for, no notes from tools."""

FULL_ANSWER = "full"
"""The stop rule of runs that let a model say all that it has to say."""
VERDICT_FIXED = "verdict"
"""The stop rule of runs that end an answer once nothing that follows could change its verdict."""


@dataclass(frozen=True)
class ModelRecord:
    """Which model answered. `revision` is the resolved commit, or a content hash of local weights.

    `spec` is what the line-up said of it on that day, JSON-ready, so that it can be loaded again the same way.
    """

    name: str
    title: str
    source: str = ""
    revision: str = ""
    quantization: str = "none"
    spec: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SuiteRecord:
    """Which suite was asked. `images` counts its images per subtask, asked or not.

    `whole` has the subtasks of which the suite holds only a part, as a part of MME: the images of the whole.
    """

    name: str
    source: str
    fingerprint: str
    is_mme: bool
    images: Mapping[str, int]
    revision: str = ""
    whole: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, suite: Suite) -> "SuiteRecord":
        return cls(
            suite.name,
            suite.source,
            suite.fingerprint,
            suite.is_mme,
            dict(suite.image_counts),
            suite.revision,
            {name: whole for name, (_, whole) in suite.partial.items()},
        )

    def whole_images(self, subtask: str) -> int:
        """Images of the subtask when nothing is left out of it."""
        return self.whole.get(subtask, self.images[subtask])


@dataclass(frozen=True)
class RunSettings:
    """Everything that decides the answers: two runs with equal settings ask the same things in the same way.

    `limit` is in images per subtask (None: all). `recorded` marks answers that were imported, not asked here.
    `technique` is how a question is put to the model, with the options that decide it; `stop` is when an answer ends;
    `seed` decides what is drawn by chance (solved examples). `alteration` says what an audit changed about the suite;
    such a run is no score of the model. A run written before these were known has the defaults.
    """

    model: ModelRecord
    suite: SuiteRecord
    subtasks: tuple[str, ...]
    limit: int | None = None
    generation: Mapping[str, Any] = field(default_factory=dict)
    prompt_style: str = OFFICIAL_PROMPT
    recorded: bool = False
    technique: str = PLAIN_TECHNIQUE
    technique_options: Mapping[str, Any] = field(default_factory=dict)
    stop: str = FULL_ANSWER
    seed: int = 0
    alteration: str = ""

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
            ("technique", self.technique, other.technique),
            ("technique options", dict(self.technique_options), dict(other.technique_options)),
            ("stop rule", self.stop, other.stop),
            ("seed", self.seed, other.seed),
            ("alteration", self.alteration or "none", other.alteration or "none"),
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
