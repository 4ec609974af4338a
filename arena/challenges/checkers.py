"""The closed set of checkers: what each is called in the pool, which axis it speaks for, and what it may be told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from arena.challenges import form_checkers as form
from arena.challenges import truth_checkers as truth
from arena.challenges.verdicts import Finding
from arena.votes import Axis


class Checker(StrEnum):
    """A program that can judge one answer."""

    SENTENCES = "sentences"
    WORDS = "words"
    CHARACTERS = "characters"
    FORBIDDEN = "forbidden"
    INCLUDES = "includes"
    CAPITALS = "capitals"
    LOWER_CASE = "lower_case"
    STARTS = "starts"
    ENDS = "ends"
    ONLY = "only"
    JSON = "json"
    TABLE = "table"
    NUMBERED = "numbered"
    BULLETED = "bulleted"
    LANGUAGE = "language"
    NUMBER_ONLY = "number_only"
    ALPHABETICAL = "alphabetical"
    YES_NO_FIRST = "yes_no_first"
    YES_NO = "yes_no"
    COUNT = "count"
    COLOR = "color"
    COLORS = "colors"
    COLORS_ALL = "colors_all"
    EMPTY = "empty"
    PLACE = "place"
    DENIES = "denies"
    ABSENT = "absent"
    OBJECTS_TRUE = "objects_true"
    OBJECTS_ALL = "objects_all"
    ORDER = "order"
    REFUSES = "refuses"
    READS = "reads"


@dataclass(frozen=True)
class Known:
    """How a checker is called: parameters it needs, may have, and needs exactly one of; with their types."""

    run: Callable[..., Finding]
    axis: Axis
    needs: Mapping[str, type]
    may: Mapping[str, type]
    one_of: Mapping[str, type]
    needs_scene: bool = False
    needs_text: bool = False


def _form(run: Callable[..., Finding], *, one_of: Mapping[str, type] | None = None, needs=None, **may: type) -> Known:
    return Known(run, Axis.INSTRUCTION, needs or {}, may, one_of or {})


def _scene(run: Callable[..., Finding], axis: Axis = Axis.HALLUCINATION, **needs: type) -> Known:
    return Known(run, axis, needs, {}, {}, needs_scene=True)


_LIMITS = {"exactly": int, "at_most": int, "at_least": int}

CHECKERS: Mapping[Checker, Known] = {
    Checker.SENTENCES: _form(form.sentences, one_of=_LIMITS),
    Checker.WORDS: _form(form.words, one_of=_LIMITS),
    Checker.CHARACTERS: _form(form.characters, one_of=_LIMITS),
    Checker.FORBIDDEN: _form(form.forbidden, one_of={"words": list, "letters": str}, inflected=bool),
    Checker.INCLUDES: _form(form.includes, needs={"words": list}),
    Checker.CAPITALS: _form(form.capitals),
    Checker.LOWER_CASE: _form(form.lower_case),
    Checker.STARTS: _form(form.starts, needs={"text": str}),
    Checker.ENDS: _form(form.ends, needs={"text": str}),
    Checker.ONLY: _form(form.only, needs={"says": str}),
    Checker.JSON: _form(form.json, keys=list, array=bool, exactly=int),
    Checker.TABLE: _form(form.table, needs={"columns": list}, rows=int, alone=bool),
    Checker.NUMBERED: _form(form.numbered, needs={"exactly": int}),
    Checker.BULLETED: _form(form.bulleted, needs={"exactly": int}),
    Checker.LANGUAGE: _form(form.language, needs={"code": str}),
    Checker.NUMBER_ONLY: _form(form.number_only),
    Checker.ALPHABETICAL: _form(form.alphabetical),
    Checker.YES_NO_FIRST: _form(form.yes_no_first),
    Checker.YES_NO: Known(truth.yes_no, Axis.HALLUCINATION, {"truth": str}, {"about": str}, {}, needs_scene=True),
    Checker.COUNT: _scene(truth.count, of=str),
    Checker.COLOR: _scene(truth.color, of=str),
    Checker.COLORS: _scene(truth.colors),
    Checker.COLORS_ALL: _scene(truth.colors_all, Axis.INSTRUCTION),
    Checker.EMPTY: _scene(truth.empty, says=str),
    Checker.PLACE: _scene(truth.place, of=str),
    Checker.DENIES: _scene(truth.denies, what=str),
    Checker.ABSENT: Known(truth.absent, Axis.HALLUCINATION, {"what": list}, {"asked": bool}, {}, needs_scene=True),
    Checker.OBJECTS_TRUE: _scene(truth.objects_true),
    Checker.OBJECTS_ALL: _scene(truth.objects_all, Axis.INSTRUCTION),
    Checker.ORDER: _scene(truth.order, Axis.INSTRUCTION, by=str),
    Checker.REFUSES: Known(truth.refuses, Axis.HALLUCINATION, {}, {}, {}),
    Checker.READS: Known(truth.reads, Axis.HALLUCINATION, {}, {}, {}, needs_text=True),
}
