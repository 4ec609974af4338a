"""Which runs belong together: one model asked the same, on a changed suite (an audit) or with other weights."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from benchmark.altered import Alteration
from benchmark.asking import Request, request_from
from benchmark.errors import RunError
from benchmark.quantization_report import QUANTIZATIONS
from benchmark.records import RunSettings
from benchmark.results import RunFolder


def plain_of(run: RunFolder, runs: Iterable[RunFolder]) -> RunFolder | None:
    """The run as it is that an altered `run` is to be held against; a plain run is its own."""
    if not run.settings.alteration:
        return run
    return _best(run, [other for other in runs if not other.settings.alteration and _same_weights(other, run)])


def altered_of(plain: RunFolder, runs: Iterable[RunFolder]) -> dict[Alteration, RunFolder]:
    """What was asked of an audit of `plain`: for each alteration the run that fits best."""
    found = {}
    for kind in Alteration:
        fitting = [run for run in runs if run.settings.alteration == kind and _same_weights(run, plain)]
        best = _best(plain, fitting)
        if best is not None:
            found[kind] = best
    return found


def by_weights(run: RunFolder, runs: Iterable[RunFolder]) -> dict[str, RunFolder]:
    """`run` and the same asked with other weights, in the order full, int8, nf4."""
    alike = [other for other in runs if other.settings.alteration == run.settings.alteration and other.path != run.path]
    found = {run.settings.model.quantization: run}
    for weights in QUANTIZATIONS:
        best = _best(run, [other for other in alike if other.settings.model.quantization == weights])
        if best is not None:
            found.setdefault(weights, best)
    return {weights: found[weights] for weights in QUANTIZATIONS if weights in found}


def is_whole(other: RunFolder | None, run: RunFolder) -> bool:
    """Whether `other` is complete and was asked about as many pictures of each subtask as `run` is to be."""
    return other is not None and other.finished and _plans(other, run)


def can_go_on(other: RunFolder | None, run: RunFolder) -> bool:
    """Whether `other` would be whole if it were gone on with."""
    return other is not None and not other.finished and _plans(other, run)


def request_again(run: RunFolder) -> tuple[Request, Alteration | None]:
    """What goes on with a run, one of an audit too. Raises RunError for answers that were recorded elsewhere."""
    kind = run.settings.alteration
    return request_from(run.settings), Alteration.parse(kind) if kind else None


def request_altered(plain: RunFolder, kind: Alteration) -> Request:
    """What an audit asks to hold against `plain`; where a fresh suite lies, the caller says. Raises RunError."""
    if plain.settings.alteration:
        raise RunError(f"this run is part of an audit itself ({plain.settings.alteration}); choose a plain one")
    return replace(request_from(plain.settings), **({"suite": ""} if kind is Alteration.FRESH else {}))


def request_with_weights(run: RunFolder, weights: str) -> Request:
    """What asks the same with other weights. Raises RunError for a recorded or an altered run."""
    if run.settings.alteration:
        raise RunError(f"this run is part of an audit ({run.settings.alteration}); choose a plain one")
    return replace(request_from(run.settings), quantization=weights)


def _best(run: RunFolder, others: Iterable[RunFolder]) -> RunFolder | None:
    """Of those that were asked like `run` and share a subtask with it: as many of its images as can be, then newest."""

    def rank(other: RunFolder) -> tuple:
        return (_shared(run.settings.planned, other.settings.planned), other.finished, other.created, other.id)

    alike = [other for other in others if _asked_alike(run.settings, other.settings)]
    return max((o for o in alike if _shared(run.settings.planned, o.settings.planned)), key=rank, default=None)


def _plans(other: RunFolder, run: RunFolder) -> bool:
    planned = other.settings.planned
    return all(planned.get(name, 0) >= count for name, count in run.settings.planned.items())


def _shared(a: Mapping[str, int], b: Mapping[str, int]) -> int:
    return sum(min(count, b[name]) for name, count in a.items() if name in b)


def _same_weights(a: RunFolder, b: RunFolder) -> bool:
    return a.settings.model.quantization == b.settings.model.quantization


def _asked_alike(a: RunSettings, b: RunSettings) -> bool:
    """The same model was asked in the same words; a suite that was drawn anew stands for the one it replaces."""
    drawn_anew = (a.alteration == Alteration.FRESH) != (b.alteration == Alteration.FRESH)
    return _way(a) == _way(b) and (drawn_anew or a.suite.fingerprint == b.suite.fingerprint)


def _way(settings: RunSettings) -> tuple:
    return (
        settings.model.name,
        settings.model.revision,
        dict(settings.generation),
        settings.prompt_style,
        settings.technique,
        dict(settings.technique_options),
        settings.seed,
        settings.recorded,
    )
