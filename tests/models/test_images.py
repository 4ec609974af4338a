import io
import struct
import warnings
import zlib

import numpy as np
import pytest
from PIL import Image

from models import images
from models.errors import PictureError
from models.images import open_picture

SIZE = (80, 60)


def encoded(picture: Image.Image, kind: str, **options) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def noise(seed: int = 0) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 255, (60, 80, 3), dtype=np.uint8))


@pytest.mark.parametrize("kind", images.FORMATS)
def test_accepted_formats_become_rgb(kind):
    picture = open_picture(encoded(noise(), kind))
    assert (picture.mode, picture.size) == ("RGB", SIZE)


@pytest.mark.parametrize("kind", images.FORMATS)
@pytest.mark.parametrize("kept", [0.01, 0.5, 0.9])
def test_cut_off_files_are_refused(kind, kept):
    data = encoded(noise(), kind)
    with pytest.raises(PictureError, match=r"damaged or cut off|not a readable picture"):
        open_picture(data[: max(1, int(len(data) * kept))])


@pytest.mark.parametrize("kind", ["TIFF", "PPM", "ICO"])
def test_other_picture_formats_are_refused_by_name_of_the_accepted_ones(kind):
    with pytest.raises(PictureError, match="JPEG, PNG, WebP, GIF or BMP"):
        open_picture(encoded(noise(), kind))


def test_a_path_and_a_binary_file_open_like_bytes(tmp_path):
    data = encoded(noise(), "PNG")
    path = tmp_path / "a.png"
    path.write_bytes(data)
    assert open_picture(path) == open_picture(str(path)) == open_picture(io.BytesIO(data)) == open_picture(data)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (b"", "empty"),
        (b"hello, I am not a picture", "not a readable picture"),
        (b"\x89PNG\r\n\x1a\n", "not a readable picture"),
        ("no/such/picture.png", "no picture file at 'no/such/picture.png'"),
        (42, "got int"),
    ],
)
def test_what_is_no_picture_is_said(source, words):
    with pytest.raises(PictureError, match=words):
        open_picture(source)


def test_a_folder_is_no_picture(tmp_path):
    with pytest.raises(PictureError, match="no picture file"):
        open_picture(tmp_path)


def test_a_text_file_handle_is_refused():
    with pytest.raises(PictureError, match="binary file"):
        open_picture(io.StringIO("text"))


def test_too_many_bytes_are_refused_and_just_enough_are_not():
    data = encoded(noise(), "PNG")
    assert open_picture(data, max_bytes=len(data)).size == SIZE
    with pytest.raises(PictureError, match="larger than"):
        open_picture(data, max_bytes=len(data) - 1)


def bomb(width: int, height: int) -> bytes:
    """A PNG whose header promises more pixels than its few bytes hold."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [9_460, 20_000, 60_000])
def test_a_decompression_bomb_is_refused_from_its_header(side):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        with pytest.raises(PictureError, match="89,478,485"):
            open_picture(bomb(side, side))


def test_a_strip_is_refused_and_a_long_picture_is_not():
    assert open_picture(encoded(Image.new("RGB", (400, 4)), "PNG")).size == (400, 4)
    with pytest.raises(PictureError, match="404 x 4"):
        open_picture(encoded(Image.new("RGB", (404, 4)), "PNG"))


def test_exif_orientation_is_applied_and_metadata_dropped():
    exif = Image.Exif()
    exif[0x0112] = 6  # rotate by 90 degrees to show
    exif[0x8825] = {1: "N", 2: (52.0, 31.0, 0.0)}  # where it was taken
    exif[0x010E] = "a secret"
    data = encoded(noise(), "JPEG", exif=exif, comment=b"another secret", icc_profile=b"profile")
    picture = open_picture(data)
    assert picture.size == (60, 80)
    assert not picture.getexif()
    assert picture.info == {}
    assert b"secret" not in encoded(picture, "JPEG")


def test_transparent_parts_become_white():
    clear = Image.new("RGBA", (4, 4), (255, 0, 0, 0))
    clear.putpixel((0, 0), (255, 0, 0, 255))
    picture = open_picture(encoded(clear, "PNG"))
    assert picture.getpixel((0, 0)) == (255, 0, 0)
    assert picture.getpixel((3, 3)) == (255, 255, 255)


def test_palette_transparency_becomes_white():
    palette = Image.new("P", (4, 4), 1)
    palette.putpalette([0, 0, 0, 10, 20, 30])
    assert open_picture(encoded(palette, "PNG")).getpixel((0, 0)) == (10, 20, 30)
    assert open_picture(encoded(palette, "PNG", transparency=1)).getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize(("value", "seen"), [(0, 0), (32_768, 127), (65_535, 255)])
def test_sixteen_bit_grey_keeps_its_shades(value, seen):
    deep = Image.fromarray(np.full((4, 4), value, dtype=np.uint16))
    assert open_picture(encoded(deep, "PNG")).getpixel((0, 0)) == (seen,) * 3


def test_the_first_frame_of_an_animation_is_taken():
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue")]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert open_picture(data).getpixel((0, 0)) == (255, 0, 0)
