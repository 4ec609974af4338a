"""Answers as a table: this installation's CSV, and the result files of VLMEvalKit (xlsx, TSV, CSV) for MME."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from benchmark.errors import RecordError
from benchmark.recorded import AnswerRow, Recorded, pair_up
from benchmark.scoring import Response, verdict

OWN_COLUMNS = (
    "subtask", "image", "number", "question", "truth", "response", "verdict", "right", "seconds", "reasoning", "notes"
)  # fmt: skip
"""The last two are empty where a technique makes the model say, or tells it, no more than that."""
_OWN_NEEDED = ("subtask", "image", "question", "truth", "response")
_VLMEVALKIT_NEEDED = ("category", "image_path", "question", "answer", "prediction")
_MOST_UNPACKED = 200_000_000
"""Bytes of an unpacked workbook: a few hundred times what MME with long answers needs."""
_FORMULA = re.compile(r"['=+\-@\t\r]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def csv_text(pairs: Iterable[tuple[Response, Response]]) -> str:
    """A table with one row for each response.

    A text that a spreadsheet would take for a formula gets an apostrophe in front, which `read_table` removes again.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(OWN_COLUMNS)
    for response in (response for pair in pairs for response in pair):
        said = verdict(response)
        writer.writerow(
            [
                response.subtask,
                _plain(response.image),
                response.number,
                _plain(response.question),
                response.truth.value,
                _plain(response.response),
                said.value,
                "yes" if said == response.truth else "no",
                "" if response.seconds is None else f"{response.seconds:.3f}",
                _plain(response.reasoning),
                _plain(response.notes),
            ]
        )
    return buffer.getvalue()


def _plain(text: str) -> str:
    text = _SURROGATES.sub("\ufffd", text)
    return f"'{text}" if _FORMULA.match(text) else text


def read_table(path: Path) -> Recorded:
    """Read a table of answers. Raises RecordError naming the file and row, or the columns that are missing."""
    path = Path(path)
    header, *rows = _workbook(path) if path.suffix.lower() == ".xlsx" else _separated(path)
    own = "response" in header
    needed = _OWN_NEEDED if own else _VLMEVALKIT_NEEDED
    missing = [name for name in needed if name not in header]
    if missing:
        shown = ", ".join(name[:40] for name in header[:12]) or "none"
        raise RecordError(
            f"{path.name} lacks the column(s) {', '.join(missing)}; it has {shown}. A result file of VLMEvalKit for "
            f"MME has {', '.join(_VLMEVALKIT_NEEDED)}; a CSV of this installation has {', '.join(_OWN_NEEDED)}"
        )
    if not rows:
        raise RecordError(f"{path.name} holds no answers, only the names of its columns")
    answers = [
        _answer(
            dict(zip(header, values, strict=False)), needed, len(values), len(header), own, f"{path.name}, row {row}"
        )
        for row, values in enumerate(rows, start=1)
    ]
    return Recorded.of(path, pair_up(answers))


def _answer(
    values: Mapping[str, str], names: Sequence[str], found: int, expected: int, own: bool, where: str
) -> AnswerRow:
    if found != expected:
        raise RecordError(f"{where} has {found} columns instead of {expected}")
    texts = [values[name] for name in names]
    if own:
        texts = [text[1:] if text.startswith("'") else text for text in texts]
    return AnswerRow(*texts, where)


def _separated(path: Path) -> list[list[str]]:
    """The rows of a CSV or TSV, the header first, blank lines left out."""
    delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.reader(file, delimiter=delimiter, strict=True) if row]
    except UnicodeDecodeError as error:
        raise RecordError(f"{path.name} cannot be read as UTF-8 text ({error})") from None
    except (OSError, csv.Error) as error:
        raise RecordError(f"{path.name} cannot be read as a table ({error})") from None
    if not rows:
        raise RecordError(f"{path.name} is empty")
    return rows


def _workbook(path: Path) -> list[list[str]]:
    """The rows of a workbook's first sheet, the header first."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(member.file_size for member in archive.infolist()) > _MOST_UNPACKED:
                raise RecordError(f"{path.name} unpacks to more than {_MOST_UNPACKED // 1_000_000} MB")
        frame = pd.read_excel(path, dtype=str, na_filter=False, engine="openpyxl")
    except RecordError:
        raise
    except Exception as error:  # a damaged workbook fails in many ways, in three libraries
        reason = " ".join(str(error).split()) or type(error).__name__
        raise RecordError(
            f"{path.name} cannot be read as an Excel workbook ({reason}); save or copy it again"
        ) from None
    return [[str(name) for name in frame.columns], *frame.to_numpy().tolist()]
