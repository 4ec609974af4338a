"""The Spacefile: what the public Space runs, offers and keeps. Read at start-up, checked in one go."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import yaml

from arena.errors import ArenaError
from arena.limits import Limits
from arena.moderation import ModerationKind, ModerationSettings

FRONT_MATTER_KEYS = (
    "title",
    "emoji",
    "colorFrom",
    "colorTo",
    "short_description",
    "sdk",
    "sdk_version",
    "python_version",
    "app_file",
    "license",
    "hf_oauth",
)
MAX_KNOWN_ANSWER_RATE = 0.5  # of battles; never two in a row


class SpacefileError(ArenaError):
    """The Spacefile is missing, is not YAML, or lacks a key; the message names it."""


@dataclass(frozen=True)
class Space:
    """A Space as its Spacefile states it; ``front_matter`` holds what the README must repeat.

    known_answer_rate is the share of offered battles whose answer a program knows.
    """

    front_matter: dict[str, str]
    hardware: str
    lineup: tuple[str, ...]
    suite: str
    instruction_characters: int
    picture_megabytes: int
    limits: Limits
    known_answer_rate: float
    moderation: ModerationSettings
    votes_directory: Path


def read_spacefile(path: Path) -> Space:
    """Parse and check a Spacefile; raises SpacefileError."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SpacefileError(f"cannot read {path}: {error.strerror}; the Spacefile belongs beside app.py") from error
    except yaml.YAMLError as error:
        raise SpacefileError(f"{path} is not valid YAML: {error}") from error
    if not isinstance(content, dict):
        raise SpacefileError(f"{path} must hold keys and values, not {type(content).__name__}")
    needed = (*FRONT_MATTER_KEYS, "hardware", "lineup", "suite", "limits", "moderation", "votes")
    missing = [key for key in needed if key not in content]
    unknown = [key for key in content if key not in needed]
    if missing or unknown:
        problems = [f"lacks {', '.join(missing)}"] if missing else []
        problems += [f"has unknown {', '.join(unknown)}"] if unknown else []
        raise SpacefileError(f"{path} {' and '.join(problems)}; its keys are {', '.join(needed)}")
    lineup = content["lineup"]
    if not isinstance(lineup, list) or len(lineup) < 2 or not all(isinstance(name, str) for name in lineup):
        raise SpacefileError(f"{path}: lineup must be a list of at least two model names, not {lineup!r}")
    return Space(
        front_matter={key: str(content[key]) for key in FRONT_MATTER_KEYS},
        hardware=str(content["hardware"]),
        lineup=tuple(lineup),
        suite=str(content["suite"]),
        instruction_characters=_positive(path, content, "limits", "instruction_characters"),
        picture_megabytes=_positive(path, content, "limits", "picture_megabytes"),
        limits=_limits(path, content),
        known_answer_rate=_number(path, content, "limits", "known_answer_rate", 0, MAX_KNOWN_ANSWER_RATE),
        moderation=_moderation(path, content),
        votes_directory=Path(str(_section(path, content, "votes").get("directory") or "/data")),
    )


def front_matter(readme: Path) -> dict[str, str]:
    """The YAML block at the top of a README, values as text; raises SpacefileError where there is none."""
    text = readme.read_text(encoding="utf-8")
    if not text.startswith("---\n") or "\n---\n" not in text[4:]:
        raise SpacefileError(f"{readme} has no front matter between two lines of ---")
    block = yaml.safe_load(text[4:].split("\n---\n", 1)[0])
    return {key: str(value) for key, value in block.items()}


def _limits(path: Path, content: dict) -> Limits:
    """Every key must be there, and no other: a limit that is misspelt would be none."""
    names = [field.name for field in fields(Limits)]
    allowed = ["instruction_characters", "picture_megabytes", "known_answer_rate", *names]
    _known_keys(path, content, "limits", allowed)
    seconds = "minimum_judging_seconds"
    whole = {name: _positive(path, content, "limits", name) for name in names if name != seconds}
    return Limits(**whole, minimum_judging_seconds=_number(path, content, "limits", seconds, 0, 60))


_MODERATION_KEYS = {
    ModerationKind.NONE: (),
    ModerationKind.CLASSIFIER: ("model", "revision", "refuse", "threshold"),
    ModerationKind.ENDPOINT: ("url", "timeout_seconds", "token_variable"),
}
_MAY_BE_LEFT_OUT = ("revision", "token_variable")


def _moderation(path: Path, content: dict) -> ModerationSettings:
    section = _section(path, content, "moderation")
    kinds = [kind.value for kind in ModerationKind]
    if section.get("kind") not in kinds:
        raise SpacefileError(f"{path}: moderation.kind must be one of {', '.join(kinds)}, not {section.get('kind')!r}")
    kind = ModerationKind(section["kind"])
    _known_keys(path, content, "moderation", ["kind", *_MODERATION_KEYS[kind]])
    values: dict[str, object] = {}
    for key in _MODERATION_KEYS[kind]:
        if key in _MAY_BE_LEFT_OUT and key not in section:
            continue
        if key == "threshold":
            values[key] = _number(path, content, "moderation", key, 0, 1)
        elif key == "timeout_seconds":
            values[key] = _number(path, content, "moderation", key, 0.1, 60)
        elif key == "refuse":
            values[key] = _texts(path, content, "moderation", key)
        else:
            values[key] = _text(path, content, "moderation", key)
    if kind is ModerationKind.ENDPOINT and not str(values["url"]).startswith(("https://", "http://")):
        raise SpacefileError(f"{path}: moderation.url must begin with https:// or http://, not {values['url']!r}")
    return ModerationSettings(kind, **values)


def _known_keys(path: Path, content: dict, section: str, allowed: list[str]) -> None:
    unknown = [str(key) for key in _section(path, content, section) if key not in allowed]
    if unknown:
        raise SpacefileError(f"{path}: {section} has unknown {', '.join(unknown)}; its keys are {', '.join(allowed)}")


def _section(path: Path, content: dict, name: str) -> dict:
    if not isinstance(content[name], dict):
        raise SpacefileError(f"{path}: {name} must hold keys and values, not {content[name]!r}")
    return content[name]


def _positive(path: Path, content: dict, section: str, key: str) -> int:
    value = _section(path, content, section).get(key)
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise SpacefileError(f"{path}: {section}.{key} must be a whole number above 0, not {value!r}")
    return value


def _number(path: Path, content: dict, section: str, key: str, low: float, high: float) -> float:
    value = _section(path, content, section).get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise SpacefileError(f"{path}: {section}.{key} must be a number from {low:g} to {high:g}, not {value!r}")
    return float(value)


def _text(path: Path, content: dict, section: str, key: str) -> str:
    value = _section(path, content, section).get(key)
    if not isinstance(value, str) or not value.strip():
        raise SpacefileError(f"{path}: {section}.{key} must be text, not {value!r}")
    return value.strip()


def _texts(path: Path, content: dict, section: str, key: str) -> tuple[str, ...]:
    value = _section(path, content, section).get(key)
    if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
        raise SpacefileError(f"{path}: {section}.{key} must be a list of names, not {value!r}")
    return tuple(value)
