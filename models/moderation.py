"""A classifier of pictures, for moderation: from a folder or the Hub, loaded at the first picture, on the CPU.

Any model of `AutoModelForImageClassification` with safetensors weights and its picture processor will do, e.g.
Falconsai/nsfw_image_detection (labels "normal" and "nsfw").
"""

import threading
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from transformers import AutoImageProcessor, AutoModelForImageClassification

from models.errors import ModelError, SpecificationError

MULTI_LABEL = "multi_label_classification"


class PictureClassifier:
    """Probabilities of a picture's labels; one picture at a time, from any thread."""

    def __init__(self, source: str, revision: str | None = None) -> None:
        """source is a folder or a hub id (owner/name), revision a commit or branch of the latter."""
        self.source, self.revision = source, revision
        self._lock = threading.Lock()  # protects _loaded, and lets one thread compute while others wait
        self._loaded: tuple[Any, Any] | None = None  # model, processor

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that the model knows, in its order. Raises ModelError where it cannot be loaded."""
        with self._lock:
            model, _ = self._load()
            return tuple(model.config.id2label[index] for index in sorted(model.config.id2label))

    def probabilities(self, picture: Image.Image) -> dict[str, float]:
        """Label -> probability, 0 to 1. They sum to 1 unless the model gives several labels to one picture.

        Raises ModelError where the model cannot be loaded or its output is not finite.
        """
        with self._lock, torch.inference_mode():
            model, processor = self._load()
            logits = model(**processor(images=picture.convert("RGB"), return_tensors="pt")).logits[0].float()
        if not torch.isfinite(logits).all():
            raise ModelError(f"{self.source} gave no finite probabilities for a picture; choose another classifier.")
        several = model.config.problem_type == MULTI_LABEL
        shares = torch.sigmoid(logits) if several else torch.softmax(logits, dim=-1)
        return {model.config.id2label[index]: share for index, share in enumerate(shares.tolist())}

    def require(self, labels: tuple[str, ...]) -> None:
        """Raises SpecificationError where one of `labels` is not a label of the model."""
        unknown = [label for label in labels if label not in self.labels]
        if unknown:
            raise SpecificationError(
                f"{self.source} has no label {unknown[0]!r}; its labels are {', '.join(self.labels)}."
            )

    def _load(self) -> tuple[Any, Any]:
        if self._loaded is None:
            local = Path(self.source).expanduser()
            place = {"local_files_only": True} if local.is_dir() else {"revision": self.revision or "main"}
            name = str(local) if local.is_dir() else self.source
            try:
                processor = AutoImageProcessor.from_pretrained(name, **place)
                # never pickled weights and never the repository's own code: those could run anything
                model = AutoModelForImageClassification.from_pretrained(name, use_safetensors=True, **place)
            except Exception as error:  # transformers raises a dozen kinds for files that are missing or wrong
                first = (str(error).splitlines() or [type(error).__name__])[0]
                raise ModelError(f"The picture classifier {self.source} cannot be loaded: {first}") from error
            self._loaded = (model.eval(), processor)
        return self._loaded
