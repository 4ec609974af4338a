"""Whether a visitor's own picture may be shown: decided by nobody, by a classifier on this machine, or by a server.

Only own pictures are asked about. When the moderation fails, own pictures are refused until it works again, and the
arena goes on with the pictures it offers; `state` says so, for the page.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from PIL import Image

from arena.errors import ArenaError, PictureRefusedError


class Status(StrEnum):
    OFF = "off"
    READY = "ready"
    FAILING = "failing"


@dataclass(frozen=True)
class ModerationState:
    """How the moderation is doing, with one sentence for the page."""

    status: Status
    sentence: str

    @property
    def uploads_open(self) -> bool:
        return self.status is not Status.FAILING


class PictureNotAllowedError(PictureRefusedError):
    """The moderation looked at a picture and said no."""


class ModerationFailedError(ArenaError):
    """The moderation gave no answer, so no own picture is taken."""


class Moderation(Protocol):
    def check(self, picture: Image.Image) -> None:
        """Returns when the picture (RGB) may be used. Raises PictureNotAllowedError, ModerationFailedError."""

    @property
    def state(self) -> ModerationState: ...


class NoModeration:
    """Every picture may be used."""

    state = ModerationState(Status.OFF, "Pictures are not checked before they are shown to the models.")

    def check(self, picture: Image.Image) -> None:
        pass
