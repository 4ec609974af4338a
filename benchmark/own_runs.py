"""The runs of this installation as the boards need them: scores with their errors, and how much was asked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

import pandas as pd

from benchmark.errors import RecordError
from benchmark.published import ModelFacts
from benchmark.records import PLAIN_TECHNIQUE, ModelRecord
from benchmark.results import RESPONSES_FILE, RUN_FILE, RunFolder, run_paths
from benchmark.scoring import Scores
from benchmark.statistics import Estimate, score_estimates
from benchmark.subtasks import Group, Subtask, in_group


@dataclass(frozen=True)
class OwnRun:
    """What a board needs of a run of this installation; made by `own_run`.

    `coverage` is subtask -> (images answered, images in the suite); `suite_id` tells suites of one name apart.
    `estimates` has the errors of the subtasks' scores and of the totals.
    """

    id: str
    model: str
    quantization: str
    suite: str
    suite_id: str
    is_mme: bool
    recorded: bool
    coverage: Mapping[str, tuple[int, int]]
    scores: Scores
    estimates: Mapping[str, Estimate] = field(default_factory=dict)
    facts: ModelFacts = field(default_factory=ModelFacts)
    technique: str = PLAIN_TECHNIQUE
    created: datetime = datetime(1, 1, 1, tzinfo=UTC)
    alteration: str = ""
    name: str = ""  # of the model in the line-up, where `model` is its title

    @property
    def version(self) -> str:
        """What sets it apart from other runs of the model: fewer bits, another way of asking."""
        quantization = "" if self.quantization in ("", "none") else self.quantization
        technique = "" if self.technique == PLAIN_TECHNIQUE else self.technique
        return ", ".join(part for part in (quantization, technique) if part)

    @property
    def origin(self) -> str:
        return "recorded answers, imported" if self.recorded else "run here"


def own_run(run: RunFolder) -> OwnRun:
    """Summarise a run for the boards, scored with the official parser."""
    settings = run.settings
    scores = run.scores()
    return OwnRun(
        run.id,
        settings.model.title,
        settings.model.quantization,
        settings.suite.name,
        settings.suite.fingerprint[:8],
        settings.suite.is_mme,
        settings.recorded,
        run.coverage(scores),
        scores,
        score_estimates(scores),
        _facts(settings.model),
        settings.technique,
        run.created,
        settings.alteration,
        settings.model.name,
    )


def coverage_note(run: OwnRun, subtasks: tuple[Subtask, ...]) -> str:
    """Empty when the run answered every image of the subtasks, else what it covers, e.g. "10 of 30 images"."""
    covered = [run.coverage.get(subtask.name, (0, 0)) for subtask in subtasks]
    started = [(done, total) for done, total in covered if done]
    notes = []
    if len(started) < len(covered):
        notes.append(f"{len(started)} of {len(covered)} subtasks")
    if any(done < total for done, total in started):
        notes.append(f"{sum(done for done, _ in started)} of {sum(total for _, total in started)} images")
    return ", ".join(notes)


def scores_of_models(runs: Iterable[OwnRun]) -> pd.DataFrame:
    """Columns model (its name in the line-up), name (of a subtask, perception, cognition or total) and score.

    One run of each model, the newest of `runs` (which come newest first) that was asked here in the plain way, and all
    of them on one suite: the one on which most models were asked, MME where that is even. A subtask counts when all of
    its images were answered, a total when all of its subtasks count.
    """
    by_suite: dict[str, dict[str, OwnRun]] = {}
    for run in runs:
        if not (run.recorded or run.alteration or run.technique != PLAIN_TECHNIQUE):
            by_suite.setdefault(run.suite_id, {}).setdefault(run.name, run)
    shown = max(by_suite.values(), key=lambda found: (len(found), next(iter(found.values())).is_mme), default={})
    rows = [(model, name, value) for model, run in shown.items() for name, value in _whole_scores(run).items()]
    return pd.DataFrame(rows, columns=["model", "name", "score"])


def _whole_scores(run: OwnRun) -> dict[str, float]:
    found = {name: run.scores.subtasks[name].score for name in run.scores.subtasks if not _lacking(run, name)}
    for group in Group:
        if all(subtask.name in found for subtask in in_group(group)):
            found[group.value] = sum(found[subtask.name] for subtask in in_group(group))
    if all(group.value in found for group in Group):
        found["total"] = sum(found[group.value] for group in Group)
    return found


def _lacking(run: OwnRun, name: str) -> bool:
    done, total = run.coverage.get(name, (0, 0))
    return done < total


class RunShelf:
    """The runs in a folder, summarised; one that did not change is not read again."""

    def __init__(self, runs: Path) -> None:
        self._runs = Path(runs)
        self._lock = Lock()  # protects the field below
        self._known: dict[Path, tuple[tuple, OwnRun | str]] = {}

    def runs(self) -> tuple[list[OwnRun], list[str]]:
        """The runs that have a score, newest first, and one sentence for each folder that cannot be read.

        Runs of an audit, on altered pictures or questions, say nothing about the suite and are left out.
        """
        paths = run_paths(self._runs)
        with self._lock:
            known = dict(self._known)
        fresh = {}
        for name, path in paths.items():
            state = run_state(path)
            before = known.get(path)
            fresh[path] = before if before and before[0] == state else (state, _summary(path, name))
        with self._lock:
            self._known = fresh
        summaries = [summary for _, summary in fresh.values()]
        scored = [run for run in summaries if isinstance(run, OwnRun) and run.scores.subtasks and not run.alteration]
        scored.sort(key=lambda run: (run.created, run.id), reverse=True)
        return scored, [problem for problem in summaries if isinstance(problem, str)]


def _summary(path: Path, name: str) -> OwnRun | str:
    try:
        run = own_run(RunFolder.open(path))
        return replace(run, id=name) if name != path.name else run
    except RecordError as error:
        return str(error)


def run_state(path: Path) -> tuple:
    """Changes whenever the run does."""
    files = [path / name for name in (RUN_FILE, RESPONSES_FILE)]
    return tuple((file.stat().st_mtime_ns, file.stat().st_size) for file in files if file.exists())


def _facts(model: ModelRecord) -> ModelFacts:
    """From the line-up's entry that the run wrote down; nothing is known of a recorded run's model."""
    spec = model.spec
    if not spec:
        return ModelFacts()
    is_open = None if spec.get("endpoint") else True  # the line-up loads published weights only
    return ModelFacts(is_open, spec["parameters"] / 1e9 if spec.get("parameters") else None)
