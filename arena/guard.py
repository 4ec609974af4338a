"""What comes from outside is checked and cleaned here, before anything is stored or any model sees it."""

import hashlib
import io
import threading
from dataclasses import dataclass

from PIL import Image

from arena.errors import InstructionError, PictureRefusedError
from arena.language import language_of  # noqa: F401 (what a battle records of its instruction)
from models.images import PictureError, open_picture, plain_rgb

MAX_INSTRUCTION_CHARACTERS = 2000
MAX_PICTURE_PIXELS = 50_000_000  # the largest photographs of a telephone have 48 million
MAX_SIDE_PIXELS = 1536
MAX_PNG_BYTES = 1_500_000
JPEG_QUALITY = 92
_DECODING = threading.Semaphore(2)

CONSENT = (
    "By starting a battle with your own picture you say that you may share it and that everybody in it agrees. The"
    " picture (without camera data), your instruction, both answers and your judgment are stored, shown in the log of"
    " battles and published in a dataset for research. Do not upload private or sensitive pictures."
)
PUBLISH_CHOICE = "Do not publish my picture"
PUBLISH_NOTE = "Your judgment still counts; the picture stays on this server and is left out of every export."


@dataclass(frozen=True)
class CleanPicture:
    """A picture as it is stored and shown to the models: re-encoded, without metadata, of limited size."""

    image: Image.Image  # RGB, decoded from `data`
    data: bytes
    extension: str  # "png" or "jpg"
    sha256: str  # of `data`, hexadecimal


def check_instruction(instruction: object) -> str:
    """The instruction without surrounding space; raises InstructionError if it is empty, too long or not text."""
    if not isinstance(instruction, str):
        raise InstructionError(
            f"The instruction came as {type(instruction).__name__}; write it as text of at most"
            f" {MAX_INSTRUCTION_CHARACTERS:,} characters."
        )
    text = instruction.replace("\r\n", "\n").strip()
    if not text:
        raise InstructionError(
            "The instruction is empty. Write what the models should do, or pick one of the suggestions"
            f" (1 to {MAX_INSTRUCTION_CHARACTERS:,} characters)."
        )
    if len(text) > MAX_INSTRUCTION_CHARACTERS:
        raise InstructionError(
            f"The instruction has {len(text):,} characters; at most {MAX_INSTRUCTION_CHARACTERS:,} are allowed."
            " Shorten it and start again."
        )
    bad = next((c for c in text if (ord(c) < 32 and c not in "\n\t") or 0xD800 <= ord(c) <= 0xDFFF), None)
    if bad is not None:
        raise InstructionError(
            f"The instruction contains the character U+{ord(bad):04X}, which is not text. Remove it and start again."
        )
    return text


def clean_picture(picture: object) -> CleanPicture:
    """Decodes safely, limits the longest side, drops all metadata and encodes anew.

    picture is a path, bytes, a file or a PIL image. PNG unless that is larger than MAX_PNG_BYTES, then JPEG.
    Two pictures are decoded at a time, the others wait: each may need some 500 MB for a moment.
    Raises PictureRefusedError.
    """
    if picture is None:
        raise PictureRefusedError("There is no picture yet. Upload one, or take a random one.")
    with _DECODING:
        try:
            if isinstance(picture, Image.Image):
                image = plain_rgb(picture, MAX_SIDE_PIXELS)
            else:
                image = open_picture(picture, max_pixels=MAX_PICTURE_PIXELS, max_side=MAX_SIDE_PIXELS)
        except PictureError as error:
            raise PictureRefusedError(str(error)) from error
        data, extension = _encode(image, "PNG"), "png"
        if len(data) > MAX_PNG_BYTES:
            data, extension = _encode(image, "JPEG", quality=JPEG_QUALITY), "jpg"
        stored = Image.open(io.BytesIO(data)).convert("RGB")
    return CleanPicture(stored, data, extension, hashlib.sha256(data).hexdigest())


def _encode(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()
