"""Ways in which a suite can be broken: each is one sentence that names the file and the row, before any model loads."""

import re
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import pytest
from small_suites import Rows, png, suite_rows, write_parquet, write_release, write_tsv
from test_runner import MODEL

from benchmark.asking import Request, ask, prepare
from benchmark.errors import BenchmarkError
from models.errors import ModelError


def parquet(change: Callable[[Rows], object]):
    def write(folder: Path) -> Path:
        rows = suite_rows()
        change(rows)
        return write_parquet(folder / "suite.parquet", rows)

    return write


def tsv(
    change: Callable[[Rows], object] = lambda rows: None,
    edit: Callable[[bytes], bytes] = lambda data: data,
    shared: bool = False,
):
    def write(folder: Path) -> Path:
        rows = suite_rows()
        change(rows)
        path = write_tsv(folder / "MME.tsv", rows, shared=shared)
        path.write_bytes(edit(path.read_bytes()))
        return path

    return write


def release(change: Callable[[Path], object]):
    def write(folder: Path) -> Path:
        made = write_release(folder / "release", suite_rows(), ("OCR",))
        change(made)
        return made

    return write


def swap(first: str, second: str) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        for row in rows:
            row[first], row[second] = row[second], row[first]

    return change


def put(place: int, **values) -> Callable[[Rows], None]:
    return lambda rows: rows[place].update(values)


def picture(*places: int, data: bytes | None) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        for place in places:
            rows[place]["image"] = {"bytes": data, "path": None}

    return change


def cut(folder: Path) -> Path:
    path = write_parquet(folder / "cut.parquet", suite_rows(images=30))
    path.write_bytes(path.read_bytes()[:-200])
    return path


def damaged_inside(folder: Path) -> Path:
    path = write_parquet(folder / "inside.parquet", suite_rows(images=20))
    data = bytearray(path.read_bytes())
    for place in range(len(data) // 4, len(data) // 2):
        data[place] = 0
    path.write_bytes(bytes(data))
    return path


def no_parquet(folder: Path) -> Path:
    (folder / "notes.parquet").write_text("question,answer\n")
    return folder / "notes.parquet"


def without_column(folder: Path) -> Path:
    rows = [{key: value for key, value in row.items() if key != "category"} for row in suite_rows()]
    return write_parquet(folder / "narrow.parquet", rows)


WAYS = {
    "missing file": (lambda f: f / "gone.parquet", r"there is no file or folder '.*gone.parquet'"),
    "empty folder": (lambda f: f, "holds neither parquet files nor the folders of the official release"),
    "truncated parquet": (cut, "cut.parquet is not a readable parquet file"),
    "parquet damaged inside": (damaged_inside, r"inside.parquet( is damaged|, row)"),
    "no parquet": (no_parquet, "notes.parquet is not a readable parquet file"),
    "column missing": (without_column, r"narrow.parquet lacks the column\(s\) category; it has question_id"),
    "question and answer swapped": (parquet(swap("question", "answer")), "suite.parquet, row 1: the true answer is"),
    "category and id swapped": (parquet(swap("category", "question_id")), "suite.parquet, row 1: unknown subtask"),
    "wrong category": (parquet(put(8, category="color ")), "suite.parquet, row 9: unknown subtask 'color '; allowed"),
    "unknown answer word": (parquet(put(3, answer="True")), "suite.parquet, row 4: the true answer is 'True'; allowed"),
    "two Yes": (parquet(put(1, answer="Yes")), r"existence/0000.png \(suite.parquet, row 1\) are answered Yes"),
    "odd number of questions": (parquet(lambda rows: rows.pop()), r"0002.png \(suite.parquet, row 17\) has only one"),
    "duplicate pair": (parquet(lambda rows: rows.extend(rows[:2])), r"0000.png \(suite.parquet, row 1\) has 4 questio"),
    "same question twice": (parquet(put(1, question="existence 0 0? Please answer yes or no.")), "asked the same ques"),
    "empty question": (parquet(put(5, question="")), "suite.parquet, row 6: the question is empty"),
    "missing value": (parquet(put(5, question=None)), "suite.parquet, row 6: a value is missing"),
    "name climbs out": (parquet(put(4, question_id="OCR/../../x.png")), "row 5: the picture name .* climbs out"),
    "no name": (parquet(put(4, question_id="OCR/")), "suite.parquet, row 5: 'OCR/' is no name for a picture"),
    "corrupt picture": (parquet(picture(6, 7, data=png(9)[:-30])), "suite.parquet, row 7: picture OCR/0000.png: This "),
    "not a picture": (parquet(picture(6, 7, data=b"GIF89a")), "suite.parquet, row 7: picture OCR/0000.png: This "),
    "no picture": (parquet(picture(6, 7, data=None)), "suite.parquet, row 7 holds no picture"),
    "two pictures in a pair": (parquet(picture(7, data=png(99))), "suite.parquet, row 8: the picture is another one"),
    "tsv empty": (tsv(edit=lambda data: b""), "MME.tsv is empty; a TSV suite has the columns index, category"),
    "tsv with commas": (
        tsv(edit=lambda data: data.replace(b"\t", b",")),
        r"MME.tsv lacks the column\(s\) index, categ",
    ),
    "tsv without pictures": (
        tsv(edit=lambda data: data.replace(b"\timage\n", b"\tim\n")),
        r"lacks the column\(s\) image",
    ),
    "tsv bad base64": (
        tsv(picture(0, data=b"x" * 90), lambda data: data.replace(b"eHh4", b"e*h4", 1)),
        "row 1: the pic",
    ),
    "tsv not UTF-8": (
        tsv(edit=lambda data: data.replace(b"OCR 0 1?", b"OCR\xff0 1")),
        "MME.tsv, row 8 cannot be read as",
    ),
    "tsv in UTF-16": (
        tsv(edit=lambda data: data.decode().encode("utf-16")),
        "MME.tsv, the header cannot be read as UTF-8",
    ),
    "tsv column lost": (
        tsv(edit=lambda data: data.replace(b"\tNo\t", b"\t", 1)),
        "MME.tsv, row 2 has 5 columns instead",
    ),
    "tsv open quote": (
        tsv(edit=lambda data: data.replace(b"\texistence 1 0", b'\t"existence')),
        "MME.tsv, row 3: this is",
    ),
    "tsv cut off": (tsv(edit=lambda data: data[:-3]), "MME.tsv, row 18: the picture is no valid base64"),
    "tsv index twice": (
        tsv(edit=lambda data: data.replace(b"\n3\t", b"\n2\t")),
        "row 4: the index '2' is there a second",
    ),
    "tsv reference to nothing": (
        tsv(edit=lambda data: data.replace(b"\t0\n", b"\t99\n"), shared=True),
        "MME.tsv, row 2: the image refers to index '99', which no row has",
    ),
    "tsv reference to a reference": (
        tsv(edit=lambda data: data.replace(b"\t2\n", b"\t1\n"), shared=True),
        "MME.tsv, row 4: the image refers to index '1', which has no picture of its own",
    ),
    "release text missing": (
        release(lambda f: (f / "existence" / "0001.txt").unlink()),
        "0001.png has no file 0001.txt",
    ),
    "release picture missing": (release(lambda f: (f / "OCR/images/0001.png").unlink()), "0001.txt has no picture of"),
    "release picture damaged": (
        release(lambda f: (f / "OCR/images/0001.png").write_bytes(b"?" * 99)),
        r"OCR/questions_answers_YN/0001.txt, line 1: picture OCR/0001.png: This file is not a readable picture",
    ),
    "release not UTF-8": (
        release(lambda f: (f / "existence/0001.txt").write_bytes(b"\xff\xfe?")),
        "existence/0001.txt cannot be read as UTF-8",
    ),
    "release one question": (
        release(lambda f: (f / "existence/0001.txt").write_text("Is it?\tYes\n")),
        r"0001.txt has 1 question\(s\)",
    ),
    "release folder misnamed": (
        release(lambda f: (f / "OCR").rename(f / "ocr")),
        "ocr holds pictures but is no subtask; allowed: existence",
    ),
    "release folder empty": (
        release(lambda f: (f / "count").mkdir()),
        "count holds neither pictures nor questions; copy the folder again",
    ),
}


@contextmanager
def never_loaded(spec, quantization, say):
    raise AssertionError("a model was loaded for a broken suite")
    yield


@pytest.mark.parametrize(("write", "sentence"), WAYS.values(), ids=WAYS)
def test_one_clear_sentence_and_no_model(tmp_path, write, sentence):
    source = write(tmp_path)
    with pytest.raises((BenchmarkError, ModelError), match=sentence) as caught:
        list(ask(prepare(Request(MODEL, str(source))), tmp_path / "run", never_loaded))
    text = str(caught.value)
    assert "\n" not in text and "Traceback" not in text and not re.search(r"\bb'", text)
    assert not (tmp_path / "run").exists()


def test_whole_suites_in_all_forms_pass_the_same_way(tmp_path):
    """The good twins of everything above."""
    for write in (parquet(lambda rows: None), tsv(), release(lambda folder: None)):
        prepared = prepare(Request(MODEL, str(write(tmp_path))))
        assert prepared.settings.questions == 18
