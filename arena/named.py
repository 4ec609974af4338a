"""Battles of two models that a person chose by name: for a workstation, never blind, never in the ratings."""

import json
from collections.abc import Sequence

from arena.battle import Contestant
from arena.errors import NamedBattleError
from models.spec import Generation, ModelSpec

Choice = tuple[Sequence[str], Sequence[str]]
"""The names of two models, and how each is to be loaded ("" for the installation's usual way)."""


class NamedModels:
    """The models that may be chosen here; none where named battles are not allowed."""

    def __init__(self, specs: Sequence[ModelSpec]) -> None:
        self.specs = {spec.name: spec for spec in specs}

    def choose(self, models: object) -> tuple[Contestant, Contestant]:
        """The contestants A and B of a `Choice`; raises NamedBattleError for one that cannot be meant."""
        if not self.specs:
            raise NamedBattleError("Models cannot be chosen by name here. Start a blind battle.")
        try:
            (names, quantizations) = models
            (name_a, name_b), (weights_a, weights_b) = names, quantizations
        except (TypeError, ValueError) as error:
            raise NamedBattleError("Choose two models, and how each of them is loaded.") from error
        a, b = self._contestant(name_a, weights_a), self._contestant(name_b, weights_b)
        if (a.name, a.quantization) == (b.name, b.quantization):
            raise NamedBattleError(
                f"Both sides are {self.specs[a.name].title}, loaded alike. Choose two models, or one model loaded in"
                " two ways."
            )
        return a, b

    def _contestant(self, name: object, quantization: object) -> Contestant:
        spec = self.specs.get(name) if isinstance(name, str) else None
        if spec is None:
            raise NamedBattleError(f"There is no model {str(name)[:60]!r}; choose one of {', '.join(self.specs)}.")
        allowed = [value for _, value in spec.weights]
        if quantization and quantization not in allowed:
            raise NamedBattleError(
                f"{spec.title} cannot be loaded as {str(quantization)[:20]!r}; choose one of {', '.join(allowed)}."
            )
        return as_specified(spec, str(quantization or ""))


def as_specified(spec: ModelSpec, quantization: str = "none") -> Contestant:
    """A contestant when nothing is known yet about how it was loaded: the default settings."""
    return Contestant(spec.name, quantization, spec.revision, json.dumps(Generation().record()))
