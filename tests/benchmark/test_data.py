import io
import random
import tracemalloc
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image
from small_suites import bomb, png, suite_rows, write_parquet, write_release, write_tsv

from benchmark import parquet_source
from benchmark.data import open_suite
from benchmark.errors import SuiteError, UnknownNameError
from models.errors import PictureError


def shade(pair) -> int:
    return pair.picture().getpixel((0, 0))[0]


def test_a_parquet_file_becomes_pairs_in_the_official_order(parquet):
    suite = open_suite(parquet)
    assert suite.image_counts == {"existence": 3, "OCR": 3, "code_reasoning": 3}
    assert [pair.image_id for pair in suite.images(limit=1)] == [
        "existence/0000.png",
        "OCR/0000.png",
        "code_reasoning/0000.png",
    ]
    pair = suite.find("OCR/0001.png")
    assert [(q.number, q.truth) for q in pair.questions] == [(1, "no"), (2, "yes")]
    assert pair.questions[0].text == "OCR 1 0? Please answer yes or no."
    assert not suite.is_mme


def test_pictures_are_found_in_any_order_across_row_groups_and_shards(tmp_path):
    rows = suite_rows(images=5)
    write_parquet(tmp_path / "data" / "test-0.parquet", rows[:13], row_group_size=3)
    write_parquet(tmp_path / "data" / "test-1.parquet", rows[13:], row_group_size=50)
    suite = open_suite(tmp_path)
    pairs = list(suite.images())
    shades = [20 * place + number for place in range(3) for number in range(5)]
    assert [shade(pair) for pair in pairs] == shades
    assert [shade(pair) for pair in reversed(pairs)] == shades[::-1]


def test_only_the_batch_that_is_needed_is_read(tmp_path, monkeypatch):
    """Memory stays flat: no more pictures are held than one batch, whatever the file's size."""
    path = write_parquet(tmp_path / "s.parquet", suite_rows(["scene"], 100), row_group_size=1000)
    suite = open_suite(path)
    source = suite.pairs[0].source
    held = []
    for pair in suite.images():
        pair.encoded()
        held.append(len(source._batch))
    assert max(held) == parquet_source._PICTURES_PER_BATCH


def test_plain_bytes_and_numbered_ids_work_too(tmp_path):
    rows = [{**row, "image": row["image"]["bytes"], "question_id": 7} for row in suite_rows(["count"], 1)]
    suite = open_suite(write_parquet(tmp_path / "s.parquet", rows))
    assert [pair.image_id for pair in suite.images()] == ["count/7"]
    assert shade(suite.pairs[0]) == 0


@pytest.mark.parametrize("split", [(), ("existence", "OCR", "code_reasoning"), ("OCR",)])
def test_both_layouts_of_the_official_release(tmp_path, split, parquet):
    folder = write_release(tmp_path / "MME_Benchmark_release_version", suite_rows(), split)
    (folder / "eval_tool").mkdir()
    for place in (folder, tmp_path):
        suite = open_suite(place)
        assert [shade(p) for p in suite.images()] == [shade(p) for p in open_suite(parquet).images()]
        assert [p.questions for p in suite.images()] == [p.questions for p in open_suite(parquet).images()]


@pytest.mark.parametrize("paths", [True, False])
@pytest.mark.parametrize("shared", [True, False])
def test_vlmevalkits_tsv_with_and_without_references(tmp_path, parquet, paths, shared):
    write_tsv(tmp_path / "LMUData" / "MME.tsv", suite_rows(), paths, shared)
    same = open_suite(parquet)
    for place in (tmp_path / "LMUData", tmp_path / "LMUData" / "MME.tsv"):
        suite = open_suite(place)
        assert [shade(pair) for pair in reversed(suite.pairs)] == [shade(pair) for pair in reversed(same.pairs)]
        assert [pair.questions for pair in suite.pairs] == [pair.questions for pair in same.pairs]
        suite.check_pictures()
    names = ["0000.png", "0001.png"] if paths else ["0.jpg", "2.jpg"]
    assert [pair.image for pair in suite.pairs[:2]] == names


def test_a_tsv_field_may_hold_quotes_tabs_and_line_breaks(tmp_path):
    rows = suite_rows(["OCR"], 2)
    rows[0]["question"] = 'Is it "5\t6"\nor\u2028so?'
    suite = open_suite(write_tsv(tmp_path / "any.tsv", rows))
    assert suite.pairs[0].questions[0].text == rows[0]["question"]
    assert [shade(pair) for pair in suite.pairs] == [0, 1]


def test_the_fingerprint_tells_suites_apart(make_parquet):
    first = open_suite(make_parquet(suite_rows())).fingerprint
    assert open_suite(make_parquet(suite_rows())).fingerprint == first
    other = suite_rows()
    other[0]["question"] = "Another question?"
    assert open_suite(make_parquet(other)).fingerprint != first


def test_the_published_benchmark_is_recognised_by_its_questions(mme_dir, tmp_path):
    lines = (mme_dir / "questions" / "color.txt").read_text(encoding="utf-8").splitlines()
    rows = [
        {"question_id": f"color/{image}", "image": png(1), "question": q, "answer": a, "category": "color"}
        for image, q, a in (line.split("\t") for line in lines)
    ]
    suite = open_suite(write_parquet(tmp_path / "any.parquet", rows))
    assert suite.is_mme and suite.name == "MME"
    assert (suite.partial, suite.image_counts) == ({}, {"color": 30})
    part = open_suite(write_parquet(tmp_path / "less.parquet", rows[2:]))
    assert part.is_mme and part.partial == {"color": (29, 30)}
    assert part.part_note.startswith("color 29 of 30 images; without existence, count, position, posters")
    twice = [{**row, "question_id": row["question_id"].replace("color/", "color/again-")} for row in rows]
    assert not open_suite(write_parquet(tmp_path / "more.parquet", rows + twice)).is_mme


def test_selection(parquet):
    suite = open_suite(parquet)
    assert [p.image_id for p in suite.images(["code_reasoning", "OCR"], 2)] == [
        "OCR/0000.png",
        "OCR/0001.png",
        "code_reasoning/0000.png",
        "code_reasoning/0001.png",
    ]
    with pytest.raises(SuiteError, match=r"suite.parquet has no count; it has existence, OCR, code_reasoning"):
        suite.images(["count"])
    with pytest.raises(UnknownNameError, match="unknown subtask 'colour'"):
        suite.images(["colour"])
    with pytest.raises(SuiteError, match="limit is 0; give at least 1"):
        suite.images(limit=0)


def without(rows, *places):
    return [row for place, row in enumerate(rows) if place not in places]


def changed(rows, place, **values):
    return [{**row, **values} if here == place else row for here, row in enumerate(rows)]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (without(suite_rows(), 5), r"existence/0002.png \(made.parquet, row 5\) has only one question"),
        (changed(suite_rows(), 0, category="Existence"), "row 1: unknown subtask 'Existence'; allowed: existence, "),
        (changed(suite_rows(), 0, answer="No"), "both questions on image existence/0000.png .* are answered No"),
        (changed(suite_rows(), 3, answer="maybe"), "row 4: the true answer is 'maybe'; allowed are Yes and No"),
        (changed(suite_rows(), 3, answer=None), "row 4: a value is missing"),
        (changed(suite_rows(), 3, question="  "), "row 4: the question is empty"),
        (suite_rows() + suite_rows()[:2], "existence/0000.png .* has 4 questions; every image has exactly two"),
        (changed(suite_rows(), 0, question="existence 0 1? Please answer yes or no."), "asked the same question twice"),
    ],
)
def test_one_clear_sentence_for_each_broken_table(make_parquet, rows, sentence):
    with pytest.raises(SuiteError, match=sentence):
        open_suite(make_parquet(rows))


def test_swapped_or_missing_columns(tmp_path):
    rows = suite_rows()
    lacking = [{k: v for k, v in row.items() if k not in ("answer", "image")} for row in rows]
    with pytest.raises(SuiteError, match=r"lacks the column\(s\) image, answer; it has question_id, question, categ"):
        open_suite(write_parquet(tmp_path / "a.parquet", lacking))
    with pytest.raises(SuiteError, match=r"the column image of b.parquet holds no encoded pictures"):
        open_suite(write_parquet(tmp_path / "b.parquet", [{**row, "image": "0.png"} for row in rows]))
    swapped = [{**row, "question": row["answer"], "answer": row["question"]} for row in rows]
    with pytest.raises(SuiteError, match="row 1: the true answer is 'existence 0 0"):
        open_suite(write_parquet(tmp_path / "c.parquet", swapped))
    empty = pa.Table.from_pylist(rows).slice(0, 0)
    pq.write_table(empty, tmp_path / "d.parquet")
    with pytest.raises(SuiteError, match="this suite holds no questions"):
        open_suite(tmp_path / "d.parquet")


def test_damaged_files(tmp_path):
    whole = write_parquet(tmp_path / "whole.parquet", suite_rows(images=30)).read_bytes()
    cut = tmp_path / "cut.parquet"
    cut.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SuiteError, match=r"cut.parquet is not a readable parquet file"):
        open_suite(cut)


@pytest.mark.parametrize("data", [png(3)[:-30], b"not a picture", None, b""])
def test_bad_pictures_are_found_before_a_run(make_parquet, data):
    rows = suite_rows()
    rows[6]["image"] = rows[7]["image"] = {"bytes": data, "path": "x"}
    suite = open_suite(make_parquet(rows))
    with pytest.raises((PictureError, SuiteError), match=r"OCR/0000.png|row 7 holds no picture"):
        suite.check_pictures()
    suite.check_pictures(["existence"])


def test_a_decompression_bomb_is_refused(make_parquet):
    rows = suite_rows(["count"], 1)
    for row in rows:
        row["image"]["bytes"] = bomb()
    with pytest.raises(PictureError, match=r"picture count/0000.png: .*12000 x 12000"):
        open_suite(make_parquet(rows)).check_pictures()


def test_missing_things_say_what_a_suite_can_be(tmp_path):
    with pytest.raises(
        SuiteError, match=r"there is no file or folder '/no/such'; a suite is 'embedded', 'lmms-lab/MME'"
    ):
        open_suite("/no/such")
    with pytest.raises(SuiteError, match="holds neither parquet files nor the folders of the official release"):
        open_suite(tmp_path)
    with pytest.raises(SuiteError, match="no suite was named"):
        open_suite(" ")


def remove(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (lambda f: remove(f / "OCR" / "0001.txt"), "0001.png has no file 0001.txt with its two questions"),
        (lambda f: remove(f / "OCR" / "0001.png"), "0001.txt has no picture of the same name beside it"),
        (lambda f: (f / "OCR" / "0001.txt").write_text("a?\tYes\n"), "has 1 question.*exactly two"),
        (lambda f: (f / "OCR" / "0001.txt").write_text("a? Yes\nb?\tNo"), "line 1: expected question and answer sep"),
        (lambda f: (f / "OCR" / "0001.txt").write_bytes(b"\xff\xfe\x00"), "cannot be read as UTF-8"),
        (lambda f: (f / "OCR").rename(f / "ocr"), "ocr holds pictures but is no subtask; allowed: existence"),
    ],
)
def test_one_clear_sentence_for_each_broken_release(tmp_path, harm, sentence):
    folder = write_release(tmp_path / "release", suite_rows())
    harm(folder)
    with pytest.raises(SuiteError, match=sentence):
        open_suite(folder)


def test_the_hub_is_read_from_its_parquet_files(tmp_path, monkeypatch):
    import huggingface_hub

    folder = tmp_path / "a1b2c3"
    write_parquet(folder / "data" / "test-00000-of-00001.parquet", suite_rows())
    monkeypatch.setattr(huggingface_hub, "snapshot_download", lambda *_, **__: str(folder))
    suite = open_suite("lmms-lab/MME")
    assert (suite.name, suite.revision, suite.is_mme, len(suite.pairs)) == ("MME", "a1b2c3", True, 9)
    assert suite.partial == {"existence": (3, 30), "OCR": (3, 20), "code_reasoning": (3, 20)}
    assert suite.part_note.startswith("existence 3 of 30 images, OCR 3 of 20 images, code_reasoning 3 of 20 images; wi")


def test_a_suite_that_claims_to_be_mme_cannot_have_more(tmp_path, monkeypatch):
    import huggingface_hub

    write_parquet(tmp_path / "test.parquet", suite_rows(["OCR"], 21))
    monkeypatch.setattr(huggingface_hub, "snapshot_download", lambda *_, **__: str(tmp_path))
    with pytest.raises(SuiteError, match="lmms-lab/MME has 21 images of OCR, and MME has 20"):
        open_suite("lmms-lab/MME")


def test_an_unreachable_hub_says_what_to_do(monkeypatch):
    import huggingface_hub

    def offline(*_, **__):
        raise OSError("no route to host\nlong trace")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", offline)
    with pytest.raises(SuiteError, match=r"could not be fetched from the Hugging Face Hub \(no route to host\)"):
        open_suite("lmms-lab/MME")


def noise(seed: int) -> bytes:
    """A picture of about 50 kB that no format makes smaller."""
    buffer = io.BytesIO()
    Image.frombytes("RGB", (128, 128), random.Random(seed).randbytes(128 * 128 * 3)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize("form", ["parquet", "tsv"])
def test_memory_stays_flat_while_every_picture_is_read(tmp_path, form):
    """Of 4 MB of pictures never more than a few are in memory: a row group, or a line, at a time."""
    rows = suite_rows(["scene"], 80)
    for row in rows:
        row["image"]["bytes"] = noise(int(row["question_id"][6:10]))
    if form == "parquet":
        path = write_parquet(tmp_path / "s.parquet", rows, row_group_size=8)
    else:
        path = write_tsv(tmp_path / "MME.tsv", rows)
    del rows
    arrow = pa.default_memory_pool()
    before = held = arrow.bytes_allocated()
    tracemalloc.start()
    try:
        for pair in open_suite(path).images():
            pair.encoded()
            held = max(held, arrow.bytes_allocated())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert path.stat().st_size > 3_900_000
    assert peak + held - before < 1_700_000
