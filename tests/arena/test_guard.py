import hashlib
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from arena.errors import InstructionError, PictureRefusedError
from arena.guard import (
    CONSENT,
    MAX_INSTRUCTION_CHARACTERS,
    MAX_SIDE_PIXELS,
    PUBLISH_NOTE,
    check_instruction,
    clean_picture,
)
from models.escaping import text_of


def encoded(image, kind="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def test_keeps_lines_and_drops_surrounding_space():
    assert check_instruction("  one\r\ntwo\n") == "one\ntwo"
    assert check_instruction("图片里有什么？") == "图片里有什么？"


@pytest.mark.parametrize("empty", ["", "   ", "\n\t"])
def test_an_empty_instruction_is_refused(empty):
    with pytest.raises(InstructionError, match="empty"):
        check_instruction(empty)


def test_the_longest_instruction_passes_and_one_more_does_not():
    assert len(check_instruction("x" * MAX_INSTRUCTION_CHARACTERS)) == 2000
    with pytest.raises(InstructionError, match=r"has 10,000 characters; at most 2,000 are allowed"):
        check_instruction("x" * 10_000)


@pytest.mark.parametrize(
    ("sent", "said"), [(None, "NoneType"), (3, "int"), ("a\0b", r"U\+0000"), ("\ud800", r"U\+D800")]
)
def test_what_is_not_text_is_refused(sent, said):
    with pytest.raises(InstructionError, match=said):
        check_instruction(sent)


@given(st.text())
def test_an_accepted_instruction_is_stable_and_can_be_stored(text):
    try:
        accepted = check_instruction(text)
    except InstructionError:
        return
    assert check_instruction(accepted) == accepted
    assert 1 <= len(accepted.encode("utf-8").decode("utf-8")) <= MAX_INSTRUCTION_CHARACTERS


def test_a_picture_is_encoded_anew_without_metadata():
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    dirty = encoded(Image.new("RGB", (40, 30), "red"), "JPEG", exif=exif, comment=b"secret")
    clean = clean_picture(dirty)
    assert clean.extension == "png" and clean.image.size == (40, 30)
    assert clean.sha256 == hashlib.sha256(clean.data).hexdigest()
    again = Image.open(io.BytesIO(clean.data))
    assert not again.getexif() and not again.info and b"home" not in clean.data and b"secret" not in clean.data


def test_equal_pixels_have_one_name():
    image = Image.new("RGB", (8, 8), "blue")
    assert (
        clean_picture(image).sha256
        == clean_picture(encoded(image)).sha256
        == clean_picture(encoded(image, "BMP")).sha256
    )


def test_a_large_photograph_is_scaled_and_stored_as_jpeg_which_is_what_the_models_see():
    noise = np.random.default_rng(0).integers(0, 256, (1200, 2000, 3), dtype=np.uint8)
    clean = clean_picture(Image.fromarray(noise))
    assert max(clean.image.size) == MAX_SIDE_PIXELS and clean.extension == "jpg"
    stored = Image.open(io.BytesIO(clean.data)).convert("RGB")
    assert stored.tobytes() == clean.image.tobytes()


@pytest.mark.parametrize(
    "bad",
    [
        b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"not a picture", encoded(Image.new("RGB", (99, 99)))[:60],
        "/does/not/exist.png", 5,
    ],
    ids=["empty", "svg", "text", "truncated", "missing", "number"],
)  # fmt: skip
def test_what_is_not_a_picture_is_refused(bad):
    with pytest.raises(PictureRefusedError):
        clean_picture(bad)


def test_no_picture_is_told_apart():
    with pytest.raises(PictureRefusedError, match="no picture yet"):
        clean_picture(None)


def test_a_decompression_bomb_is_refused():
    bomb = encoded(Image.new("1", (20_000, 20_000)))  # 400 million pixels in a few kilobytes
    with pytest.raises(PictureRefusedError, match="pixels"):
        clean_picture(bomb)


def test_tags_in_an_instruction_are_text():
    tag = '<script>alert("1")</script><img src=x onerror=alert(1)>'
    assert check_instruction(tag) == tag and "<" not in text_of(tag)


def test_consent_says_what_happens_to_a_picture():
    assert "published" in CONSENT and "camera data" in CONSENT and "export" in PUBLISH_NOTE
