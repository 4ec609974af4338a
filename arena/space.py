"""The Spacefile: what the public Space runs, offers and keeps. Read at start-up, checked in one go."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from arena.errors import ArenaError

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
)


class SpacefileError(ArenaError):
    """The Spacefile is missing, is not YAML, or lacks a key; the message names it."""


@dataclass(frozen=True)
class Space:
    """A Space as its Spacefile states it; ``front_matter`` holds what the README must repeat."""

    front_matter: dict[str, str]
    hardware: str
    lineup: tuple[str, ...]
    suite: str
    instruction_characters: int
    picture_megabytes: int
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
    needed = (*FRONT_MATTER_KEYS, "hardware", "lineup", "suite", "limits", "votes")
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
        votes_directory=Path(str(_section(path, content, "votes").get("directory") or "/data")),
    )


def front_matter(readme: Path) -> dict[str, str]:
    """The YAML block at the top of a README, values as text; raises SpacefileError where there is none."""
    text = readme.read_text(encoding="utf-8")
    if not text.startswith("---\n") or "\n---\n" not in text[4:]:
        raise SpacefileError(f"{readme} has no front matter between two lines of ---")
    block = yaml.safe_load(text[4:].split("\n---\n", 1)[0])
    return {key: str(value) for key, value in block.items()}


def _section(path: Path, content: dict, name: str) -> dict:
    if not isinstance(content[name], dict):
        raise SpacefileError(f"{path}: {name} must hold keys and values, not {content[name]!r}")
    return content[name]


def _positive(path: Path, content: dict, section: str, key: str) -> int:
    value = _section(path, content, section).get(key)
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise SpacefileError(f"{path}: {section}.{key} must be a whole number above 0, not {value!r}")
    return value
