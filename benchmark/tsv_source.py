"""Suites in VLMEvalKit's form: one TSV with the pictures inside as base64 text.

The columns are index, category, question, answer, image and, mostly, image_path. To save space, `image` may hold the
index of another row that has the picture. Only texts and places in the file are kept; a picture is read when it is
asked for, so memory stays flat however large the file is.
"""

import base64
import binascii
import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from benchmark.errors import SuiteError
from benchmark.rows import Row, image_name

COLUMNS = ("index", "category", "question", "answer", "image")
_LONGEST_REFERENCE = 64
"""Characters: a shorter `image` is the index of another row, as VLMEvalKit has it."""
_MOST_BYTES = 60_000_000
"""Of one record: three times the largest picture that is accepted; more means a quote that is never closed."""


@dataclass(frozen=True)
class _Place:
    """Where a record stands in the file. `row` counts records from 1, without the header."""

    row: int
    start: int
    length: int


@dataclass(frozen=True)
class _Record:
    """A record without its picture: `refers_to` is another row's index, or `digest` tells the picture's text."""

    place: _Place
    index: str
    category: str
    question: str
    answer: str
    path: str
    refers_to: str
    digest: str


class TsvSource:
    """One TSV file of VLMEvalKit."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._image_column = 0  # known once the rows were read

    def sizes(self) -> tuple[int, ...]:
        return (self.path.stat().st_size,)

    def rows(self) -> Iterator[Row]:
        records: dict[str, _Record] = {}
        for record in self._records():
            if record.index in records:
                raise SuiteError(f"{self._where(record.place)}: the index {record.index!r} is there a second time")
            records[record.index] = record
        first_with: dict[tuple[str, str], str] = {}
        for record in records.values():
            holder = self._holder(record, records)
            where = self._where(record.place)
            first = first_with.setdefault((record.category, holder.digest), holder.index)
            image = image_name(record.path or f"{first}.jpg", where)
            yield Row(record.category, image, record.question, record.answer, where, holder.place)

    def picture(self, location: _Place) -> bytes:
        where = self._where(location)
        try:
            with self.path.open("rb") as file:
                file.seek(location.start)
                text = file.read(location.length).decode("utf-8")
            columns = _fields(line + "\n" for line in text.split("\n"))
            return base64.b64decode(columns[self._image_column].strip(), validate=True)
        except binascii.Error as error:
            raise SuiteError(f"{where}: the picture is no valid base64 text ({error})") from None
        except (OSError, UnicodeDecodeError, csv.Error, TypeError, IndexError, ValueError) as error:
            raise SuiteError(f"{where} cannot be read any more ({error}); has the file changed?") from None

    def _where(self, place: _Place) -> str:
        return f"{self.path.name}, row {place.row}"

    def _holder(self, record: _Record, records: dict[str, _Record]) -> _Record:
        """The record that has the picture: the one referred to, or itself."""
        if not record.refers_to:
            return record
        where, other = self._where(record.place), records.get(record.refers_to)
        if other is None:
            raise SuiteError(f"{where}: the image refers to index {record.refers_to!r}, which no row has")
        if other.refers_to:
            raise SuiteError(f"{where}: the image refers to index {other.index!r}, which has no picture of its own")
        return other

    def _open(self) -> BinaryIO:
        csv.field_size_limit(max(csv.field_size_limit(), _MOST_BYTES))  # of the whole process: only ever raised
        try:
            return self.path.open("rb")
        except OSError as error:
            raise SuiteError(f"{self.path} cannot be read: {error.strerror or error}") from None

    def _records(self) -> Iterator[_Record]:
        with self._open() as file:
            lines = _Lines(file, self.path.name)
            names: list[str] | None = None
            row = start = 0
            try:
                while (values := _fields(lines)) is not None:
                    place, start = _Place(row, start, lines.end - start), lines.end
                    lines.record_from, lines.row = lines.end, row + 1
                    if names is None:
                        names = self._header(values)
                    elif values:
                        yield self._record(dict(zip(names, values, strict=False)), len(values), len(names), place)
                    row += 1
            except csv.Error as error:
                where = f"{self.path.name}, row {row}" if row else f"{self.path.name}, the header"
                raise SuiteError(f"{where}: this is no row of a TSV file ({error})") from None
            if names is None:
                raise SuiteError(f"{self.path.name} is empty; a TSV suite has the columns {', '.join(COLUMNS)}")

    def _header(self, names: list[str]) -> list[str]:
        missing = [name for name in COLUMNS if name not in names]
        if missing:
            shown = ", ".join(name[:40] for name in names[:12])
            raise SuiteError(
                f"{self.path.name} lacks the column(s) {', '.join(missing)}; it has {shown}, and a TSV suite needs "
                f"{', '.join(COLUMNS)}, separated by tabs"
            )
        self._image_column = names.index("image")
        return names

    def _record(self, values: dict[str, str], found: int, expected: int, place: _Place) -> _Record:
        where = self._where(place)
        if found != expected:
            raise SuiteError(f"{where} has {found} columns instead of {expected}; columns are separated by one tab")
        empty = [name for name in COLUMNS if not values[name].strip()]
        if empty:
            raise SuiteError(f"{where}: {', '.join(empty)} is empty; {', '.join(COLUMNS)} must all be filled in")
        image = values["image"].strip()
        refers = image if len(image) <= _LONGEST_REFERENCE else ""
        digest = "" if refers else hashlib.sha256(image.encode()).hexdigest()
        return _Record(
            place,
            values["index"].strip(),
            values["category"],
            values["question"],
            values["answer"],
            values.get("image_path", "").strip(),
            refers,
            digest,
        )


def _fields(lines: Iterator[str]) -> list[str] | None:
    """The fields of the next record, or None at the end; [] for a blank line.

    Most lines have no quotation mark and are split at once: a csv reader takes twenty times as long for a picture.
    """
    line = next(lines, None)
    if line is None:
        return None
    if '"' in line:
        return next(csv.reader(chain([line], lines), delimiter="\t", strict=True))
    line = line.rstrip("\r\n")
    return line.split("\t") if line else []


class _Lines:
    """The lines of a file as text, counting the bytes that were read; refuses what is no text or never ends."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file, self._name = file, name
        self.end = self.record_from = self.row = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._file.readline(_MOST_BYTES + 1)
        if not line:
            raise StopIteration
        first = self.end == 0
        self.end += len(line)
        where = f"{self._name}, row {self.row}" if self.row else f"{self._name}, the header"
        if self.end - self.record_from > _MOST_BYTES:
            raise SuiteError(
                f"{where} is longer than {_MOST_BYTES // 1_000_000} MB; a quotation mark may be left open, or this is "
                "no TSV file"
            )
        try:
            return line.decode("utf-8-sig" if first else "utf-8")
        except UnicodeDecodeError as error:
            raise SuiteError(f"{where} cannot be read as UTF-8 text ({error})") from None
