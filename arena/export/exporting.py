"""One export from the first check to the renamed folder."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from arena.export.card import card
from arena.export.corrections import rlhf_v_rows
from arena.export.entries import Entry, published_voter
from arena.export.errors import ExportError
from arena.export.formats import Format, LeftOut, barred
from arena.export.pictures import PublicPictures, refused_pictures
from arena.export.rows import Row, arena_rows, dpo_rows, raw_rows
from arena.export.schemas import schema
from arena.export.statistics import Statistics
from arena.export.writing import ParquetFiles, check_target, new_folder
from arena.pictures import PictureFolder
from arena.records import Record
from arena.votes import Axis


class Votes(Protocol):
    """What an export needs of `arena.store.Store`."""

    def records(self, include_excluded: bool = False) -> Iterator[Record]: ...

    def voter_hash(self, session: str) -> str: ...

    def vote_version(self) -> int: ...


@dataclass(frozen=True)
class Exported:
    """What was written: the folder, its parquet files and their size, and what was counted."""

    folder: Path
    files: int
    data_bytes: int
    statistics: Statistics


def export(
    votes: Votes,
    pictures: PictureFolder,
    form: Format,
    axis: Axis,
    target: Path,
    *,
    include_excluded: bool = False,
    licences: Mapping[str, str],
) -> Exported:
    """Writes the votes into the new or empty folder `target`, whole or not at all.

    axis is what the rows are about; raw rows have both and do not look at it. include_excluded adds the votes that are
    excluded for suspected abuse to the forms that leave them out. licences: of the models, by name, for the card.
    Memory does not grow with the number of votes. Votes given meanwhile are not in the export.
    Raises ExportError (a target that is not empty or cannot be written, no vote that gives a row), StoreError.
    """
    check_target(target)
    last = votes.vote_version()
    if not last:
        raise ExportError("There are no votes yet, so there is nothing to export. Judge a battle first.")
    shown = PublicPictures(pictures, refused_pictures(_until(votes, last)))
    statistics = Statistics()
    with new_folder(target) as folder:
        data = folder / "data"
        data.mkdir()
        with ParquetFiles(data, schema(form)) as files:
            for record in _until(votes, last):
                for row in _rows(record, form, axis, include_excluded, shown, votes.voter_hash, statistics):
                    files.add(row)
        if not statistics.rows:
            raise ExportError(_nothing(form, axis, statistics))
        sizes = [path.stat().st_size for path in data.iterdir()]
        text = card(
            form,
            axis if form.by_axis else None,
            statistics,
            licences,
            include_excluded=include_excluded,
            file_bytes=sum(sizes),
            arrow_bytes=files.arrow_bytes,
        )
        (folder / "README.md").write_text(text, encoding="utf-8", newline="\n")
    return Exported(target, len(sizes), sum(sizes), statistics)


def _until(votes: Votes, last: int) -> Iterator[Record]:
    """The votes up to one, so that both passes over a store that people vote in see the same."""
    return (record for record in votes.records(include_excluded=True) if record.vote <= last)


def _rows(
    record: Record,
    form: Format,
    axis: Axis,
    include_excluded: bool,
    pictures: PublicPictures,
    voter_hash: Callable[[str], str],
    statistics: Statistics,
) -> list[Row]:
    entry = Entry(record, published_voter(voter_hash, record.battle.voter), pictures)
    rows = barred(record, form, include_excluded) or _build(entry, form, axis)
    if isinstance(rows, LeftOut):
        statistics.leave_out(rows)
        return []
    statistics.add(entry, rows)
    return rows


def _build(entry: Entry, form: Format, axis: Axis) -> list[Row] | LeftOut:
    if form is Format.ARENA:
        return arena_rows(entry, axis)
    if form is Format.DPO:
        return dpo_rows(entry, axis)
    if form is Format.RLHF_V:
        return rlhf_v_rows(entry, axis)
    return raw_rows(entry)


def _nothing(form: Format, axis: Axis, statistics: Statistics) -> str:
    about = f" on {axis.value}" if form.by_axis else ""
    return (
        f"None of the {statistics.votes_read:,} votes gives a row of form {form.value}{about}"
        f" ({'; '.join(statistics.reasons)})."
        " Nothing was written; choose another form, or come back with more votes."
    )
