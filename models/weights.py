"""Facts about a local model folder, read from its files without loading a tensor."""

import hashlib
import json
import math
from pathlib import Path

MODEL_SUFFIXES = {".safetensors", ".json", ".jinja", ".model", ".txt", ".bin"}
MAX_HEADER_BYTES = 100_000_000  # the safetensors format's own limit


def parameter_count(folder: Path) -> int | None:
    """Number of weights in the folder's safetensors files; None where there are none or one is unreadable.

    Format: 8 bytes little-endian header length, then JSON {tensor: {dtype, shape, data_offsets}}
    (https://huggingface.co/docs/safetensors).
    """
    files = sorted(folder.glob("*.safetensors"))
    try:
        return sum(_count(file) for file in files) or None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _count(file: Path) -> int:
    with file.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        if length > MAX_HEADER_BYTES:
            raise ValueError(f"{file.name}: a header of {length} bytes")
        header = json.loads(stream.read(length))
    return sum(math.prod(tensor["shape"]) for name, tensor in header.items() if name != "__metadata__")


def content_hash(folder: Path) -> str:
    """The text "sha256:" and 16 hex digits over the names and bytes of the files that make the model.

    It plays the part of a commit hash for a model that has none; a better model card does not change it.
    """
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.iterdir() if path.is_file() and path.suffix in MODEL_SUFFIXES):
        digest.update(f"{file.name}\0{file.stat().st_size}\0".encode())
        with file.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return f"sha256:{digest.hexdigest()[:16]}"
