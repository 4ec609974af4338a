"""Safe decoding of a picture that came from outside: one door for every room."""

import io
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageOps

from models.errors import PictureError
from models.picture_parts import has_too_many

MAX_BYTES = 20_000_000
MAX_PIXELS = Image.MAX_IMAGE_PIXELS or 89_478_485  # Pillow's decompression-bomb limit
MAX_ASPECT = 100  # Qwen-VL's processor stops at 200, patch grids get silly long before
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
ACCEPTED = "JPEG, PNG, WebP, GIF or BMP"
_RUN_LENGTHS = (1, 2)  # of a BMP's header: RLE8 and RLE4
_SMOOTH = ("L", "LA", "RGB", "RGBA", "CMYK", "YCbCr")  # modes that can be made smaller before they are converted


def open_picture(
    source: str | Path | bytes | BinaryIO,
    max_bytes: int = MAX_BYTES,
    max_pixels: int = MAX_PIXELS,
    max_side: int | None = None,
) -> Image.Image:
    """Decode `source` (a path, bytes or a binary file) into an upright RGB picture without metadata.

    Of an animation the first frame is taken; transparent parts become white. With `max_side`, a picture whose longer
    side has more pixels is made smaller, early enough that its full size is in memory once at most. Raises
    PictureError when the file is missing, empty, larger than `max_bytes`, of another format, damaged or cut off, or
    has more than `max_pixels` pixels (refused from the header, before any pixel is decoded).
    """
    data = _read(source, max_bytes)
    if has_too_many(data):
        raise PictureError("This picture file is made of too many small parts; please save it again and retry.")
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            _check_shape(*picture.size, max_pixels)
            _check_effort(picture)
            if max_side is not None and max(picture.size) > max_side and picture.mode in _SMOOTH:
                picture.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
            picture.load()
            return _upright_rgb(picture, max_side)
    except PictureError:
        raise
    except Image.UnidentifiedImageError:
        raise PictureError(f"This file is {_what_it_is(data)}; please use a {ACCEPTED} file.") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureError(f"This picture is too big; at most {max_pixels:,} pixels are accepted.") from None
    except MemoryError:
        raise PictureError("There is not enough memory for this picture; please use a smaller one.") from None
    except Exception as error:
        raise PictureError(
            f"This picture is damaged or cut off ({error}); please save it again as JPEG or PNG and retry."
        ) from None


def plain_rgb(picture: Image.Image, max_side: int | None = None) -> Image.Image:
    """A decoded picture as `open_picture` gives it: upright, RGB, without metadata, transparent parts white.

    Raises PictureError for one of a shape that is not accepted.
    """
    _check_shape(*picture.size, MAX_PIXELS)
    return _upright_rgb(picture, max_side)


def _read(source: str | Path | bytes | BinaryIO, max_bytes: int) -> bytes:
    if isinstance(source, str | Path):
        path = Path(source)
        if not path.is_file():
            raise PictureError(f"There is no picture file at {str(source)!r}.")
        try:
            with path.open("rb") as stream:
                data = stream.read(max_bytes + 1)
        except OSError as error:
            reason = error.strerror or error
            raise PictureError(f"The picture file {path.name!r} cannot be read: {reason}.") from None
    elif isinstance(source, bytes | bytearray | memoryview):
        data = bytes(source)
    elif hasattr(source, "read"):
        data = source.read(max_bytes + 1)
        if not isinstance(data, bytes):
            raise PictureError("A picture must be opened as a binary file; this one was opened as text.")
    else:
        raise PictureError(f"A picture must be a path, bytes or a binary file; got {type(source).__name__}.")
    if not data:
        raise PictureError(f"This picture file is empty; please use a {ACCEPTED} file.")
    if len(data) > max_bytes:
        raise PictureError(
            f"This picture file is larger than {max_bytes / 1e6:g} MB, the most that is accepted; "
            "please make it smaller or save it as JPEG."
        )
    return data


def _what_it_is(data: bytes) -> str:
    """Of a file that is no accepted picture, in words that help."""
    text = data[:1024].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if text.startswith(b"<"):
        return "a page or drawing made of text (HTML, SVG), not a photograph"
    if data[4:8] == b"ftyp":
        return "a HEIC, AVIF or video file, which is not accepted"
    return "not a readable picture"


def _check_shape(width: int, height: int, max_pixels: int) -> None:
    if width * height > max_pixels:
        raise PictureError(
            f"This picture has {width} x {height} pixels ({width * height:,}); at most {max_pixels:,} are accepted."
        )
    if min(width, height) < 1:
        raise PictureError(f"This picture has {width} x {height} pixels, so there is nothing to see.")
    if max(width, height) > MAX_ASPECT * min(width, height):
        raise PictureError(
            f"This picture is a strip of {width} x {height} pixels; "
            f"one side may be at most {MAX_ASPECT} times the other."
        )


def _check_effort(picture: Image.Image) -> None:
    """Refuses what takes very long to decode."""
    if picture.format == "BMP" and picture.info.get("compression") in _RUN_LENGTHS:  # which Pillow decodes in Python
        raise PictureError("This BMP file is compressed, which is not accepted; please save it as PNG.")


def _upright_rgb(picture: Image.Image, max_side: int | None) -> Image.Image:
    if picture.mode.startswith("I"):  # 16-bit greyscale: convert() would clip everything above 255 to white
        shown = picture.convert("I").point(lambda value: value / 257, "L")
        shown.info = dict(picture.info)  # the orientation is in it
    else:
        shown = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    if max_side is not None:
        shown.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
    upright = ImageOps.exif_transpose(shown)
    clean = Image.new("RGB", upright.size, "white")  # a new picture carries no EXIF, comments or profiles
    clean.paste(upright, mask=upright.getchannel("A") if upright.mode == "RGBA" else None)
    return clean
