import hashlib

import pytest
from PIL import Image, ImageDraw, ImageFont
from small_suites import suite_rows, write_parquet

from benchmark import text_reader
from benchmark.data import open_suite
from benchmark.errors import RunError
from benchmark.picture_notes import NoteTaker, notes_on
from benchmark.text_reader import TextReader, check_reader

RED = Image.new("RGB", (40, 20), (220, 0, 0))


def test_the_notes_to_the_letter():
    assert notes_on(RED, lambda picture: ("STOP  here", "12 + 3")) == (
        "Notes about the picture, made by other programs; they may be wrong.\n"
        "Size: 40 x 20 pixels.\n"
        "Main colors: red 100 %.\n"
        'Text in it: "STOP here", "12 + 3".'
    )
    assert notes_on(RED, lambda picture: ()).endswith("\nText in it: none was found.")


def test_a_page_of_text_is_cut():
    notes = notes_on(RED, lambda picture: ("a" * 300, "b" * 99, "c" * 2, "d"))
    assert notes.endswith(f'Text in it: "{"a" * 300}", "{"b" * 99}", and more.')


class Reader:
    def __init__(self):
        self.read = 0

    def __call__(self, picture):
        self.read += 1
        return (f"number {self.read}",)


@pytest.fixture
def pairs(tmp_path):
    return open_suite(write_parquet(tmp_path / "s.parquet", suite_rows(images=2))).pairs


def digest(pair):
    return hashlib.sha256(pair.encoded()).hexdigest()


def test_each_picture_is_read_once_and_by_no_later_session(pairs, tmp_path):
    first, second = Reader(), Reader()
    taker = NoteTaker(tmp_path / "notes", first)
    told = [taker.notes(digest(pair), pair.picture()) for pair in (*pairs, *pairs)]
    assert first.read == len(pairs) == 6 and told[:6] == told[6:] and "number 6" in told[5]
    later = NoteTaker(tmp_path / "notes", second)
    assert [later.notes(digest(pair), pair.picture()) for pair in pairs] == told[:6] and second.read == 0
    damaged = next((tmp_path / "notes").iterdir())
    damaged.write_text('{"notes"')
    again = NoteTaker(tmp_path / "notes", second)
    assert len([pair for pair in pairs if again.notes(digest(pair), pair.picture()) in told]) == 6 and second.read == 1


def test_without_a_folder_notes_stay_in_memory():
    reader = Reader()
    taker = NoteTaker(None, reader)
    assert taker.notes("a", RED) == taker.notes("a", RED) and reader.read == 1


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match=r"cannot be kept in .*file.*; make room, or run without a cache"):
        NoteTaker(tmp_path / "file", Reader()).notes("a", RED)


def test_a_missing_package_is_one_sentence_with_the_command(monkeypatch):
    monkeypatch.setattr(text_reader, "find_spec", lambda name: None if name == "cv2" else object())
    with pytest.raises(RunError) as refused:
        check_reader()
    assert str(refused.value) == (
        "the technique tool-aided reads text in pictures and needs a package that is not installed (cv2); run: "
        "pip install rapidocr==3.10.0 onnxruntime==1.32.0 opencv-python-headless==5.0.0.93"
    )


def test_rapidocr_reads_what_is_written():
    for module in ("rapidocr", "onnxruntime", "cv2"):
        pytest.importorskip(module)
    picture = Image.new("RGB", (320, 160), "white")
    font = ImageFont.load_default(36)
    ImageDraw.Draw(picture).text((20, 15), "STOP here", "black", font)
    ImageDraw.Draw(picture).text((20, 95), "12 + 30", "red", font)
    reader = TextReader()
    assert [text.replace(" ", "") for text in reader(picture)] == ["STOPhere", "12+30"]
    assert reader(Image.new("RGB", (1, 1))) == ()
