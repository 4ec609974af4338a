"""What smaller weights cost: the same model with full, int8 and nf4 weights on the same suite."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmark.comparison import Comparison
from benchmark.parsing import Parser
from benchmark.results import RunFolder


@dataclass(frozen=True)
class Cost:
    """What a run needed; None where it was not recorded."""

    memory_bytes: int | None
    seconds_per_question: float | None


@dataclass(frozen=True)
class QuantizationReport:
    """`comparisons` holds int8 and/or nf4, each minus `none`; `costs` also holds none."""

    model: str
    comparisons: Mapping[str, Comparison]
    costs: Mapping[str, Cost]

    def table(self) -> pd.DataFrame:
        """Columns name, none, and per weights: score, difference, error, low, high, p, holm (int8_p...)."""
        raise NotImplementedError

    def cost_table(self) -> pd.DataFrame:
        """Columns quantization, memory_bytes, memory_share (of none), seconds_per_question, speed (none = 1)."""
        raise NotImplementedError

    def as_dict(self) -> dict:
        """For JSON."""
        raise NotImplementedError


def quantization_report(
    runs: Mapping[str, RunFolder], parser: str | Parser = Parser.OFFICIAL, rng: np.random.Generator | None = None
) -> QuantizationReport:
    """Compare runs by quantization name. Raises ComparisonError: no `none`, only one run, different models."""
    raise NotImplementedError
