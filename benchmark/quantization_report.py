"""What smaller weights cost: the same model with full, int8 and nf4 weights on the same suite."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from benchmark.comparison import Comparison, compare_runs
from benchmark.errors import ComparisonError
from benchmark.parsing import Parser, find_parser
from benchmark.records import RunSettings
from benchmark.results import FOOTPRINT_KEY, RunFolder

FULL = "none"
QUANTIZATIONS = (FULL, "int8", "nf4")
"""In the order of the columns; none stands for the full weights, with which the others are compared."""

MEMORY_KEY = "peak_memory_bytes"
"""Where a session of run.json says how much memory the device needed at most; older runs do not say it."""

_FIGURES = ("difference", "error", "low", "high", "p", "holm")


@dataclass(frozen=True)
class Cost:
    """What a run needed; None where it was not recorded."""

    memory_bytes: int | None
    seconds_per_question: float | None


@dataclass(frozen=True)
class QuantizationReport:
    """`comparisons` holds int8 and/or nf4, each minus `none`; `costs` also holds none."""

    model: str
    parser: Parser
    comparisons: Mapping[str, Comparison]
    costs: Mapping[str, Cost]

    def table(self) -> pd.DataFrame:
        """Columns name, images, none, and per weights: score, difference, error, low, high, p, holm (int8_p...).

        Missing where a run lacks the subtask. `none` is the score on the images that the first comparison shares.
        """
        names = dict.fromkeys(name for c in self.comparisons.values() for name in _in_order(c))
        rows = []
        for name in names:
            found = {weights: comparison.row(name) for weights, comparison in self.comparisons.items()}
            first = next(row for row in found.values() if row is not None)
            row: dict[str, object] = {"name": name, "images": first.images, FULL: first.before}
            for weights, one in found.items():
                row[f"{weights}_score"] = None if one is None else one.after
                row |= {f"{weights}_{figure}": None if one is None else getattr(one, figure) for figure in _FIGURES}
            rows.append(row)
        return pd.DataFrame(rows)

    def cost_table(self) -> pd.DataFrame:
        """Columns quantization, memory_bytes, memory_share (of none), seconds_per_question, speed (none = 1)."""
        full, rows = self.costs[FULL], []
        for weights, cost in self.costs.items():
            rows.append(
                {
                    "quantization": weights,
                    "memory_bytes": cost.memory_bytes,
                    "memory_share": _ratio(cost.memory_bytes, full.memory_bytes),
                    "seconds_per_question": cost.seconds_per_question,
                    "speed": _ratio(full.seconds_per_question, cost.seconds_per_question),
                }
            )
        return pd.DataFrame(rows)

    def as_dict(self) -> dict:
        """For JSON: keys model, parser, costs, comparisons (each as `Comparison.as_dict`, without the flips)."""
        comparisons = {weights: found.as_dict() for weights, found in self.comparisons.items()}
        for found in comparisons.values():
            found["flips"] = len(found["flips"])
        return {
            "model": self.model,
            "parser": self.parser.value,
            "costs": {weights: asdict(cost) for weights, cost in self.costs.items()},
            "comparisons": comparisons,
        }


def quantization_report(
    runs: Sequence[RunFolder], parser: str | Parser = Parser.OFFICIAL, rng: np.random.Generator | None = None
) -> QuantizationReport:
    """Compare the runs of one model by the weights they were asked with; the order does not matter.

    Raises ComparisonError: none with full weights, only one run, two with the same weights, other models, other
    settings, other suites.
    """
    parser = find_parser(parser)
    by_weights: dict[str, RunFolder] = {}
    for run in runs:
        weights = run.settings.model.quantization
        if weights not in QUANTIZATIONS:
            raise ComparisonError(f"{run.path} has {weights!r} weights; allowed are {', '.join(QUANTIZATIONS)}")
        if weights in by_weights:
            raise ComparisonError(
                f"{by_weights[weights].path} and {run.path} both have {weights} weights; give one run for each"
            )
        by_weights[weights] = run
    if FULL not in by_weights or len(by_weights) < 2:
        raise ComparisonError(
            f"got runs with {' and '.join(by_weights) or 'no'} weights; give one with {FULL} (the full weights), and "
            "one with int8 or nf4 or both, to compare with it"
        )
    full = by_weights[FULL]
    for weights, run in by_weights.items():
        differences = _other_differences(full.settings, run.settings)
        if differences:
            raise ComparisonError(
                f"the runs with {FULL} and {weights} weights differ in more than the weights "
                f"({'; '.join(differences)}); ask both in the same way"
            )
    found = {w: compare_runs(full, by_weights[w], parser, rng) for w in QUANTIZATIONS[1:] if w in by_weights}
    costs = {weights: run_cost(by_weights[weights]) for weights in QUANTIZATIONS if weights in by_weights}
    return QuantizationReport(full.settings.model.title, parser, found, costs)


def run_cost(run: RunFolder) -> Cost:
    """The highest memory of the run's sessions (its peak, or else what the weights take), and the mean time."""
    told = [session.get(MEMORY_KEY, session.get(FOOTPRINT_KEY)) for session in run.sessions]
    memory = [value for value in told if value is not None]
    seconds = [r.seconds for r in run.responses() if r.seconds is not None]
    return Cost(max(memory, default=None), sum(seconds) / len(seconds) if seconds else None)


def _other_differences(a: RunSettings, b: RunSettings) -> list[str]:
    """What differs beside the weights, the part of the suite that was asked, and how answers were ended early."""
    pairs = [
        ("model", a.model.name, b.model.name),
        ("model revision", a.model.revision, b.model.revision),
        ("generation", dict(a.generation), dict(b.generation)),
        ("prompt style", a.prompt_style, b.prompt_style),
        ("technique", a.technique, b.technique),
        ("technique options", dict(a.technique_options), dict(b.technique_options)),
        ("seed", a.seed, b.seed),
        ("alteration", a.alteration or "none", b.alteration or "none"),
    ]
    return [f"{name} {mine!s} and {theirs!s}" for name, mine, theirs in pairs if mine != theirs]


def _in_order(comparison: Comparison) -> list[str]:
    return [row.name for row in comparison.rows]


def _ratio(value: float | None, of: float | None) -> float | None:
    return value / of if value is not None and of else None
