"""Where the questions of a suite come from: parquet files, the official release folder, the Hub.

A source lists its rows without touching a picture, and reads one picture's bytes when asked. Parquet is read in
batches of a few rows, so memory stays flat however large the files are.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from benchmark.errors import SuiteError
from benchmark.subtasks import SUBTASK_NAMES

COLUMNS = ("question_id", "image", "question", "answer", "category")
HUB_DATASETS = ("lmms-lab/MME", "lmms-lab-encoder/MME")
_PICTURES_PER_BATCH = 8
_PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif")


@dataclass(frozen=True)
class Row:
    """One question as a source tells it, unchecked. `where` names the place in words, for messages."""

    subtask: str
    image: str
    question: str
    answer: str
    where: str
    location: Any


class Source(Protocol):
    """What a suite needs from where it comes."""

    def rows(self) -> Iterator[Row]:
        """Every question, without pictures. Raises SuiteError."""

    def picture(self, location: Any) -> bytes:
        """The encoded picture of a row. Raises SuiteError when it cannot be read."""

    def sizes(self) -> tuple[int, ...]:
        """The sizes of the files in bytes: part of what a suite is recognised by."""


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
                        image = str(question_id).replace("\\", "/").rsplit("/", 1)[-1]
                        yield Row(str(category), image, str(question), str(answer), where, (index, row))
                        row += 1
            except (pa.ArrowException, OSError) as error:
                raise SuiteError(f"{path.name} is damaged ({error}); copy or download it again") from None

    def picture(self, location: tuple[int, int]) -> bytes:
        index, row = location
        with self._lock:
            try:
                data = self._read(index, row)
            except (pa.ArrowException, OSError) as error:
                self._file = None
                raise SuiteError(f"{self.files[index].name} is damaged ({error}); copy or download it again") from None
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
        raise SuiteError(f"{path.name} is not a readable parquet file ({error})") from None
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


class ReleaseSource:
    """The folder of the official release: one folder per subtask.

    Both of its layouts are read: pictures and texts side by side, or in `images/` and `questions_answers_YN/`. Each
    picture's text file has two lines, question and answer separated by a tab.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._sizes: list[int] = []

    def sizes(self) -> tuple[int, ...]:
        return tuple(self._sizes)

    def rows(self) -> Iterator[Row]:
        self._sizes = []
        for name in sorted(path.name for path in self.folder.iterdir() if path.is_dir()):
            if name in SUBTASK_NAMES:
                yield from self._subtask(name)
            elif _has_pictures(self.folder / name):
                raise SuiteError(
                    f"{self.folder / name} holds pictures but is no subtask; allowed: {', '.join(SUBTASK_NAMES)}"
                )

    def _subtask(self, name: str) -> Iterator[Row]:
        folder = self.folder / name
        split = (folder / "questions_answers_YN").is_dir()
        texts = {p.stem: p for p in sorted((folder / "questions_answers_YN" if split else folder).glob("*.txt"))}
        pictures: dict[str, Path] = {}
        for path in sorted((folder / "images" if split else folder).glob("*")):
            if path.suffix.lower() not in _PICTURE_ENDINGS:
                continue
            if path.stem in pictures:
                raise SuiteError(f"{folder}: two pictures share the name {path.stem!r} ({path.name} and another)")
            pictures[path.stem] = path
        if not texts and not pictures:
            raise SuiteError(f"{folder} holds neither pictures nor questions; copy the folder again")
        for stem in sorted(texts.keys() | pictures.keys()):
            if stem not in pictures:
                raise SuiteError(f"{texts[stem]} has no picture of the same name beside it")
            if stem not in texts:
                raise SuiteError(f"{pictures[stem]} has no file {stem}.txt with its two questions")
            self._sizes.append(pictures[stem].stat().st_size)
            yield from _release_rows(name, texts[stem], pictures[stem])

    def picture(self, location: Path) -> bytes:
        try:
            return location.read_bytes()
        except OSError as error:
            raise SuiteError(f"the picture {location} cannot be read: {error.strerror or error}") from None


def _release_rows(subtask: str, text: Path, picture: Path) -> Iterator[Row]:
    try:
        lines = [line for line in text.read_text(encoding="utf-8-sig").split("\n") if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise SuiteError(f"{text} cannot be read as UTF-8 text ({error})") from None
    if len(lines) != 2:
        raise SuiteError(f"{text} has {len(lines)} question(s); every picture has exactly two, one a line")
    for number, line in enumerate(lines, start=1):
        columns = line.split("\t")
        if len(columns) != 2:
            raise SuiteError(f"{text}, line {number}: expected question and answer separated by one tab, got {line!r}")
        yield Row(subtask, picture.name, columns[0], columns[1], f"{text}, line {number}", picture)


def _has_pictures(folder: Path) -> bool:
    places = (folder, folder / "images")
    return any(p.suffix.lower() in _PICTURE_ENDINGS for place in places if place.is_dir() for p in place.iterdir())


def local_source(path: Path) -> Source:
    """The source at a path: a parquet file, a folder of parquet files, or the release folder. Raises SuiteError."""
    if path.is_file():
        return ParquetSource([path])
    if not path.exists():
        raise SuiteError(
            f"there is no file or folder {str(path)!r}; a suite is 'embedded', {HUB_DATASETS[0]!r} (from the Hugging "
            "Face Hub), a parquet file, a folder of parquet files, or the folder of the official MME release"
        )
    for folder in (path, path / "data"):
        files = sorted(folder.glob("*.parquet")) if folder.is_dir() else []
        if files:
            return ParquetSource(files)
    for folder in (path, path / "MME_Benchmark_release_version"):
        if any((folder / name).is_dir() for name in SUBTASK_NAMES):
            return ReleaseSource(folder)
    raise SuiteError(
        f"{str(path)!r} holds neither parquet files nor the folders of the official release "
        f"({', '.join(SUBTASK_NAMES[:3])}, ...)"
    )


def hub_source(dataset: str, download: bool = True) -> tuple[Source, str]:
    """Download (or find in the cache) the parquet files of a Hub dataset: the source and the commit it is at."""
    from huggingface_hub import snapshot_download  # slow to import, and only needed here

    try:
        folder = Path(
            snapshot_download(dataset, repo_type="dataset", allow_patterns="*.parquet", local_files_only=not download)
        )
    except Exception as error:  # the client raises errors of several libraries when the network is away
        reason = str(error).strip().split("\n")[0] or type(error).__name__
        raise SuiteError(
            f"{dataset} could not be fetched from the Hugging Face Hub ({reason}). Check the connection, or download "
            "its parquet files elsewhere and give their folder as the suite; 'embedded' needs no network"
        ) from error
    files = sorted(folder.rglob("*.parquet"))
    if not files:
        raise SuiteError(f"{dataset} on the Hugging Face Hub has no parquet files at commit {folder.name}")
    return ParquetSource(files), folder.name
