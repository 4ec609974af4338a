"""Writing an export: parquet files of bounded size, in a folder that is there whole or not at all."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from arena.export.errors import ExportError

GROUP_ROWS = 1000
GROUP_BYTES = 32 * 2**20
FILE_BYTES = 400 * 2**20  # the Hub's own advice is below 500 MB a file


class ParquetFiles:
    """Rows in `train-00000-of-00002.parquet` and so on; at most one row group of them is in memory.

    To be used in a `with`: the files get their names when it ends. Equal rows give equal files.
    """

    def __init__(
        self,
        folder: Path,
        schema: pa.Schema,
        *,
        group_rows: int = GROUP_ROWS,
        group_bytes: int = GROUP_BYTES,
        file_bytes: int = FILE_BYTES,
    ) -> None:
        self._folder, self._schema = folder, schema
        self._group_rows, self._group_bytes, self._file_bytes = group_rows, group_bytes, file_bytes
        self._rows: list[dict[str, object]] = []
        self._waiting_bytes = 0
        self._paths: list[Path] = []
        self._writer: pq.ParquetWriter | None = None
        self.arrow_bytes = 0  # of all rows in memory, as `datasets` counts a split's size

    def __enter__(self) -> Self:
        return self

    def add(self, row: dict[str, object]) -> None:
        self._rows.append(row)
        self._waiting_bytes += _size(row)
        if len(self._rows) >= self._group_rows or self._waiting_bytes >= self._group_bytes:
            self._write_group()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None and self._rows:
                self._write_group()
        finally:
            self._end_file()
        if error is None:
            for number, path in enumerate(self._paths):
                path.rename(self._folder / f"train-{number:05}-of-{len(self._paths):05}.parquet")

    def _write_group(self) -> None:
        if self._writer is None:
            self._paths.append(self._folder / f"writing-{len(self._paths):05}.parquet")
            self._writer = pq.ParquetWriter(self._paths[-1], self._schema, compression="zstd")
        table = pa.Table.from_pylist(self._rows, schema=self._schema)
        self._writer.write_table(table, row_group_size=max(1, table.num_rows))
        self.arrow_bytes += table.nbytes
        self._rows, self._waiting_bytes = [], 0
        if self._paths[-1].stat().st_size >= self._file_bytes:
            self._end_file()

    def _end_file(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """A folder to write into, which becomes `target` when the block ends without an error, and is gone otherwise.

    `target` may be an empty folder. Raises ExportError where something is there already or it cannot be written.
    """
    check_target(target)
    target = target.absolute()
    temporary = target.with_name(f".{target.name}.writing-{secrets.token_hex(4)}")
    try:
        temporary.mkdir(parents=True)
        try:
            yield temporary
            for path in (*sorted(temporary.rglob("*"), reverse=True), temporary):
                _sync(path)
            temporary.rename(target)  # replaces an empty folder and no other
            _sync(target.parent)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise
    except OSError as error:
        raise ExportError(
            f"{target} cannot be written: {error.strerror or error}. Nothing is left there; free space or choose"
            " another folder, then export again."
        ) from error


def check_target(target: Path) -> None:
    """Raises ExportError unless `target` is a new or an empty folder."""
    try:
        if target.is_dir():
            if any(target.iterdir()):
                raise ExportError(f"{target} is not empty; --out takes a new or an empty folder. Give another name.")
        elif target.exists() or target.is_symlink():
            raise ExportError(f"{target} is a file; --out takes a new or an empty folder. Give another name.")
    except OSError as error:
        raise ExportError(f"{target} cannot be read: {error.strerror or error}. Give another name.") from error


def _size(value: object) -> int:
    """About how many bytes a row takes: its picture's, and its characters."""
    if isinstance(value, dict):
        return sum(map(_size, value.values()))
    if isinstance(value, list):
        return sum(map(_size, value))
    return len(value) if isinstance(value, (str, bytes)) else 8


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
