"""What can go wrong in the benchmark room. Every message says what came, what is allowed and what to do."""

from collections.abc import Iterable


class BenchmarkError(Exception):
    """Base of the room's errors; its text is meant to be shown as it is."""


class UnknownNameError(BenchmarkError):
    """A name that is on no list: a subtask, a parser, a board."""

    def __init__(self, kind: str, received: str, allowed: Iterable[str]) -> None:
        super().__init__(f"unknown {kind} {received!r}; choose one of: {', '.join(allowed)}")


class SuiteError(BenchmarkError):
    """A source of questions that cannot be used as it is."""


class RecordError(BenchmarkError):
    """Recorded answers (a run folder, official texts, samples, a table) that cannot be read."""


class RunError(BenchmarkError):
    """A run that cannot be started, resumed or found."""


class RunBusyError(RunError):
    """A run that another process is writing into."""


class StatisticsError(BenchmarkError):
    """Points from which no figure can be computed."""


class ComparisonError(BenchmarkError):
    """Two runs that cannot be compared."""
