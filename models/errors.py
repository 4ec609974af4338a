"""Everything that can go wrong with a model or a picture, each as one sentence with the way out."""

from collections.abc import Sequence
from difflib import get_close_matches


class ModelError(Exception):
    """Base of every error of this package; its text can be shown to a person as it is."""


class UnknownModelError(ModelError):
    """A model name that is not in the line-up."""

    def __init__(self, name: str, allowed: Sequence[str]) -> None:
        spelled = {known.lower(): known for known in allowed}
        close = get_close_matches(name.lower(), spelled, n=1)
        guess = f" Did you mean {spelled[close[0]]!r}?" if close else ""
        super().__init__(
            f"There is no model named {name!r}.{guess} Known models: {', '.join(allowed)}; any other one of the "
            "Hugging Face Hub can be given as owner/name."
        )


class UnknownQuantizationError(ModelError):
    """A quantization that is not one of the three."""

    def __init__(self, value: str, allowed: Sequence[str]) -> None:
        super().__init__(f"There is no quantization {value!r}; choose one of {', '.join(allowed)}.")


class UnknownShapeError(ModelError):
    """A shape to fill with random weights that is not kept here."""

    def __init__(self, value: str, allowed: Sequence[str]) -> None:
        super().__init__(f"There is no shape {value!r}; choose one of {', '.join(allowed)}.")


class ModelNotFoundError(ModelError):
    """The folder or the hub id behind a spec does not exist."""


class ModelFilesError(ModelError):
    """A model's files are there but incomplete or damaged."""


class NotVisionModelError(ModelError):
    """The model reads text only."""


class MissingPackageError(ModelError):
    """A Python package that this model or quantization needs is not installed."""


class HubUnreachableError(ModelError):
    """The files are not on this machine and the Hugging Face Hub did not answer."""


class GatedModelError(ModelError):
    """The Hub wants an accepted licence and a token for this model."""


class ModelTooLargeError(ModelError):
    """The model can never fit into the memory the pool may use; raised before anything is loaded."""


class PoolBusyError(ModelError):
    """Other models kept the memory for longer than a lease waits."""


class LeaseCancelledError(ModelError):
    """Whoever waited for a model does not want it any more."""


class OutOfMemoryError(ModelError):
    """Memory ran out while loading or answering."""


class NotAnsweringHereError(ModelError):
    """The model cannot be loaded on this machine, and no endpoint was given that answers for it."""


class RemoteError(ModelError):
    """A server that answers for a model failed, was too slow, or went away."""


class SpecificationError(ModelError):
    """A models.yaml, or a model given by its hub id, that cannot be meant."""


class GenerationError(ModelError):
    """Answering failed in the middle."""


class PictureError(ModelError):
    """A picture that cannot be used; says what came and what is accepted."""
