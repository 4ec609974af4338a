"""Safe decoding of a picture that came from outside: one door for every room."""

import io
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageOps

from models.errors import PictureError

MAX_BYTES = 20_000_000
MAX_PIXELS = Image.MAX_IMAGE_PIXELS or 89_478_485  # Pillow's decompression-bomb limit
MAX_ASPECT = 100  # Qwen-VL's processor stops at 200, patch grids get silly long before
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
ACCEPTED = "JPEG, PNG, WebP, GIF or BMP"


def open_picture(source: str | Path | bytes | BinaryIO, max_bytes: int = MAX_BYTES) -> Image.Image:
    """Decode `source` (a path, bytes or a binary file) into an upright RGB picture without metadata.

    Of an animation the first frame is taken; transparent parts become white. Raises PictureError when the
    file is missing, empty, larger than `max_bytes`, of another format, damaged or cut off, or has more pixels
    than Pillow's decompression-bomb limit (refused from the header, before any pixel is decoded).
    """
    data = _read(source, max_bytes)
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            _check_shape(*picture.size)
            picture.load()
            return _upright_rgb(picture)
    except PictureError:
        raise
    except Image.UnidentifiedImageError:
        raise PictureError(f"This file is not a readable picture; please use a {ACCEPTED} file.") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureError(f"This picture is too big; at most {MAX_PIXELS:,} pixels are accepted.") from None
    except MemoryError:
        raise PictureError("There is not enough memory for this picture; please use a smaller one.") from None
    except Exception as error:
        raise PictureError(
            f"This picture is damaged or cut off ({error}); please save it again as JPEG or PNG and retry."
        ) from None


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


def _check_shape(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise PictureError(
            f"This picture has {width} x {height} pixels ({width * height:,}); at most {MAX_PIXELS:,} are accepted."
        )
    if max(width, height) > MAX_ASPECT * min(width, height):
        raise PictureError(
            f"This picture is a strip of {width} x {height} pixels; "
            f"one side may be at most {MAX_ASPECT} times the other."
        )


def _upright_rgb(picture: Image.Image) -> Image.Image:
    upright = ImageOps.exif_transpose(picture)
    if upright.mode.startswith("I"):  # 16-bit greyscale: convert() would clip everything above 255 to white
        upright = upright.convert("I").point(lambda value: value / 257, "L")
    if upright.has_transparency_data:
        colors = upright.convert("RGBA")
        mask = colors.getchannel("A")
    else:
        colors, mask = upright.convert("RGB"), None
    clean = Image.new("RGB", upright.size, "white")  # a new picture carries no EXIF, comments or profiles
    clean.paste(colors, mask=mask)
    return clean
