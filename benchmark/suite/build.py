"""Draw a fresh embedded suite: 14 subtasks in the schema of lmms-lab/MME, one parquet file and a manifest.

    python -m benchmark.suite.build --seed 20260 --out my-suite

The same seed gives the same bytes (with the pinned Pillow, NumPy and pyarrow), another seed drawn pictures that no
model can have seen. The photographs are the same for every seed. The shipped suite is SHIPPED_SEED in
`benchmark/suite/embedded`. The manifest says of each picture what it shows, how hard it is, and where it comes from.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple, NoReturn

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

from benchmark.errors import SuiteError
from benchmark.levels import MANIFEST, SUITE_NAME, PictureKind
from benchmark.subtasks import SUBTASK_NAMES
from benchmark.suite.items import DrawnItem, Maker
from benchmark.suite.photographs import photographs_of
from benchmark.suite.plan import parts_of, shares, spread

SHIPPED_SEED = 2306
SHIPPED_FOLDER = Path(__file__).parent / "embedded"
PARQUET_NAME = "test-00000-of-00001.parquet"
MOST_IMAGES = 1000
JPEG_QUALITY = 90
LICENCE = "Apache-2.0"
ORIGIN = "drawn by benchmark.suite.build"
WHOLE_LICENCE = f"{LICENCE} for the drawn pictures; each photograph has its own, with its author, in its entry"
WHOLE_ORIGIN = (
    "the drawn pictures come from the seed; the photographs are the same for every seed and are credited in "
    "benchmark/suite/photos/CREDITS.md"
)

SCHEMA = pa.schema(
    [
        ("question_id", pa.string()),
        ("image", pa.struct([("bytes", pa.binary()), ("path", pa.string())])),
        ("question", pa.string()),
        ("answer", pa.string()),
        ("category", pa.string()),
    ],
    # What the `datasets` library reads to show the bytes as pictures.
    metadata={"huggingface": json.dumps({"info": {"features": {
        **{name: {"dtype": "string", "_type": "Value"} for name in ("question_id", "question", "answer", "category")},
        "image": {"_type": "Image"}}}}, sort_keys=True)},
)


class Asked(NamedTuple):
    """A picture's file with its questions and what the manifest says of it besides."""

    data: bytes
    ending: str
    yes: str
    no: str
    made: str
    level: int
    kind: PictureKind
    facts: dict[str, str | int]


@dataclass(frozen=True)
class Picture:
    """One entry of the manifest; `facts` are its origin and licence, and its seed or its author, source and changes."""

    subtask: str
    file: str
    sha256: str
    made: str
    level: int
    kind: PictureKind
    facts: dict[str, str | int]

    def entry(self) -> dict[str, str | int]:
        known = asdict(self)
        return {**{key: value for key, value in known.items() if key != "facts"}, **self.facts}


def encoded(item: DrawnItem) -> tuple[bytes, str]:
    """The picture as PNG or JPEG, whichever is smaller, with its file ending; PNG for an exact item."""
    def saved(picture: Image.Image, **options) -> bytes:
        buffer = io.BytesIO()
        picture.save(buffer, **options)
        return buffer.getvalue()

    png = saved(item.picture, format="PNG", optimize=True)
    if item.exact:
        return png, "png"
    jpeg = saved(item.picture, format="JPEG", quality=JPEG_QUALITY, subsampling=0, optimize=True)
    return (png, "png") if len(png) <= len(jpeg) else (jpeg, "jpg")


def drawn(rng: np.random.Generator, images: int, maker: Maker) -> Iterator[tuple[DrawnItem, bool]]:
    """The pictures of a maker in a seeded order, each with whether its Yes question comes first."""
    whole = images + images % 2
    items = list(islice(maker(rng, whole), whole))
    yes_first = np.arange(whole) % 2 == 0
    rng.shuffle(yes_first)
    for place, first in zip(rng.permutation(whole)[:images], yes_first, strict=False):
        yield items[int(place)], bool(first)


def asked_drawn(seed: int, subtask: str, images: int, level: int, maker: Maker) -> Iterator[tuple[Asked, bool]]:
    """The drawn pictures of a level, as files."""
    # Each subtask and level has its own stream, so that a change to one leaves the others as they are.
    number = SUBTASK_NAMES.index(subtask)
    rng = np.random.default_rng([seed, number] if level == 1 else [seed, number, level])
    facts = {"origin": ORIGIN, "licence": LICENCE, "seed": seed}
    for item, yes_first in drawn(rng, images, maker):
        data, ending = encoded(item)
        yield Asked(data, ending, item.yes, item.no, item.note, level, PictureKind.DRAWN, facts), yes_first


def asked_photographs(subtask: str, images: int) -> Iterator[tuple[Asked, bool]]:
    """So many photographs of a subtask, whole pairs of them; no seed has a part in it."""
    photos = photographs_of(subtask)
    rng = np.random.default_rng(SUBTASK_NAMES.index(subtask))
    chosen = [2 * int(pair) + half for pair in rng.permutation(len(photos) // 2)[: images // 2] for half in (0, 1)]
    yes_first = np.arange(images) % 2 == 0
    rng.shuffle(yes_first)
    for place, first in zip(rng.permutation(chosen), yes_first, strict=True):
        photo = photos[int(place)]
        facts = {"origin": photo.origin, "licence": photo.licence, "author": photo.author, "source": photo.source,
                 "changes": photo.changes}
        yield Asked(photo.path.read_bytes(), "jpg", photo.yes, photo.no, photo.shows, photo.level,
                    PictureKind.PHOTOGRAPH, facts), bool(first)


def subtask_table(seed: int, subtask: str, images: int | None = None) -> tuple[pa.Table, list[Picture]]:
    """Two rows per picture, and the manifest's entries. `images` None: the usual number."""
    parts = parts_of(subtask)
    counts = shares(parts, images)
    streams = [
        asked_photographs(subtask, count) if part.maker is None or part.level is None
        else asked_drawn(seed, subtask, count, part.level, part.maker)
        for part, count in zip(parts, counts, strict=True)
    ]
    rows, pictures = [], []
    for number, turn in enumerate(spread(counts), start=1):
        picture, yes_first = next(streams[turn])
        name = f"{subtask}/{number:04d}.{picture.ending}"
        questions = [(picture.yes, "Yes"), (picture.no, "No")]
        for question, answer in questions if yes_first else questions[::-1]:
            rows.append({"question_id": name, "image": {"bytes": picture.data, "path": name.split("/")[1]},
                         "question": question, "answer": answer, "category": subtask})
        digest = hashlib.sha256(picture.data).hexdigest()
        pictures.append(Picture(subtask, name, digest, picture.made, picture.level, picture.kind, picture.facts))
    return pa.Table.from_pylist(rows, SCHEMA), pictures


def parquet_bytes(tables: Iterable[pa.Table]) -> bytes:
    """One parquet file with a row group per table. The dictionary stores each picture once for its two rows."""
    sink = io.BytesIO()
    with pq.ParquetWriter(sink, SCHEMA, compression="snappy", use_dictionary=True,
                          dictionary_pagesize_limit=64 << 20, write_statistics=False) as writer:
        for table in tables:
            writer.write_table(table, row_group_size=max(1, table.num_rows))
    return sink.getvalue()


def build(seed: int, folder: Path, images: int | None = None, say=print) -> Path:
    """Draw the suite and write its two files. Raises SuiteError where the folder cannot be written.

    `images` per subtask, None for the usual numbers: of level 1, 100 for the four shape subtasks and 20 for the
    others, and what `plan` adds to them. Far more than these repeat themselves: a pool has about 15 subjects, each
    drawn in some dozens of variations, and of photographs there are no more.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SuiteError(f"cannot write a suite to {folder}: {error.strerror}; choose another --out") from error
    tables, pictures = [], []
    for subtask in SUBTASK_NAMES:
        table, entries = subtask_table(seed, subtask, images)
        tables.append(table)
        pictures += entries
        say(f"{subtask}: {len(entries)} images, {table.num_rows} questions")
    data = parquet_bytes(tables)
    manifest = {
        "name": SUITE_NAME,
        "seed": seed,
        "images": len(pictures),
        "questions": sum(table.num_rows for table in tables),
        "photographs": sum(picture.kind is PictureKind.PHOTOGRAPH for picture in pictures),
        "licence": WHOLE_LICENCE,
        "origin": WHOLE_ORIGIN,
        "fonts": "subsets in models/embedded/fonts, SIL Open Font License 1.1",
        "parquet": {"file": PARQUET_NAME, "sha256": hashlib.sha256(data).hexdigest()},
        "pictures": [picture.entry() for picture in pictures],
    }
    text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
    for name, content in ((PARQUET_NAME, data), (MANIFEST, text.encode())):
        unfinished = folder / f"{name}.unfinished"
        try:
            unfinished.write_bytes(content)
            unfinished.replace(folder / name)
        except OSError as error:
            raise SuiteError(f"cannot write {folder / name}: {error.strerror}; choose another --out") from error
    say(f"{len(data) / 1e6:.1f} MB in {folder / PARQUET_NAME}")
    return folder / PARQUET_NAME


def _number(low: int, high: int | None, what: str):
    allowed = f"a whole number from {low}" + (f" to {high}" if high else " upwards")

    def parse(text: str) -> int:
        value = int(text) if text.strip().isdecimal() else -1
        if value < low or (high and value > high):
            raise argparse.ArgumentTypeError(f"{what} must be {allowed}, not {text!r}")
        return value

    return parse


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        print(f"error: {message}", file=sys.stderr)
        raise SystemExit(2)


def main(arguments: list[str] | None = None) -> int:
    """The command line; gives the exit status."""
    parser = _Parser(prog="python -m benchmark.suite.build", description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=_number(0, None, "the seed"), required=True, help="whole number, 0 or more")
    parser.add_argument("--out", type=Path, help="folder to write to (default: data/suites/seed-N)")
    parser.add_argument("--images", type=_number(1, MOST_IMAGES, "the number of images"),
                        help="per subtask, in the usual proportions of levels and photographs (default: those of the "
                             "shipped suite)")
    options = parser.parse_args(arguments)
    try:
        build(options.seed, options.out or Path(f"data/suites/seed-{options.seed}"), options.images)
    except SuiteError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
