"""Counts the parts of a picture file up to its pixels, without decoding.

Pillow reads segments, chunks and blocks in Python, one by one: a file of 20 MB that consists of nothing but empty ones
keeps the whole server busy for half a minute. Walking stops as soon as there are more than an honest file has.
"""

import re
import struct

MAX_PARTS = 10_000  # a PNG of 20 MB in chunks of 8 KB has 2,500
MAX_SCANS = 200  # of a JPEG; usual ones have 1 or 10, and a thousand over a big picture keep a core busy for minutes

_FILL = re.compile(rb"\xff+")
_WITHOUT_LENGTH = frozenset({0x00, 0x01, *range(0xD0, 0xD9)})
_END_OF_IMAGE, _START_OF_SCAN = 0xD9, 0xDA
_PNG, _GIF = b"\x89PNG\r\n\x1a\n", b"GIF8"
_EXTENSION, _FRAME, _TRAILER = 0x21, 0x2C, 0x3B


def has_too_many(data: bytes) -> bool:
    """Whether a JPEG, PNG or GIF file has more than MAX_PARTS parts, or a JPEG more than MAX_SCANS passes.

    Files of other formats, and what is damaged in a way that ends the walk, are left to the decoder.
    """
    if data.startswith(b"\xff\xd8"):
        return data.count(b"\xff\xda") > MAX_SCANS or _jpeg_header(data) > MAX_PARTS
    if data.startswith(_PNG):
        return _png_chunks(data) > MAX_PARTS
    return data.startswith(_GIF) and _gif_blocks(data) > MAX_PARTS


def _jpeg_header(data: bytes) -> int:
    """Segments up to the first pixels; fill bytes count one each."""
    at = parts = 2
    while parts <= MAX_PARTS:
        fill = _FILL.match(data, at)
        if fill is None or fill.end() >= len(data):
            break
        parts += fill.end() - at
        at, marker = fill.end() + 1, data[fill.end()]
        if marker in (_START_OF_SCAN, _END_OF_IMAGE):
            break
        if marker not in _WITHOUT_LENGTH:
            at += int.from_bytes(data[at : at + 2], "big")
    return parts


def _png_chunks(data: bytes) -> int:
    at, parts = len(_PNG), 0
    while parts <= MAX_PARTS and at + 12 <= len(data) and data[at + 4 : at + 8] != b"IEND":
        at += 12 + struct.unpack_from(">I", data, at)[0]
        parts += 1
    return parts


def _gif_blocks(data: bytes) -> int:
    """Blocks and their parts up to the first frame; bytes of no meaning count one each."""
    if len(data) < 13:
        return 0
    at, parts = 13 + (3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0), 0
    while parts <= MAX_PARTS and at < len(data) and data[at] not in (_FRAME, _TRAILER):
        parts += 1
        if data[at] != _EXTENSION:
            at += 1
            continue
        at += 2
        while parts <= MAX_PARTS and at < len(data) and data[at]:
            at += 1 + data[at]
            parts += 1
        at += 1
    return parts
