"""The suite's builder: same seed, same bytes; the schema of the public dataset; pairs, manifest, command line."""

import hashlib
import io
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from PIL import Image

from benchmark.levels import LEVELS, PictureKind
from benchmark.subtasks import SUBTASK_NAMES
from benchmark.suite import build
from benchmark.suite.photographs import LICENCES, photographs_of
from benchmark.suite.plan import SHAPE_SUBTASKS

SHIPPED_BYTES_AT_MOST = 9_000_000


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Path:
    """A suite of two images per subtask."""
    folder = tmp_path_factory.mktemp("suite")
    build.build(7, folder, 2, say=lambda line: None)
    return folder


@pytest.fixture(scope="module", params=["small", "shipped"])
def suite(request) -> Path:
    return request.getfixturevalue("small") if request.param == "small" else build.SHIPPED_FOLDER


def rows_of(folder: Path) -> list[dict]:
    return pq.read_table(folder / build.PARQUET_NAME).to_pylist()


def manifest_of(folder: Path) -> dict:
    return json.loads((folder / build.MANIFEST).read_text(encoding="utf-8"))


def test_same_seed_same_bytes(small, tmp_path):
    build.build(7, tmp_path, 2, say=lambda line: None)
    for name in (build.PARQUET_NAME, build.MANIFEST):
        assert (tmp_path / name).read_bytes() == (small / name).read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == [build.MANIFEST, build.PARQUET_NAME]


def test_another_seed_draws_other_pictures_and_takes_the_same_photographs():
    pictures = [build.subtask_table(seed, "landmark", 8)[1] for seed in (7, 8)]
    drawn, photographs = (
        [{p.sha256 for p in some if p.kind is kind} for some in pictures]
        for kind in (PictureKind.DRAWN, PictureKind.PHOTOGRAPH)
    )
    assert [len(part) for part in (*drawn, *photographs)] == [6, 6, 2, 2]
    assert not drawn[0] & drawn[1]
    assert photographs[0] == photographs[1]


@pytest.mark.parametrize("subtask", ["count", "landmark", "OCR"])
def test_shipped_pictures_come_from_the_recorded_seed(subtask):
    entries = [entry for entry in manifest_of(build.SHIPPED_FOLDER)["pictures"] if entry["subtask"] == subtask]
    table, drawn = build.subtask_table(build.SHIPPED_SEED, subtask)
    assert [(picture.file, picture.sha256) for picture in drawn] == [(e["file"], e["sha256"]) for e in entries]
    columns = ["question", "answer"]
    shipped = pq.read_table(build.SHIPPED_FOLDER / build.PARQUET_NAME, filters=[("category", "=", subtask)])
    assert shipped.select(columns).to_pylist() == table.select(columns).to_pylist()


def test_an_odd_number_of_images_is_possible():
    for subtask in ("posters", "artwork", "commonsense_reasoning", "position"):
        table, pictures = build.subtask_table(3, subtask, 3)
        assert (table.num_rows, len(pictures)) == (6, 3)


def test_schema_is_the_public_one(suite):
    schema = pq.read_schema(suite / build.PARQUET_NAME)
    assert [(field.name, str(field.type)) for field in schema] == [
        ("question_id", "string"),
        ("image", "struct<bytes: binary, path: string>"),
        ("question", "string"),
        ("answer", "string"),
        ("category", "string"),
    ]
    features = json.loads(schema.metadata[b"huggingface"])["info"]["features"]
    assert features["image"] == {"_type": "Image"}


def test_every_image_has_one_yes_and_one_no(suite):
    rows = rows_of(suite)
    assert list(dict.fromkeys(row["category"] for row in rows)) == list(SUBTASK_NAMES)
    for first, second in zip(rows[::2], rows[1::2], strict=True):
        assert {first["answer"], second["answer"]} == {"Yes", "No"}
        assert first["question"] != second["question"]
        for row in (first, second):
            assert row["question"].endswith(" Please answer yes or no.")
            assert row["question_id"] == first["question_id"]
            assert row["image"] == first["image"]
        category, name = first["question_id"].split("/")
        assert (category, name) == (first["category"], first["image"]["path"])


def test_pictures_are_whole_and_all_different(suite):
    hashes = []
    for row in rows_of(suite)[::2]:
        with Image.open(io.BytesIO(row["image"]["bytes"])) as picture:
            picture.load()
            assert picture.mode in ("RGB", "P")
            assert min(picture.size) >= 180 and max(picture.size) <= 512
        hashes.append(hashlib.sha256(row["image"]["bytes"]).hexdigest())
    assert len(set(hashes)) == len(hashes)


def test_manifest_names_every_picture(suite):
    manifest, rows = manifest_of(suite), rows_of(suite)
    assert manifest["questions"] == len(rows) == 2 * manifest["images"] == 2 * len(manifest["pictures"])
    data = (suite / build.PARQUET_NAME).read_bytes()
    assert manifest["parquet"] == {"file": build.PARQUET_NAME, "sha256": hashlib.sha256(data).hexdigest()}
    for entry, row in zip(manifest["pictures"], rows[::2], strict=True):
        assert entry["file"] == row["question_id"]
        assert entry["subtask"] == row["category"]
        assert entry["sha256"] == hashlib.sha256(row["image"]["bytes"]).hexdigest()
        assert entry["origin"] and entry["made"] and entry["level"] in LEVELS
        if entry["kind"] == PictureKind.DRAWN:
            assert (entry["seed"], entry["licence"]) == (manifest["seed"], "Apache-2.0")
        else:
            assert entry["kind"] == PictureKind.PHOTOGRAPH and "seed" not in entry
            assert entry["licence"] in LICENCES and entry["author"] and entry["source"].startswith("https://")


def test_shipped_suite_is_complete_and_small():
    manifest = manifest_of(build.SHIPPED_FOLDER)
    found = Counter((entry["subtask"], entry["level"], entry["kind"]) for entry in manifest["pictures"])
    for subtask in SUBTASK_NAMES:
        shapes = subtask in SHAPE_SUBTASKS
        harder = 20 if shapes else 10 if subtask == "OCR" else 0
        assert [found[subtask, level, "drawn"] for level in LEVELS] == [100 if shapes else 20, harder, harder]
        assert sum(found[subtask, level, "photograph"] for level in LEVELS) == len(photographs_of(subtask))
    assert (manifest["seed"], manifest["images"], manifest["photographs"]) == (build.SHIPPED_SEED, 856, 76)
    assert (build.SHIPPED_FOLDER / build.PARQUET_NAME).stat().st_size < SHIPPED_BYTES_AT_MOST


def test_each_picture_is_stored_once_in_the_file(small):
    pictures = sum(len(row["image"]["bytes"]) for row in rows_of(small)[::2])
    assert (small / build.PARQUET_NAME).stat().st_size < 1.1 * pictures + 40_000


@pytest.mark.parametrize(
    ("arguments", "received"),
    [
        (["--seed", "x"], "'x'"),
        (["--seed", "-1"], "'-1'"),
        (["--seed", "1.5"], "'1.5'"),
        (["--seed", ""], "''"),
        (["--seed", "1", "--images", "0"], "'0'"),
        (["--seed", "1", "--images", "100000"], "'100000'"),
        ([], "--seed"),
        (["--seed", "1", "--size", "3"], "--size"),
    ],
)
def test_bad_arguments_are_one_clear_line(arguments, received, capsys):
    with pytest.raises(SystemExit) as stopped:
        build.main(arguments)
    assert stopped.value.code == 2
    message = capsys.readouterr().err
    assert message.startswith("error: ") and message.count("\n") == 1
    assert received in message


def test_an_output_that_is_a_file_is_refused_before_drawing(tmp_path, capsys):
    taken = tmp_path / "taken"
    taken.write_text("mine")
    assert build.main(["--seed", "1", "--out", str(taken)]) == 2
    assert capsys.readouterr().err.startswith(f"error: cannot write a suite to {taken}")
    assert taken.read_text() == "mine"


def test_the_command_runs_as_documented(tmp_path):
    ran = subprocess.run(
        [sys.executable, "-m", "benchmark.suite.build", "--seed", "5", "--images", "1", "--out", str(tmp_path / "s")],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    assert len(rows_of(tmp_path / "s")) == 28
