"""Small suites made on the spot, in the three local forms."""

import base64
import csv
import io
import struct
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

Rows = list[dict]
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def png(shade: int, size: int = 24) -> bytes:
    """A tiny picture whose gray tells which one it is."""
    buffer = io.BytesIO()
    Image.new("RGB", (size, size), (shade, shade, shade)).save(buffer, "PNG")
    return buffer.getvalue()


def bomb(width: int = 12_000, height: int = 12_000) -> bytes:
    """A tiny file whose header promises a huge picture."""
    data = png(3)
    header = data[12:16] + struct.pack(">II", width, height) + data[24:29]  # IHDR, size, depth and color type
    return data[:12] + header + struct.pack(">I", zlib.crc32(header)) + data[33:]


def suite_rows(subtasks: Sequence[str] = ("existence", "OCR", "code_reasoning"), images: int = 3) -> Rows:
    """Rows of the public schema; on even images the Yes question comes first."""
    rows = []
    for place, subtask in enumerate(subtasks):
        for number in range(images):
            answers = ("Yes", "No") if number % 2 == 0 else ("No", "Yes")
            for order, answer in enumerate(answers):
                rows.append(
                    {
                        "question_id": f"{subtask}/{number:04}.png",
                        "image": {"bytes": png(20 * place + number), "path": f"{number:04}.png"},
                        "question": f"{subtask} {number} {order}? Please answer yes or no.",
                        "answer": answer,
                        "category": subtask,
                    }
                )
    return rows


def write_parquet(path: Path, rows: Rows, row_group_size: int = 4) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=row_group_size)
    return path


def write_release(folder: Path, rows: Rows, split: Sequence[str] = ()) -> Path:
    """The official release; the subtasks in `split` have images/ and questions_answers_YN/."""
    for row in rows:
        name = Path(row["question_id"]).name
        base = folder / row["category"]
        pictures = base / "images" if row["category"] in split else base
        texts = base / "questions_answers_YN" if row["category"] in split else base
        pictures.mkdir(parents=True, exist_ok=True)
        texts.mkdir(parents=True, exist_ok=True)
        (pictures / name).write_bytes(row["image"]["bytes"])
        with (texts / Path(name).with_suffix(".txt")).open("a", encoding="utf-8") as file:
            file.write(f"{row['question']}\t{row['answer']}\n")
    return folder


def write_tsv(path: Path, rows: Rows, paths: bool = True, shared: bool = False) -> Path:
    """VLMEvalKit's MME.tsv. Without `paths` it lacks image_path; when `shared` a pair's picture is there only once."""
    names = ["index", "category", "image_path", "question", "answer", "image"]
    names = names if paths else [name for name in names if name != "image_path"]
    holders: dict[str, int] = {}
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, delimiter="\t", lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        for index, row in enumerate(rows):
            holder = holders.setdefault(row["question_id"], index)
            text = base64.b64encode(row["image"]["bytes"] or b"").decode()
            image = holder if shared and holder != index else text
            writer.writerow({**row, "index": index, "image_path": row["question_id"], "image": image})
    return path
