"""Where the three parts of a composed model are: folders and files here, or on the Hub through its cache.

Only what is used is fetched: of a BLIP-2 checkpoint, the files with the vision tower and the Q-Former. Vicuna and the
projections were published as pickled files; those are read as tensors only (`weights_only`), never as code.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from models import sources
from models.downloads import download
from models.errors import ModelFilesError, ModelNotFoundError, SpecificationError
from models.progress import Report, ignore
from models.spec import ModelSpec
from models.weights import content_hash

VISION_KEYS = ("vision_model.", "qformer.", "query_tokens")
SPACE = "spaces/"  # before "owner/name::file": a file of a Space's repository
_INDEX = "model.safetensors.index.json"
_SETTINGS = ("*.json", "*.model")
_PICKLES = "pytorch_model*.bin"


@dataclass(frozen=True)
class Parts:
    """A folder with BLIP-2's configuration, one with the language model's, and, once fetched, their weights too.

    `projection` is None until it is fetched, and so is `revision` empty: the versions of all three, joined by "+".
    """

    vision: sources.Files
    language: sources.Files
    projection: Path | None = None
    revision: str = ""


def find(spec: ModelSpec) -> Parts:
    """The parts' configurations, fetched if need be; raises a ModelError where a part cannot be had."""
    return Parts(sources.find(_part(spec, "vision")), sources.find(_part(spec, "language")))


def fetch(spec: ModelSpec, found: Parts, report: Report = ignore) -> Parts:
    """All the files of the parts that `find` found, downloaded where they are not here yet."""
    vision = _fetch_vision(_part(spec, "vision"), found.vision, report)
    language = _fetch_language(_part(spec, "language"), found.language, report)
    projection, version = _fetch_projection(spec, report)
    versions = (vision.revision, language.revision, version)
    return Parts(vision, language, projection, "+".join(versions))


def _part(spec: ModelSpec, name: str) -> ModelSpec:
    """One part as a spec of its own, so that what goes wrong with it is told like with any model."""
    source = getattr(spec.composition, name)
    return replace(spec, source=source, title=f"{spec.title} ({name} part)", composition=None, revision="main")


def _fetch_vision(spec: ModelSpec, found: sources.Files, report: Report) -> sources.Files:
    if not found.complete:
        _download(spec, found, report, [*_SETTINGS, _INDEX])
        index = found.folder / _INDEX
        shards = ["model.safetensors"]
        if index.is_file():
            places = json.loads(index.read_text("utf-8"))["weight_map"]
            shards = sorted({file for name, file in places.items() if name.startswith(VISION_KEYS)})
        _download(spec, found, report, shards)
    return _checked(spec, found, ["*.safetensors"])


def _fetch_language(spec: ModelSpec, found: sources.Files, report: Report) -> sources.Files:
    if not found.complete:
        from huggingface_hub import HfApi

        with sources.hub_errors(spec):
            names = HfApi().list_repo_files(spec.source, revision=found.revision)
        safe = any(name.endswith(".safetensors") and "/" not in name for name in names)
        _download(spec, found, report, [*_SETTINGS, "model*.safetensors" if safe else _PICKLES])
    return _checked(spec, found, ["*.safetensors", _PICKLES])


def _download(spec: ModelSpec, found: sources.Files, report: Report, patterns: Sequence[str]) -> None:
    with sources.hub_errors(spec):
        download(spec.title, report, repo_id=spec.source, revision=found.revision, allow_patterns=list(patterns))


def _checked(spec: ModelSpec, found: sources.Files, patterns: Sequence[str]) -> sources.Files:
    if not any(any(found.folder.glob(pattern)) for pattern in patterns):
        if found.complete and not spec.is_local:  # a download was broken off, and now the Hub is away
            raise sources.unreachable(spec)
        raise ModelFilesError(
            f"{spec.title} cannot be loaded: {spec.source} has no weights ({' or '.join(patterns)} is read)."
        )
    return replace(found, revision=content_hash(found.folder)) if spec.is_local else found


def _fetch_projection(spec: ModelSpec, report: Report) -> tuple[Path, str]:
    where = spec.composition.projection
    if "::" not in where:
        file = Path(where).expanduser()
        if not file.is_file():
            raise ModelNotFoundError(f"{spec.title}'s projection is not on this machine: there is no file {file}.")
        return file, f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()[:16]}"
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import RemoteEntryNotFoundError

    repository, _, name = where.removeprefix(SPACE).partition("::")
    if not repository or not name:
        raise SpecificationError(f'{spec.title}: a projection is a file\'s path or "owner/name::file"; got {where!r}.')
    kind = "space" if where.startswith(SPACE) else "model"
    part = replace(_part(spec, "projection"), source=repository)
    with sources.hub_errors(part):
        try:
            file = Path(hf_hub_download(repository, name, repo_type=kind))
        except RemoteEntryNotFoundError as error:
            raise ModelFilesError(f"{spec.title}'s projection: {repository} has no file {name}.") from error
    return file, file.parents[len(Path(name).parts) - 1].name  # the cache names a folder after its commit
