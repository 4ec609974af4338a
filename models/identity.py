"""Which answers are the same answers: the model's exact files and the code that asks it, known without loading it."""

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from models import sources
from models.errors import ModelError
from models.spec import ModelSpec
from models.weights import content_hash

ASKING_CODE = (
    "building.py", "examples.py", "families.py", "generation.py", "lfm2.py", "minigpt4.py", "pairs.py", "parts.py",
    "prefix.py", "processors.py", "prompts.py", "quantized.py", "rows.py",
)  # fmt: skip
"""The files of this package that decide what a model is given and how its tokens become text."""
PACKAGES = ("torch", "transformers", "tokenizers", "accelerate", "bitsandbytes", "pillow")


def revision_of(spec: ModelSpec) -> str | None:
    """The commit, or the content hash of a local folder; None where only loading (or a server) could tell.

    May ask the Hub for the model's configuration, never for its weights.
    """
    if spec.endpoint is not None or spec.composition is not None:
        return None
    try:
        found = sources.find(spec)
        return content_hash(found.folder) if spec.is_local else found.revision
    except (ModelError, OSError):
        return None


@cache
def code_version(*more: Path) -> str:
    """16 hex digits over the asking code, `more` files of it in another room, and the versions of the libraries."""
    digest = hashlib.sha256()
    for file in (*(Path(__file__).parent / name for name in ASKING_CODE), *more):
        digest.update(f"{file.name}\0".encode() + (file.read_bytes() if file.is_file() else b""))
    for package in PACKAGES:
        try:
            digest.update(f"{package} {version(package)}\0".encode())
        except PackageNotFoundError:
            continue
    return digest.hexdigest()[:16]
