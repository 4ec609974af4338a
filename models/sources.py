"""Where a model's files are: a local folder as it is, a hub id through the Hub's cache.

Only safetensors weights are fetched, never pickled ones and never code: those could run anything.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from models.downloads import download
from models.errors import (
    GatedModelError,
    HubUnreachableError,
    ModelError,
    ModelFilesError,
    ModelNotFoundError,
)
from models.progress import Report, ignore
from models.spec import ModelSpec
from models.weights import content_hash

WANTED = ("*.safetensors", "*.json", "*.jinja", "*.model", "*.txt")
HUB_TIMEOUT_SECONDS = 5.0
UNWANTED = ("onnx/*", "original/*", "*/*.safetensors")


@dataclass(frozen=True)
class Files:
    """A folder with a model's files, and the exact version that it holds.

    `revision` is a commit hash for a hub model, "sha256:..." over the files for a local folder (empty until `fetch`:
    hashing gigabytes takes its time). `complete` tells that nothing more can be fetched: the folder is local, or the
    Hub does not answer and the cache must do.
    """

    folder: Path
    revision: str
    complete: bool


def find(spec: ModelSpec) -> Files:
    """Where config.json is, fetched if need be: enough to judge a model before its weights are.

    Raises ModelNotFoundError, ModelFilesError, GatedModelError or HubUnreachableError.
    """
    if spec.is_local:
        folder = _local_folder(spec)
        return Files(folder, "", complete=True)
    from huggingface_hub import hf_hub_download

    answers = _hub_answers(spec)
    with hub_errors(spec):
        file = hf_hub_download(spec.source, "config.json", revision=spec.revision, local_files_only=not answers)
    folder = Path(file).parent
    return Files(folder, folder.name, complete=not answers)  # the cache names a folder after its commit


def fetch(spec: ModelSpec, found: Files, report: Report = ignore) -> Files:
    """All the files of the version that `find` found, downloaded where they are not here yet."""
    if not found.complete:
        with hub_errors(spec):
            download(
                spec.title,
                report,
                repo_id=spec.source,
                revision=found.revision,
                allow_patterns=list(WANTED),
                ignore_patterns=list(UNWANTED),
            )
    if not any(found.folder.glob("*.safetensors")):
        if found.complete and not spec.is_local:  # a download was broken off, and now the Hub is away
            raise unreachable(spec)
        raise ModelFilesError(
            f"{spec.title} cannot be loaded: {spec.source} has no *.safetensors weights, the only kind that is read."
        )
    return replace(found, revision=content_hash(found.folder)) if spec.is_local else found


def _hub_answers(spec: ModelSpec) -> bool:
    """Whether the Hub answers at all, asked once: its client would retry for half a minute. Refusals are raised."""
    from huggingface_hub import HfApi

    try:
        with hub_errors(spec):
            HfApi().model_info(spec.source, revision=spec.revision, timeout=HUB_TIMEOUT_SECONDS)
    except HubUnreachableError:
        return False
    return True


def _local_folder(spec: ModelSpec) -> Path:
    folder = Path(spec.source).expanduser()
    if not folder.is_dir():
        remedy = " Train it with `python -m models.embedded.train`." if spec.embedded else " Check the path."
        raise ModelNotFoundError(f"{spec.title} is not on this machine: there is no folder {folder}.{remedy}")
    if not (folder / "config.json").is_file():
        raise ModelFilesError(
            f"{spec.title} cannot be loaded: {folder} has no config.json; a model folder holds config.json, "
            "*.safetensors and the processor's files."
        )
    return folder


@contextmanager
def hub_errors(spec: ModelSpec) -> Iterator[None]:
    import httpx2
    from huggingface_hub import errors

    name, revision = spec.source, spec.revision
    try:
        yield
    except errors.GatedRepoError as error:
        raise GatedModelError(
            f"{name} asks for its licence to be accepted: accept it at https://huggingface.co/{name}, then log in "
            "with `hf auth login` or set HF_TOKEN."
        ) from error
    except (errors.RepositoryNotFoundError, errors.HFValidationError) as error:
        raise ModelNotFoundError(
            f"The Hugging Face Hub has no model {name!r} that can be seen from here; check the spelling "
            "(owner/name), or log in with `hf auth login` if it is private."
        ) from error
    except errors.RevisionNotFoundError as error:
        raise ModelNotFoundError(f"{name} has no revision {revision!r}; use a branch, tag or commit.") from error
    except errors.RemoteEntryNotFoundError as error:
        raise ModelFilesError(f"{name} has no config.json: it is not a model that transformers can load.") from error
    except (
        errors.OfflineModeIsEnabled,
        errors.LocalEntryNotFoundError,
        errors.DryRunError,
        httpx2.TransportError,
    ) as error:
        raise unreachable(spec) from error
    except errors.HfHubHTTPError as error:
        status = error.response.status_code if error.response is not None else "no"
        raise HubUnreachableError(
            f"The Hugging Face Hub answered with status {status} for {name}; try again in a minute."
        ) from error
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise ModelError(f"The disk is full: {spec.title} could not be downloaded; free some space.") from error


def unreachable(spec: ModelSpec) -> HubUnreachableError:
    return HubUnreachableError(
        f"{spec.title} is not on this machine yet and the Hugging Face Hub cannot be reached; connect to the "
        "internet (and unset HF_HUB_OFFLINE) for the first use, or choose an embedded model."
    )
