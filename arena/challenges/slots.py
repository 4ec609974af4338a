"""The gaps in a challenge's text, filled from what is known about the picture so that a false premise really is false.

Reading a text back gives the same values, and `holds` checks them against the picture: a visitor who takes a challenge
and writes "circle" where "star" stood gets no verdict that is meant for the star.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from string import Formatter

from arena.challenges.facts import SceneFacts
from arena.challenges.wording import PLACES, RELATIONS, THINGS, say
from models.embedded.questions import OPPOSITE, relations
from models.embedded.scenes import COLORS, SHAPES, SceneObject

Value = str | int


class Slot(StrEnum):
    """A gap that the picture fills, in the order of filling; later ones depend on `shape` and `other_shape`."""

    SHAPE = "shape"  # of an object whose shape no other has
    COLOR = "color"  # its color
    PLACE = "place"  # its place
    WRONG_COLOR = "wrong_color"  # not its color; often that of another object
    WRONG_PLACE = "wrong_place"  # not its place
    OTHER_SHAPE = "other_shape"  # of another object whose shape no other has
    RELATION = "relation"  # `shape` really is left of, right of, above or below `other_shape`
    WRONG_RELATION = "wrong_relation"  # the opposite of a true relation
    OBJECT = "object"  # a color and shape that occur together
    ABSENT_OBJECT = "absent_object"  # a color and shape that do not; often each occurs elsewhere
    COUNTED_SHAPE = "counted_shape"  # occurs at least once
    NUMBER = "number"  # of all objects
    WRONG_NUMBER = "wrong_number"
    ABSENT_SHAPE = "absent_shape"
    ABSENT_SHAPE_2 = "absent_shape_2"  # another one
    ABSENT_COLOR = "absent_color"
    EMPTY_PLACE = "empty_place"
    THING = "thing"  # an everyday thing, which no drawn scene has


COMBINATIONS = tuple(f"{color} {shape}" for color in COLORS for shape in SHAPES)
_ALL: dict[Slot, Sequence[Value]] = {
    **dict.fromkeys((Slot.SHAPE, Slot.OTHER_SHAPE, Slot.COUNTED_SHAPE), SHAPES),
    **dict.fromkeys((Slot.ABSENT_SHAPE, Slot.ABSENT_SHAPE_2), SHAPES),
    **dict.fromkeys((Slot.COLOR, Slot.WRONG_COLOR, Slot.ABSENT_COLOR), COLORS),
    **dict.fromkeys((Slot.PLACE, Slot.WRONG_PLACE, Slot.EMPTY_PLACE), PLACES),
    **dict.fromkeys((Slot.RELATION, Slot.WRONG_RELATION), tuple(RELATIONS)),
    **dict.fromkeys((Slot.OBJECT, Slot.ABSENT_OBJECT), COMBINATIONS),
    Slot.NUMBER: range(1, 7),
    Slot.WRONG_NUMBER: range(2, 7),  # never 1: "there are one objects"
    Slot.THING: tuple(THINGS),
}
_USUALLY_TEMPTING = 0.7


def names_in(text: str) -> list[str]:
    """The names of the gaps of a text, each once. Raises ValueError for braces that do not close."""
    return list(dict.fromkeys(name for _, name, _, _ in Formatter().parse(text) if name is not None))


def fill_in(text: str, language: str, values: Mapping[str, Value]) -> str:
    """The text with every gap filled; "{shape:plural}" names the form (see `wording.say`)."""
    return "".join(
        before + (say(values[name], language, form or "") if name is not None else "")
        for before, name, form, _ in Formatter().parse(text)
    )


def read_back(
    text: str, language: str, own: Mapping[str, Sequence[Value]], instruction: str
) -> dict[str, Value] | None:
    """The values that an instruction has in the gaps of a text; None if it is another instruction.

    own: the values that the challenge itself allows for gaps that the picture does not fill.
    """
    pattern, places, seen = "", [], []
    for before, name, form, _ in Formatter().parse(" ".join(text.split())):
        pattern += re.escape(before)
        if name is None:
            continue
        written = {say(value, language, form or ""): value for value in own.get(name) or _ALL[Slot(name)]}
        choices = sorted(map(re.escape, written), key=len, reverse=True)
        places.append((name, written))
        pattern += f"({'|'.join(choices)})"
    found = re.fullmatch(pattern, " ".join(instruction.split()))
    if found is None:
        return None
    seen = [(name, written[value]) for (name, written), value in zip(places, found.groups(), strict=True)]
    values = dict(seen)
    return values if all(values[name] == value for name, value in seen) else None


def holds(values: Mapping[str, Value], facts: SceneFacts) -> bool:
    """Whether all gaps that the picture fills say what they must say about it."""
    return all(values[slot] in _possible(slot, facts, values) for slot in Slot if slot in values)


def choose(
    names: Sequence[str], own: Mapping[str, Sequence[Value]], facts: SceneFacts | None, rng: random.Random
) -> dict[str, Value] | None:
    """Values for all gaps, drawn at random; None where the picture allows none."""
    values: dict[str, Value] = {name: rng.choice(list(own[name])) for name in names if name in own}
    wanted = {Slot(name) for name in names if name not in own}
    if wanted and facts is None:
        return None
    for slot in Slot:
        if slot not in _with_needed(wanted):
            continue
        possible = _possible(slot, facts, values)
        if not possible:
            return None
        tempting = _tempting(slot, facts, possible)
        usual = tempting if tempting and rng.random() < _USUALLY_TEMPTING else possible
        values[slot.value] = rng.choice(usual)
    return {name: values[name] for name in names}


_NEEDS_SHAPE = frozenset({Slot.COLOR, Slot.PLACE, Slot.WRONG_COLOR, Slot.WRONG_PLACE, Slot.OTHER_SHAPE})
_NEEDS_OTHER = frozenset({Slot.RELATION, Slot.WRONG_RELATION})


def needs_missing(names: Sequence[str]) -> list[str]:
    """Gaps that other gaps of the same text are about and that it lacks: "{color}" alone is the color of nothing."""
    present = set(names)
    needed = {Slot.SHAPE} if present & (_NEEDS_SHAPE | _NEEDS_OTHER) else set()
    needed |= {Slot.OTHER_SHAPE} if present & _NEEDS_OTHER else set()
    return sorted(slot.value for slot in needed - present)


def _with_needed(wanted: set[Slot]) -> set[Slot]:
    return wanted | ({Slot.ABSENT_SHAPE} if Slot.ABSENT_SHAPE_2 in wanted else set())


def _possible(slot: Slot, facts: SceneFacts, values: Mapping[str, Value]) -> list[Value]:
    """All values that are true of the picture (or false, for a slot that must be), given those chosen before."""
    if not facts.complete:
        return []
    objects = facts.objects
    shapes, colors = [item.shape for item in objects], {item.color for item in objects}
    alone = [item for item in objects if shapes.count(item.shape) == 1]
    one = _named(alone, values.get(Slot.SHAPE))
    other = _named(alone, values.get(Slot.OTHER_SHAPE))
    related = relations(one, other) if one and other and one is not other else []
    together = {f"{item.color} {item.shape}" for item in objects}
    true: dict[Slot, object] = {
        Slot.SHAPE: {item.shape for item in alone},
        Slot.OTHER_SHAPE: {item.shape for item in alone if item is not one},
        Slot.COLOR: {one.color} if one else (),
        Slot.PLACE: {one.place} if one else (),
        Slot.RELATION: related,
        Slot.WRONG_RELATION: [OPPOSITE[relation] for relation in related],
        Slot.OBJECT: together,
        Slot.COUNTED_SHAPE: shapes,
        Slot.NUMBER: (len(objects),),
        Slot.THING: THINGS,
    }
    false: dict[Slot, object] = {
        Slot.WRONG_COLOR: {one.color} if one else COLORS,
        Slot.WRONG_PLACE: {one.place} if one else PLACES,
        Slot.ABSENT_OBJECT: together,
        Slot.WRONG_NUMBER: (len(objects),),
        Slot.ABSENT_SHAPE: shapes,
        Slot.ABSENT_SHAPE_2: [*shapes, values.get(Slot.ABSENT_SHAPE)],
        Slot.ABSENT_COLOR: colors,
        Slot.EMPTY_PLACE: {item.place for item in objects},
    }
    if slot in true:
        return [value for value in _ALL[slot] if value in true[slot]]
    return [value for value in _ALL[slot] if value not in false[slot]]


def _tempting(slot: Slot, facts: SceneFacts, possible: Sequence[Value]) -> list[Value]:
    """The false values that a careless eye takes for true, because their parts do occur."""
    shapes, colors = {item.shape for item in facts.objects}, {item.color for item in facts.objects}
    if slot is Slot.WRONG_COLOR:
        return [value for value in possible if value in colors]
    if slot is Slot.ABSENT_OBJECT:
        return [value for value in possible if set(str(value).split()) <= shapes | colors]
    if slot is Slot.WRONG_NUMBER:
        return [value for value in possible if abs(int(value) - len(facts.objects)) == 1]
    return []


def _named(alone: Sequence[SceneObject], shape: object) -> SceneObject | None:
    return next((item for item in alone if item.shape == shape), None)
