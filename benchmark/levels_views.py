"""Levels as text and as HTML: the share of right answers on easy, medium and hard pictures and on photographs."""

from collections.abc import Sequence
from html import escape

from benchmark.levels import ALL, LEVELS, Cell, LevelRow
from benchmark.subtasks import find_subtask
from benchmark.views import SHORT_TITLES

HEADS = (*(f"drawn, {word}" for word in LEVELS.values()), "photographs")
EXPLAINED = (
    "Share of questions answered right, in percent; ± is one standard error. Guessing gets 50 %. Easy pictures show "
    "little more than what is asked; on hard ones it is small, hidden among much else, or one of many."
)
PAGE_HEADS = (*(word.capitalize() for word in LEVELS.values()), "Photos")
PAGE_NOTE = "Easy, medium and hard pictures are drawn; photos of all levels stand together. Below each: of how many."
NONE = "–"


def cells(row: LevelRow) -> tuple[Cell, ...]:
    """The cells of a row in the order of HEADS."""
    return (*row.drawn.values(), row.all_photographs)


def cell_text(cell: Cell) -> str:
    """As "87.5 ± 4.2 (20)": percent, error, pictures."""
    if cell.share is None:
        return NONE
    error = "" if cell.error is None else f" ± {100 * cell.error:.1f}"
    return f"{100 * cell.share:.1f}{error} ({cell.images})"


def text_table(rows: Sequence[LevelRow]) -> str:
    """The table for a terminal."""
    lines = [f"{'right, %':24}" + "".join(f"{head:>20}" for head in HEADS)]
    lines += [f"{row.name:24}" + "".join(f"{cell_text(cell):>20}" for cell in cells(row)) for row in rows]
    return "\n".join(lines)


def html_table(rows: Sequence[LevelRow]) -> str:
    """The table for the page, narrow enough for a phone."""
    head = "".join(f'<th scope="col">{name}</th>' for name in PAGE_HEADS)
    body = "".join(
        f'<tr><th scope="row">{_title(row.name)}</th>{"".join(map(_html_cell, cells(row)))}</tr>' for row in rows
    )
    return (
        f'<p class="bench-quiet">{EXPLAINED} {PAGE_NOTE}</p><div class="bench-scroll">'
        f'<table class="bench-table bench-levels"><thead><tr><th scope="col">Subtask</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _title(name: str) -> str:
    return "All" if name == ALL else escape(SHORT_TITLES.get(name, find_subtask(name).title))


def _html_cell(cell: Cell) -> str:
    if cell.share is None:
        return f"<td>{NONE}</td>"
    error = "" if cell.error is None else f"<small>±\N{NO-BREAK SPACE}{100 * cell.error:.0f}</small>"
    pictures = "1 picture" if cell.images == 1 else f"{cell.images} pictures"
    return f'<td>{100 * cell.share:.0f}{error}<small title="{pictures}">of\N{NO-BREAK SPACE}{cell.images}</small></td>'


def as_dicts(rows: Sequence[LevelRow]) -> list[dict[str, object]]:
    """For JSON: one dictionary for each subtask, kind and level that has pictures; level None is all of the kind."""
    found = []
    for row in rows:
        for kind, whole, levels in (
            ("drawn", row.all_drawn, row.drawn),
            ("photograph", row.all_photographs, row.photographs),
        ):
            for level, cell in ((None, whole), *levels.items()):
                if cell.images:
                    measured = {"images": cell.images, "share": cell.share, "error": cell.error}
                    found.append({"subtask": row.name, "kind": kind, "level": level, **measured})
    return found
