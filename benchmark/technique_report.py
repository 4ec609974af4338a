"""What a technique or a wording changes: one model asked in several ways, each compared with the plain run."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from benchmark.comparison import Comparison, compare_runs
from benchmark.errors import ComparisonError
from benchmark.parsing import Parser, Verdict, find_parser
from benchmark.records import OFFICIAL_PROMPT, PLAIN_TECHNIQUE, RunSettings
from benchmark.results import RunFolder
from benchmark.scoring import Response, verdict


@dataclass(frozen=True)
class Asked:
    """One way of asking against the plain one. `unclear` is the share of its answers that are neither yes nor no."""

    label: str
    comparison: Comparison
    unclear: float


@dataclass(frozen=True)
class TechniqueReport:
    """One model: `plain` is the label of the run that the others are compared with."""

    model: str
    quantization: str
    parser: Parser
    plain: str
    asked: tuple[Asked, ...]

    def table(self) -> pd.DataFrame:
        """A row for each way and subtask or total: way, then the fields of `comparison.Row`."""
        frames = [found.comparison.table().assign(way=found.label) for found in self.asked]
        table = pd.concat(frames, ignore_index=True)
        return table[["way", *(name for name in table.columns if name != "way")]]

    def as_dict(self) -> dict:
        """For JSON: keys model, quantization, parser, plain, asked (label, unclear, shared, note, rows)."""
        return {
            "model": self.model,
            "quantization": self.quantization,
            "parser": self.parser.value,
            "plain": self.plain,
            "asked": [
                {
                    "label": found.label,
                    "unclear": found.unclear,
                    "shared": found.comparison.shared,
                    "note": found.comparison.note,
                    "rows": [asdict(row) for row in found.comparison.rows],
                }
                for found in self.asked
            ],
        }


def technique_report(
    plain: RunFolder,
    others: Sequence[RunFolder],
    parser: str | Parser = Parser.OFFICIAL,
    rng: np.random.Generator | None = None,
) -> TechniqueReport:
    """Compare each of `others` with `plain` on the pictures that both answered.

    Raises ComparisonError: the first run is not a plain one, no other run, another model or other weights, two runs
    that were asked in the same way, other suites.
    """
    parser = find_parser(parser)
    settings = plain.settings
    if settings.technique != PLAIN_TECHNIQUE or settings.recorded:
        what = "was recorded elsewhere" if settings.recorded else f"was asked with {settings.technique}"
        raise ComparisonError(f"the first run must be the plain one ({PLAIN_TECHNIQUE}), and {plain.path} {what}")
    if not others:
        raise ComparisonError("only the plain run was given; give one or more runs that were asked in another way")
    seen = {_way(settings): plain}
    for run in others:
        differences = _other_differences(settings, run.settings)
        if differences:
            raise ComparisonError(
                f"{run.path} differs from the plain run in more than the way of asking ({'; '.join(differences)})"
            )
        way = _way(run.settings)
        if way in seen:
            raise ComparisonError(f"{seen[way].path} and {run.path} were asked in the same way ({label(run.settings)})")
        seen[way] = run
    asked = tuple(
        Asked(label(run.settings), compare_runs(plain, run, parser, rng), _unclear(run.responses(), parser))
        for run in others
    )
    return TechniqueReport(settings.model.title, settings.model.quantization, parser, label(settings), asked)


def label(settings: RunSettings) -> str:
    """A way of asking in a few words: "in-context (2 examples, seed 1), worded as lmms-eval"."""
    words = settings.technique
    shown = settings.technique_options.get("examples")
    if shown is not None:
        words += f" ({shown} example{'s' if shown != 1 else ''}{f', seed {settings.seed}' if settings.seed else ''})"
    return words if settings.prompt_style == OFFICIAL_PROMPT else f"{words}, worded as {settings.prompt_style}"


def _way(settings: RunSettings) -> tuple[str, ...]:
    options = sorted(settings.technique_options.items())
    generation = sorted(dict(settings.generation).items())
    return settings.prompt_style, settings.technique, str(options), str(settings.seed), str(generation)


def _other_differences(a: RunSettings, b: RunSettings) -> list[str]:
    pairs = [
        ("model", a.model.name, b.model.name),
        ("model revision", a.model.revision, b.model.revision),
        ("quantization", a.model.quantization, b.model.quantization),
        ("recorded elsewhere", a.recorded, b.recorded),
    ]
    return [f"{name} {mine!s} and {theirs!s}" for name, mine, theirs in pairs if mine != theirs]


def _unclear(responses: Sequence[Response], parser: Parser) -> float:
    return sum(verdict(response, parser) is Verdict.OTHER for response in responses) / max(1, len(responses))
