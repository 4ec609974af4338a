"""The pool of challenges, read from the YAML files of the folder `pool` beside this file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml

from arena.challenges.checkers import CHECKERS, Checker
from arena.challenges.errors import ChallengeError
from arena.challenges.facts import PictureKind
from arena.challenges.slots import Slot, Value, names_in, needs_missing
from arena.challenges.wording import LANGUAGES
from arena.votes import Axis

FOLDER = Path(__file__).parent / "pool"


class Category(StrEnum):
    """What a challenge is about, in the terms of the benchmarks for hallucination and instruction following."""

    EXISTENCE = "existence"
    FALSE_PREMISE = "false_premise"
    LEADING = "leading"
    COUNT = "count"
    ATTRIBUTE = "attribute"
    POSITION = "position"
    DENSE = "dense"
    OCR = "ocr"
    UNANSWERABLE = "unanswerable"
    LENGTH = "length"
    KEYWORDS = "keywords"
    FORMAT = "format"
    LANGUAGE = "language"
    ORDER = "order"


FREE = "free"
"""The category of an instruction that a visitor wrote; no challenge has it."""


@dataclass(frozen=True)
class Check:
    """A checker, the axis it speaks for here, and its parameters; "{n}" in these stands for a gap of the text."""

    checker: Checker
    axis: Axis
    parameters: Mapping[str, object]


@dataclass(frozen=True)
class Challenge:
    """One instruction of the pool.

    axis: what it tests mainly. picture: the kind of picture on which it makes sense. slots: the values of gaps that the
    challenge fills itself; the others are `slots.Slot`. known_answer: its checks are sure enough to test voters with.
    example, right, wrong: values of the gaps, and answers that must pass and fail; drawn-scene challenges are tried on
    the scene that the pool's README describes.
    """

    id: str
    language: str
    axis: Axis
    category: Category
    picture: PictureKind
    text: str
    checks: tuple[Check, ...] = ()
    slots: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    known_answer: bool = False
    example: Mapping[str, Value] = field(default_factory=dict)
    right: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()

    @property
    def gaps(self) -> list[str]:
        """Names of the gaps of the text, each once."""
        return names_in(self.text)


@cache
def pool() -> Mapping[str, Challenge]:
    """All challenges by id, in the order of the files. Read once. Raises ChallengeError for a broken entry."""
    return read_folder(FOLDER)


def find(challenge_id: str) -> Challenge:
    """The challenge of an id; raises ChallengeError if there is none."""
    try:
        return pool()[challenge_id]
    except KeyError:
        raise ChallengeError(
            f"There is no challenge {str(challenge_id)[:40]!r}; draw one from the pool of {len(pool())}."
        ) from None


def read_folder(folder: Path) -> dict[str, Challenge]:
    """All challenges of a folder's YAML files. Raises ChallengeError, also for an id that occurs twice."""
    found: dict[str, Challenge] = {}
    for path in sorted(folder.glob("*.yaml")):
        for challenge in read_file(path.read_text(encoding="utf-8"), path.name):
            if challenge.id in found:
                raise ChallengeError(f"{path.name}: the id {challenge.id!r} is taken; give each challenge its own.")
            found[challenge.id] = challenge
    if not found:
        raise ChallengeError(f"No challenges in {folder}; put YAML files with a list of challenges there.")
    return found


def read_file(text: str, name: str) -> list[Challenge]:
    """The challenges of one YAML text: a list of mappings. Raises ChallengeError that names the entry and its fault."""
    try:
        entries = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        line = getattr(error, "problem_mark", None)
        where = f" at line {line.line + 1}" if line else ""
        raise ChallengeError(f"{name} is not YAML{where}; correct it there.") from error
    if not isinstance(entries, list):
        raise ChallengeError(f"{name} holds {type(entries).__name__}, not a list; write one challenge after each dash.")
    return [_Entry(entry, f"{name}, entry {number}").read() for number, entry in enumerate(entries, 1)]


_KEYS = frozenset(
    {
        "id",
        "language",
        "axis",
        "category",
        "picture",
        "text",
        "checks",
        "slots",
        "known_answer",
        "example",
        "right",
        "wrong",
    }
)
_NEEDED = ("id", "language", "axis", "category", "picture", "text")


class _Entry:
    """One entry while it is read; every fault names where it is."""

    def __init__(self, raw: object, where: str) -> None:
        self.where = where
        if not isinstance(raw, dict):
            raise self.fault(
                f"is {type(raw).__name__}, not a mapping; write id, language, axis, category, picture, text"
            )
        self.raw = raw
        self.where = f"{where} ({raw.get('id', 'without id')})"

    def fault(self, what: str) -> ChallengeError:
        return ChallengeError(f"{self.where} {what}.")

    def read(self) -> Challenge:
        raw = self.raw
        if unknown := [key for key in raw if key not in _KEYS]:
            raise self.fault(f"has the unknown key {unknown[0]!r}; known are {', '.join(sorted(_KEYS))}")
        for key in _NEEDED:
            if not isinstance(raw.get(key), str) or not raw[key].strip():
                raise self.fault(f"has no text for {key!r}; give it one")
        if raw["language"] not in LANGUAGES:
            raise self.fault(f"has the language {raw['language']!r}; known are {', '.join(LANGUAGES)}")
        picture = self.one_of(PictureKind, "picture")
        slots = self.own_slots()
        gaps = self.gaps(picture, slots)
        checks = tuple(self.check(check, picture, gaps) for check in self.sequence("checks"))
        if not isinstance(raw.get("known_answer", False), bool):
            raise self.fault(f"has known_answer {raw['known_answer']!r}; write true or false")
        if raw.get("known_answer") and not checks:
            raise self.fault("has a known answer but no checks; add a check or leave known_answer out")
        example = raw.get("example", {})
        if not isinstance(example, dict) or (example and set(example) != set(gaps)):
            raise self.fault(f"has an example for {list(example)}, but its text has the gaps {gaps}; fill these")
        return Challenge(
            raw["id"], raw["language"], self.one_of(Axis, "axis"), self.one_of(Category, "category"), picture,
            " ".join(raw["text"].split()), checks, slots, raw.get("known_answer", False), example,
            self.texts("right"), self.texts("wrong"),
        )  # fmt: skip

    def one_of(self, values: type[StrEnum], key: str):
        try:
            return values(self.raw[key])
        except ValueError:
            allowed = ", ".join(value.value for value in values)
            raise self.fault(f"has the {key} {self.raw[key]!r}; known are {allowed}") from None

    def sequence(self, key: str) -> list:
        value = self.raw.get(key, [])
        if not isinstance(value, list):
            raise self.fault(f"has {key} that are no list; write each after a dash")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.raw.get(key, [])
        texts = [value] if isinstance(value, str) else value
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise self.fault(f"has {key} answers that are no texts; quote them")
        return tuple(text.rstrip("\n") for text in texts)

    def own_slots(self) -> dict[str, tuple[Value, ...]]:
        slots = self.raw.get("slots", {})
        if not isinstance(slots, dict):
            raise self.fault("has slots that are no mapping; write a name and a list of values")
        for name, values in slots.items():
            good = isinstance(values, list) and values and all(type(value) in (int, str) for value in values)
            if not good or name in list(Slot):
                raise self.fault(
                    f"has the slot {name!r} without a list of numbers or words, or named like one of a scene"
                )
        return {name: tuple(values) for name, values in slots.items()}

    def gaps(self, picture: PictureKind, own: Mapping[str, tuple[Value, ...]]) -> list[str]:
        try:
            gaps = names_in(self.raw["text"])
        except ValueError:
            raise self.fault("has a brace that does not close; write gaps as {name} and a brace itself as {{") from None
        if unknown := [name for name in gaps if name not in own and name not in list(Slot)]:
            raise self.fault(f"has the unknown gap {unknown[0]!r}; known are {', '.join(Slot)} and its own slots")
        if unused := [name for name in own if name not in gaps]:
            raise self.fault(f"has values for {unused[0]!r}, which is no gap of its text; remove them or use it")
        if picture is not PictureKind.SCENE and any(name not in own for name in gaps):
            raise self.fault("has a gap that only a drawn scene fills; make its picture scene, or give it slots")
        if missing := needs_missing(gaps):
            raise self.fault(f"has a gap that depends on {missing[0]!r}, which its text lacks; name that too")
        return gaps

    def check(self, raw: object, picture: PictureKind, gaps: list[str]) -> Check:
        if isinstance(raw, str):
            raw = {raw: {}}
        if not isinstance(raw, dict) or len(raw) != 1:
            raise self.fault("has a check that is not one name with its parameters; write `- name: {parameter: value}`")
        ((name, parameters),) = raw.items()
        if name not in list(Checker):
            raise self.fault(f"has the unknown check {name!r}; known are {', '.join(Checker)}")
        if not isinstance(parameters, dict):
            raise self.fault(f"has parameters of {name!r} that are no mapping; write {{parameter: value}}")
        known, parameters = CHECKERS[Checker(name)], dict(parameters)
        axis = parameters.pop("axis", known.axis.value)
        if axis not in list(Axis):
            raise self.fault(f"has the check {name!r} for the axis {axis!r}; known are {', '.join(Axis)}")
        if (known.needs_scene and picture is not PictureKind.SCENE) or (
            known.needs_text and picture is not PictureKind.TEXT
        ):
            raise self.fault(f"has the check {name!r}, which needs a picture of another kind than {picture.value}")
        self.check_parameters(name, known, parameters, gaps)
        return Check(Checker(name), Axis(axis), parameters)

    def check_parameters(self, name: str, known, parameters: dict[str, object], gaps: list[str]) -> None:
        types = {**known.needs, **known.may, **known.one_of}
        missing = [key for key in known.needs if key not in parameters]
        if missing or (known.one_of and len(set(known.one_of) & set(parameters)) != 1):
            wanted = ", ".join(known.needs) or f"one of {', '.join(known.one_of)}"
            raise self.fault(f"has the check {name!r} without its parameter; it needs {wanted}")
        for key, value in parameters.items():
            if key not in types:
                raise self.fault(
                    f"has the check {name!r} with the unknown parameter {key!r}; known are {', '.join(types)}"
                )
            used = [gap for item in (value if isinstance(value, list) else [value]) for gap in names_in(str(item))]
            if strange := [gap for gap in used if gap not in gaps]:
                raise self.fault(f"has the check {name!r} about the gap {strange[0]!r}, which its text lacks")
            if not used and type(value) is not types[key]:
                raise self.fault(f"has the check {name!r} with {key} {value!r}; it must be {types[key].__name__}")
