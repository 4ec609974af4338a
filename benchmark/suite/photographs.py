"""The photographs that ship with the suite: facts, licences and questions that were checked by looking at each.

The facts are in photos/photos.yaml, the pictures beside it. They are the same for every seed: a fresh suite is fresh
in its drawn pictures only.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import yaml

from benchmark.errors import SuiteError
from benchmark.levels import LEVELS
from benchmark.subtasks import SUBTASK_NAMES
from benchmark.suite.items import ask

PHOTO_FOLDER = Path(__file__).parent / "photos"
FACTS_FILE = PHOTO_FOLDER / "photos.yaml"
CREDITS_FILE = PHOTO_FOLDER / "CREDITS.md"
LICENCES = {
    "public domain": "https://creativecommons.org/publicdomain/mark/1.0/",
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC-BY-2.0": "https://creativecommons.org/licenses/by/2.0/",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
}
"""The licences of the photographs, with the address of their text."""


@dataclass(frozen=True)
class Photograph:
    """A photograph with its two questions, and where it comes from.

    `shows` is what a person saw in it. `file` is its place in the package (of `registry`, at `version`) that it was
    taken from, `original_sha256` that file's content, `changes` what was done to it since its author published it.
    """

    name: str
    subtask: str
    level: int
    shows: str
    true_question: str
    false_question: str
    author: str
    licence: str
    source: str
    registry: str
    package: str
    version: str
    file: str
    original_sha256: str
    changes: str

    @property
    def path(self) -> Path:
        return PHOTO_FOLDER / f"{self.name}.jpg"

    @property
    def yes(self) -> str:
        return ask(self.true_question)

    @property
    def no(self) -> str:
        return ask(self.false_question)

    @property
    def origin(self) -> str:
        """Where the file was taken from, as "the Debian package gcompris-qt-data 3.1-2, usr/share/..."."""
        return f"the {self.registry} package {self.package} {self.version}, {self.file}"


@cache
def photographs() -> tuple[Photograph, ...]:
    """Every photograph, in the order of the file: two that share their questions stand side by side.

    Raises SuiteError when the file is damaged.
    """
    return read_photographs(FACTS_FILE.read_text(encoding="utf-8"))


def photographs_of(subtask: str) -> list[Photograph]:
    return [photo for photo in photographs() if photo.subtask == subtask]


def read_photographs(text: str) -> tuple[Photograph, ...]:
    """The photographs of a facts file, checked. Raises SuiteError that names the photograph and what is wrong."""
    try:
        entries = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise SuiteError(f"{FACTS_FILE.name} is no YAML: {error}") from error
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise SuiteError(f"{FACTS_FILE.name} must be a list of photographs, each with its facts")
    found = tuple(_photograph(entry) for entry in entries)
    twice = [name for name, count in Counter(photo.name for photo in found).items() if count > 1]
    if twice:
        raise SuiteError(f"{FACTS_FILE.name} names {', '.join(twice)} twice; give each photograph a name of its own")
    for first, second in zip(found[::2], found[1::2], strict=False):
        if (first.true_question, first.false_question) != (second.false_question, second.true_question):
            raise SuiteError(
                f"{FACTS_FILE.name}: {first.name} and {second.name} must ask the same two questions with opposite "
                "answers, so that the words alone tell nothing"
            )
    if len(found) % 2:
        raise SuiteError(f"{FACTS_FILE.name}: {found[-1].name} has no partner that asks the same two questions")
    return found


def _photograph(entry: dict) -> Photograph:
    named = f"{FACTS_FILE.name}, photograph {entry.get('name')!r}"
    wanted = {field.name: int if field.name == "level" else str for field in fields(Photograph)}
    if entry.keys() != wanted.keys():
        different = ", ".join(sorted(entry.keys() ^ wanted.keys()))
        raise SuiteError(f"{named}: missing or unknown: {different}; allowed and needed are {', '.join(wanted)}")
    for key, value in entry.items():
        if type(value) is not wanted[key] or value == "":
            raise SuiteError(f"{named}: {key} is {value!r}; it must be a {wanted[key].__name__}, and not empty")
    photo = Photograph(**entry)
    for key, value, allowed in (
        ("subtask", photo.subtask, SUBTASK_NAMES), ("level", photo.level, LEVELS), ("licence", photo.licence, LICENCES)
    ):
        if value not in allowed:
            raise SuiteError(f"{named}: {key} is {value!r}; allowed: {', '.join(map(str, allowed))}")
    if not photo.path.is_file():
        raise SuiteError(f"{named}: there is no {photo.path.name} beside it")
    return photo


def credits_text() -> str:
    """CREDITS.md: author, licence and source of every photograph, for people."""
    lines = [
        "# Who made the photographs",
        "",
        "The photographs of the embedded suite come from packages that ship them under open licences. They were scaled",
        "down and re-encoded; what else was done to one is said with it. Each stays under its own licence; the rest of",
        "this repository is under Apache-2.0. `photos.yaml` has the file that each was taken from.",
        "",
        *(f"- {name}: <{address}>" for name, address in LICENCES.items()),
        "",
        "| picture | shows | author | licence | source | changes |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| [{photo.name}]({photo.path.name}) | {photo.shows} | {photo.author} | {photo.licence} | "
        f"<{photo.source}> in {photo.package} {photo.version} | {photo.changes} |"
        for photo in photographs()
    ]
    return "\n".join(lines) + "\n"
