"""The line-up: the small models that ship here first, then `lineup.yaml`, then the models that a user adds.

A user adds models in `models.yaml` beside app.py, or in the file that MME_ARENA_MODELS names. Hub revisions are `main`
unless someone pins one; the commit that was loaded is recorded with every result. Parameter counts are the
checkpoints' own, rounded; licences are those of the model cards.
"""

import os
import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from models import catalogue
from models.denials import ways_out
from models.errors import ModelNotFoundError, NotAnsweringHereError, SpecificationError, UnknownModelError
from models.spec import Mission, ModelSpec
from models.weights import parameter_count

EMBEDDED_FOLDER = Path(__file__).parent / "embedded"
LINEUP_FILE = Path(__file__).parent / "lineup.yaml"
USER_FILE = Path(__file__).parents[1] / "models.yaml"
USER_FILE_VARIABLE = "MME_ARENA_MODELS"

_HUB_ID = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*")


def lineup() -> tuple[ModelSpec, ...]:
    """Every known model, embedded ones first. Whether a folder is there is found out when it is loaded.

    Raises SpecificationError for a mistake in the user's file.
    """
    own = _user_file()
    return _lineup(own, own.stat().st_mtime_ns if own else 0)


def offered(mission: Mission = Mission.BENCHMARK, extra: Iterable[ModelSpec] = ()) -> tuple[ModelSpec, ...]:
    """The models that can be asked from here for `mission`: the line-up, then those of `extra` that are not in it."""
    known = lineup()
    specs = known + tuple(spec for spec in extra if spec.name not in {one.name for one in known})
    return tuple(spec for spec in specs if spec.answers and mission in spec.serves)


def find(name: str) -> ModelSpec:
    """The spec called `name`: a name of the line-up, a hub id ("owner/name"), or a folder ("./...", "/...", "~/...").

    A hub id of the line-up gives the line-up's spec. Raises UnknownModelError with the names that exist,
    ModelNotFoundError for a folder that does not.
    """
    specs = {spec.name: spec for spec in lineup()}
    if name in specs:
        return specs[name]
    if name.startswith((".", "~")) or Path(name).is_absolute():
        return _folder(name)
    if _HUB_ID.fullmatch(name):
        sources = {spec.source: spec for spec in specs.values() if spec.composition is None and not spec.is_local}
        spelled = {source.lower(): source for source in sources}.get(name.lower(), name)
        if spelled != name:  # the Hub would tell them apart, a person rarely means to
            raise UnknownModelError(name, list(sources))
        return sources[name] if name in sources else _unlisted(name, name.rsplit("/", 1)[1], name)
    raise UnknownModelError(name, list(specs))


def find_for(name: str, mission: Mission) -> ModelSpec:
    """`find`, for a model that must be able to serve `mission` from here; raises a ModelError that says why not."""
    spec = find(name)
    if not spec.answers:
        raise NotAnsweringHereError(f"{spec.title} does not run on this machine. {ways_out(spec)}")
    if mission not in spec.serves:
        raise SpecificationError(
            f"{spec.title} serves {' and '.join(spec.serves)}, not {mission.value}; choose another model, or change "
            "'serves' of this one in models.yaml."
        )
    return spec


def known_as(name: str, source: str) -> str:
    """What `find` takes for a model that was recorded under `name`: ad-hoc ones are found by their `source`."""
    return name if not source or name in {spec.name for spec in lineup()} else source


def describe(spec: ModelSpec) -> dict[str, object]:
    """One JSON-ready object per model, as `python -m models list --json` prints it."""
    endpoint, composition = spec.endpoint, spec.composition
    return {
        "name": spec.name,
        "title": spec.title,
        "embedded": spec.embedded,
        "family": spec.family,
        "parameters": spec.parameters,
        "source": spec.source,
        "revision": spec.revision,
        "licence": spec.licence,
        "gated": spec.gated,
        "prompt_format": spec.prompt_format.value,
        "quantizations": [quantization.value for quantization in spec.quantizations],
        "min_gpu_gib": spec.min_gpu_gib,
        "serves": [mission.value for mission in spec.serves],
        "runs": spec.runs.value,
        "endpoint": None if endpoint is None else {"urls": list(endpoint.urls), "model": endpoint.model},
        "composition": None
        if composition is None
        else {
            "vision": composition.vision,
            "language": composition.language,
            "projection": composition.projection,
        },
        "notes": spec.notes,
    }


def _user_file() -> Path | None:
    named = os.environ.get(USER_FILE_VARIABLE)
    if named and not Path(named).is_file():
        raise SpecificationError(f"{USER_FILE_VARIABLE} names {named}, and there is no such file.")
    path = Path(named) if named else USER_FILE
    return path if path.is_file() else None


@lru_cache(maxsize=8)
def _lineup(own: Path | None, _changed_ns: int) -> tuple[ModelSpec, ...]:
    specs = {spec.name: spec for spec in (*_embedded_models(), *catalogue.read(LINEUP_FILE))}
    if own is not None:
        specs |= {spec.name: spec for spec in catalogue.read(own, specs)}
    return tuple(specs.values())


def _embedded_models() -> tuple[ModelSpec, ModelSpec]:
    return (
        _embedded("scout-3m", "Scout 3M", 3_300_000, "Trained for this app from scratch on drawn shapes and signs."),
        _embedded("pup-3m", "Pup 3M", 3_400_000, "Scout, stopped early in its first training: weaker on purpose."),
    )


def _embedded(name: str, title: str, declared_parameters: int, notes: str) -> ModelSpec:
    folder = EMBEDDED_FOLDER / name
    return ModelSpec(
        name=name,
        title=title,
        source=str(folder),
        family="llava",
        parameters=parameter_count(folder) or declared_parameters,
        licence="Apache-2.0",
        embedded=True,
        notes=notes,
    )


def _folder(name: str) -> ModelSpec:
    folder = Path(name).expanduser().resolve()
    if not folder.is_dir():
        raise ModelNotFoundError(f"There is no folder {name!r} with a model; check the path.")
    spec = _unlisted(f"local-{folder.name}", folder.name, str(folder))
    return replace(spec, parameters=parameter_count(folder) or 0)


def _unlisted(name: str, title: str, source: str) -> ModelSpec:
    slug = re.sub(r"[.-]{2,}", "-", re.sub(r"[^a-z0-9.]+", "-", name.lower())).strip(".-")
    return ModelSpec(
        name=slug or "model",
        title=title,
        source=source,
        family=catalogue.UNKNOWN_FAMILY,
        parameters=0,
        licence=catalogue.UNKNOWN_LICENCE,
        notes="Not in the line-up: its model card says what it is.",
    )
