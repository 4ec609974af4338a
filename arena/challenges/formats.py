"""Reading the forms that an instruction can ask for: JSON, a Markdown table, a list. No text makes these raise."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

_FENCE = re.compile(r"```[\w-]*[ \t]*\n(.*?)\n?[ \t]*```", re.DOTALL)
_RULE_CELL = re.compile(r":?-+:?")
_NUMBERED = re.compile(
    r"^(?P<indent>\s*)(?:\*\*)?[(（]?(?P<number>\d{1,3})(?:[.)）．](?=\s|\*|[^\x00-\x7f])|、)\s*(?P<text>.*)$"
)
_BULLETED = re.compile(r"^(?P<indent>\s*)[-*•+–·]\s*(?<=[\s•·])(?P<text>\S.*)$")


class NotJsonError(ValueError):
    """The text is not one JSON value; its words say where it stops being one."""


def read_json(text: str) -> object:
    """The one JSON value that a text is. A code fence around it is fine, any other word is not; NaN is no JSON.

    Raises NotJsonError.
    """
    stripped = text.strip()
    fenced = _FENCE.fullmatch(stripped)
    try:
        return json.loads(fenced[1] if fenced else stripped, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise NotJsonError(f"{error.msg}, character {error.pos + 1}") from error
    except (ValueError, RecursionError) as error:
        raise NotJsonError(str(error)) from error


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


@dataclass(frozen=True)
class Table:
    """A Markdown table: the names of its columns and the cells of its rows (a row may be too short or too long)."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    alone: bool  # nothing but the table (and a fence around it) stands in the text


def read_table(text: str) -> Table | None:
    """The first Markdown table of a text: a header, a rule of dashes, rows with bars; None without one."""
    fenced = _FENCE.fullmatch(text.strip())
    lines = (fenced[1] if fenced else text).strip().splitlines()
    for number in range(1, len(lines)):
        header, rule = _cells(lines[number - 1]), _cells(lines[number])
        if len(rule) != len(header) or not all(_RULE_CELL.fullmatch(cell) for cell in rule):
            continue
        if "|" not in lines[number - 1]:
            continue
        end = next((row for row in range(number + 1, len(lines)) if "|" not in lines[row]), len(lines))
        rows = tuple(_cells(line) for line in lines[number + 1 : end])
        alone = not any(line.strip() for line in [*lines[: number - 1], *lines[end:]])
        return Table(header, rows, alone)
    return None


def _cells(line: str) -> tuple[str, ...]:
    bare = line.strip().removeprefix("|")
    bare = bare[:-1] if bare.endswith("|") and not bare.endswith("\\|") else bare
    return tuple(cell.strip().strip("*_` ").strip() for cell in re.split(r"(?<!\\)\|", bare))


@dataclass(frozen=True)
class Items:
    """A list: the texts of its outermost items, and for a numbered one the numbers as written."""

    texts: tuple[str, ...]
    numbers: tuple[int, ...] = ()


def read_numbered(text: str) -> Items:
    """Items like "1. circle"; deeper ones and other lines are left out."""
    found = _outermost([match for line in text.splitlines() if (match := _NUMBERED.match(line))])
    return Items(tuple(match["text"].strip() for match in found), tuple(int(match["number"]) for match in found))


def read_bulleted(text: str) -> Items:
    """Items like "- circle"; deeper ones and other lines are left out."""
    found = _outermost([match for line in text.splitlines() if (match := _BULLETED.match(line))])
    return Items(tuple(match["text"].strip() for match in found))


def _outermost(found: list[re.Match[str]]) -> list[re.Match[str]]:
    least = min((len(match["indent"].expandtabs()) for match in found), default=0)
    return [match for match in found if len(match["indent"].expandtabs()) <= least + 1]


def listed_items(text: str) -> tuple[str, ...]:
    """What a text lists, by items of a list, by lines, or between commas; an opening "Colors:" is left out."""
    for read in (read_numbered, read_bulleted):
        if items := read(text).texts:
            return _cleaned(items)
    lines = [line for line in text.strip().splitlines() if line.strip()]
    if len(lines) > 1 and lines[0].rstrip().endswith((":", "：")):
        lines = lines[1:]
    if len(lines) > 1:
        return _cleaned(lines)
    after_colon = re.split(r"[:：]", lines[0], maxsplit=1)[-1] if lines else ""
    return _cleaned(re.split(r"[,，、;；]\s*(?:and\s+)?|\s+and\s+|和|以及", after_colon))


def _cleaned(items) -> tuple[str, ...]:
    bare = (re.sub(r"^(?:and|以及|和)\s+", "", item.strip()).strip(" .。!！*_`\"'“”,，、;；") for item in items)
    return tuple(item for item in bare if item)
