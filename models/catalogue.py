"""Model lists in YAML, checked key by key: `lineup.yaml` beside this file, and a user's own `models.yaml`.

A file holds a list with one mapping a model. In a user's file, a name of the line-up overrides just the keys it gives.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from models.errors import SpecificationError
from models.spec import Composition, Endpoint, Mission, ModelSpec, PromptFormat, Quantization, Runs

UNKNOWN_FAMILY = "unknown"
UNKNOWN_LICENCE = "see its model card"

Check = Callable[[Any], Any]
"""Turns a value as YAML gives it into the value of a spec; ValueError says what is allowed, for "...; it must be X"."""


def read(path: Path, known: Mapping[str, ModelSpec] | None = None) -> tuple[ModelSpec, ...]:
    """The models of one file, those that override one of `known` included; raises SpecificationError."""
    specs: dict[str, ModelSpec] = {}
    for number, entry in enumerate(_entries(path), start=1):
        model = _name(entry, f"{path.name}, model no. {number}")
        where = f"{path.name}, model {model!r}"
        if model in specs:
            raise SpecificationError(f"{where}: this name is there twice; give each model a name of its own.")
        specs[model] = _spec(entry, where, path.parent, (known or {}).get(model))
    return tuple(specs.values())


def _entries(path: Path) -> list[Any]:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except OSError as error:
        raise SpecificationError(f"The list of models {path} cannot be read: {error.strerror}.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SpecificationError(f"{path.name} is not valid YAML: {' '.join(str(error).split())}.") from error
    if content is None:
        return []
    if not isinstance(content, list):
        raise SpecificationError(
            f"{path.name} holds {_kind(content)}; it must be a list with one mapping a model, each starting with "
            "'- name: ...'."
        )
    return content


def _name(entry: Any, where: str) -> str:
    if not isinstance(entry, dict):
        raise SpecificationError(f"{where} is {_kind(entry)}; it must be a mapping with a name.")
    name = entry.get("name")
    if not isinstance(name, str):
        raise SpecificationError(f"{where}: key 'name' is {_shown(name)}; it must be a text.")
    return name


def _spec(entry: dict[str, Any], where: str, folder: Path, known: ModelSpec | None) -> ModelSpec:
    given = _checked(entry, _CHECKS, where)
    if known is not None and known.embedded:
        raise SpecificationError(f"{where}: this model ships with the app; give yours another name.")
    if given.get("source", "").startswith("."):  # beside the file that names it
        given["source"] = str((folder / given["source"]).resolve())
    try:
        if known is not None:
            return replace(known, **given)
        endpoint: Endpoint | None = given.get("endpoint")
        if endpoint is not None and "source" not in given:
            given |= {"source": endpoint.model, "runs": given.get("runs", Runs.ENDPOINT)}
        if "source" not in given:
            raise ValueError("it needs a source (a hub id or a folder) or an endpoint")
        defaults = {
            "title": given["name"],
            "family": UNKNOWN_FAMILY,
            "parameters": 0,
            "licence": UNKNOWN_LICENCE,
        }
        return ModelSpec(**defaults | given)
    except ValueError as error:
        raise SpecificationError(f"{where}: {error}.") from error


def _checked(entry: dict[Any, Any], checks: Mapping[str, Check], where: str) -> dict[str, Any]:
    values = {}
    for key, value in entry.items():
        if key not in checks:
            raise SpecificationError(f"{where}: there is no key {_shown(key)}; the keys are {', '.join(checks)}.")
        try:
            values[key] = checks[key](value)
        except SpecificationError as error:  # something inside of it
            raise SpecificationError(f"{where}, key {key!r}{error}") from None
        except ValueError as error:
            raise SpecificationError(f"{where}: key {key!r} is {_shown(value)}; it must be {error}.") from None
    return values


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a text")
    return " ".join(value.split())


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("a whole number, 0 or more")
    return value


def _number(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < float("inf"):
        raise ValueError("a number above 0")
    return value


def _one_of(choices: type[StrEnum]) -> Check:
    def check(value: Any) -> StrEnum:
        try:
            return choices(value)
        except ValueError:
            raise ValueError(f"one of {', '.join(choices)}") from None

    return check


def _some_of(choices: type[StrEnum]) -> Check:
    def check(value: Any) -> tuple[StrEnum, ...]:
        allowed = f"a list of one or more of {', '.join(choices)}"
        if not isinstance(value, list) or not value:
            raise ValueError(allowed)
        try:
            return tuple(dict.fromkeys(choices(item) for item in value))
        except ValueError:
            raise ValueError(allowed) from None

    return check


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (_text(value),)
    if not isinstance(value, list) or not value:
        raise ValueError("a text, or a list of texts")
    return tuple(_text(item) for item in value)


def _part(made: type, checks: Mapping[str, Check]) -> Check:
    """A mapping inside a model's, made into a dataclass."""

    def check(value: Any) -> Any:
        if not isinstance(value, dict):
            raise ValueError(f"a mapping with the keys {', '.join(checks)}")
        values = _checked(value, checks, "")
        needed = [field.name for field in fields(made) if field.default is MISSING]
        if missing := [key for key in needed if key not in values]:
            raise SpecificationError(f": it lacks {' and '.join(missing)}.")
        try:
            return made(**values)
        except ValueError as error:
            raise SpecificationError(f": {error}.") from None

    return check


def _kind(value: Any) -> str:
    names = {
        dict: "a mapping",
        list: "a list",
        str: "a text",
        bool: "true or false",
        int: "a number",
        float: "a number",
    }
    return names.get(type(value), "nothing" if value is None else type(value).__name__)


def _shown(value: Any) -> str:
    text = repr(value)
    return "empty" if value is None else text if len(text) <= 80 else f"{text[:79]}…"


_ENDPOINT: dict[str, Check] = {
    "urls": _texts,
    "model": _text,
    "key_variable": _text,
    "max_requests": _count,
    "timeout_seconds": _number,
}
_COMPOSITION: dict[str, Check] = {"vision": _text, "language": _text, "projection": _text}
_CHECKS: dict[str, Check] = {
    "name": _text,
    "title": _text,
    "source": _text,
    "revision": _text,
    "family": _text,
    "parameters": _count,
    "licence": _text,
    "gated": _flag,
    "prompt_format": _one_of(PromptFormat),
    "min_gpu_gib": _number,
    "notes": _text,
    "quantizations": _some_of(Quantization),
    "serves": _some_of(Mission),
    "runs": _one_of(Runs),
    "endpoint": _part(Endpoint, _ENDPOINT),
    "composition": _part(Composition, _COMPOSITION),
}
assert {*_CHECKS, "embedded"} == {field.name for field in fields(ModelSpec)}, "every field of a spec has its check"
