"""Suites in parquet files with the columns of the public dataset, read in batches of a few rows.

No more than a row group is in memory, however large the files are.
"""

import threading
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benchmark.errors import SuiteError
from benchmark.rows import Row, image_name

COLUMNS = ("question_id", "image", "question", "answer", "category")
_PICTURES_PER_BATCH = 8


class ParquetSource:
    """One parquet file, or several that are read one after the other as the shards of one dataset."""

    def __init__(self, files: list[Path]) -> None:
        self.files = files
        self._lock = threading.Lock()  # protects the reading position below
        self._file: tuple[int, pq.ParquetFile] | None = None
        self._batches: Iterator[pa.RecordBatch] = iter(())
        self._group = -1
        self._batch: list[bytes | None] = []
        self._batch_start = 0

    def sizes(self) -> tuple[int, ...]:
        return tuple(path.stat().st_size for path in self.files)

    def rows(self) -> Iterator[Row]:
        wanted = [column for column in COLUMNS if column != "image"]
        for index, path in enumerate(self.files):
            file = _open_parquet(path)
            row = 0
            try:
                for batch in file.iter_batches(batch_size=1024, columns=wanted):
                    columns = [batch.column(name).to_pylist() for name in wanted]
                    for question_id, question, answer, category in zip(*columns, strict=True):
                        where = f"{path.name}, row {row + 1}"
                        if question_id is None or question is None or answer is None or category is None:
                            raise SuiteError(f"{where}: a value is missing; {', '.join(wanted)} must all be filled in")
                        image = image_name(str(question_id), where)
                        yield Row(str(category), image, str(question), str(answer), where, (index, row))
                        row += 1
            except (pa.ArrowException, OSError) as error:
                raise SuiteError(f"{path.name} is damaged ({_reason(error)}); copy or download it again") from None

    def picture(self, location: tuple[int, int]) -> bytes:
        index, row = location
        with self._lock:
            try:
                data = self._read(index, row)
            except (pa.ArrowException, OSError) as error:
                self._file = None
                raise SuiteError(
                    f"{self.files[index].name} is damaged ({_reason(error)}); copy or download it again"
                ) from None
        if not data:
            raise SuiteError(f"{self.files[index].name}, row {row + 1} holds no picture")
        return data

    def _read(self, index: int, row: int) -> bytes | None:
        """Walk forward to the row; start again at its row group when it lies behind or elsewhere."""
        if self._file is None or self._file[0] != index:
            self._file, self._group = (index, _open_parquet(self.files[index])), -1
        file = self._file[1]
        group, start = _row_group(file.metadata, row)
        if group != self._group or row < self._batch_start:
            columns = ["image.bytes" if pa.types.is_struct(file.schema_arrow.field("image").type) else "image"]
            self._batches = file.iter_batches(batch_size=_PICTURES_PER_BATCH, row_groups=[group], columns=columns)
            self._group, self._batch, self._batch_start = group, [], start
        while row >= self._batch_start + len(self._batch):
            self._batch_start += len(self._batch)
            column = next(self._batches).column(0)
            self._batch = (column.field("bytes") if pa.types.is_struct(column.type) else column).to_pylist()
        return self._batch[row - self._batch_start]


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _row_group(metadata: pq.FileMetaData, row: int) -> tuple[int, int]:
    """The row group that holds a row of the file, and that group's first row."""
    start = 0
    for group in range(metadata.num_row_groups):
        rows = metadata.row_group(group).num_rows
        if row < start + rows:
            return group, start
        start += rows
    raise SuiteError(f"row {row + 1} was asked for, but the file has {start} rows")


def _open_parquet(path: Path) -> pq.ParquetFile:
    """Open and check the columns. A buffered stream: a column is not read into memory as a whole."""
    try:
        file = pq.ParquetFile(path, buffer_size=1 << 20)
        schema = file.schema_arrow
    except FileNotFoundError:
        raise SuiteError(f"there is no file {path}") from None
    except (pa.ArrowException, OSError) as error:
        raise SuiteError(f"{path.name} is not a readable parquet file ({_reason(error)})") from None
    missing = [name for name in COLUMNS if name not in schema.names]
    if missing:
        raise SuiteError(
            f"{path.name} lacks the column(s) {', '.join(missing)}; it has {', '.join(schema.names) or 'none'}, "
            f"and a suite needs {', '.join(COLUMNS)}"
        )
    kind = schema.field("image").type
    if pa.types.is_struct(kind):
        kind = kind.field("bytes").type if kind.get_field_index("bytes") >= 0 else None
    if kind is None or not (pa.types.is_binary(kind) or pa.types.is_large_binary(kind)):
        raise SuiteError(
            f"the column image of {path.name} holds no encoded pictures (expected bytes, or bytes and path)"
        )
    return file
