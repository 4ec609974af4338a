"""Whether a visitor's own picture may be shown: decided by nobody, by a classifier on this machine, or by a server.

Only own pictures are asked about. While the moderation fails, own pictures are refused and the arena goes on with the
pictures it offers; `state` says so, for the page. A picture is taken only after a yes, never for want of a no.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from PIL import Image

from arena.endpoint_moderation import EndpointJudge
from arena.errors import ArenaError, PictureRefusedError
from arena.verdict import Judge, NoAnswerError, Verdict
from models.errors import ModelError, SpecificationError

REST_SECONDS = 60.0
CLOSED = (
    "Own pictures cannot be taken at the moment, because the check of pictures does not answer."
    " The pictures that the arena offers still work."
)

_log = logging.getLogger(__name__)


class Status(StrEnum):
    OFF = "off"
    READY = "ready"
    FAILING = "failing"


@dataclass(frozen=True)
class ModerationState:
    """How the moderation is doing, with one sentence for the page.

    uploads_open is False right after a failure; a while later an own picture may be tried again.
    """

    status: Status
    sentence: str
    uploads_open: bool = True


class PictureNotAllowedError(PictureRefusedError):
    """The moderation looked at a picture and said no."""

    def __init__(self, reason: str) -> None:
        because = f" ({reason})" if reason else ""
        super().__init__(f"The check of pictures did not allow this one{because}. Please use another picture.")


class ModerationFailedError(ArenaError):
    """The moderation gave no answer, so no own picture is taken."""

    def __init__(self) -> None:
        super().__init__(CLOSED)


class Moderation(Protocol):
    """What the service asks before it takes a visitor's own picture."""

    def check(self, picture: Image.Image) -> None:
        """Returns when the picture (RGB) may be used. Raises PictureNotAllowedError, ModerationFailedError."""

    @property
    def state(self) -> ModerationState: ...


class NoModeration:
    """Every picture may be used."""

    state = ModerationState(Status.OFF, "Own pictures are not checked here before the models see them.")

    def check(self, picture: Image.Image) -> None:
        pass


class WatchedModeration:
    """Asks a judge, and remembers whether it answers. May be called from any thread.

    After a failure it rests: for `rest_seconds` every own picture is refused at once, then the next one is tried.
    clock gives seconds that never go back.
    """

    def __init__(
        self, judge: Judge, name: str, clock: Callable[[], float] = time.monotonic, rest_seconds: float = REST_SECONDS
    ) -> None:
        """name says in the page's sentence who judges, e.g. "a program on this machine"."""
        self._judge, self._name, self._clock, self._rest_seconds = judge, name, clock, rest_seconds
        self._lock = threading.Lock()  # protects _failed_at
        self._failed_at: float | None = None

    @property
    def state(self) -> ModerationState:
        with self._lock:
            failed_at = self._failed_at
        if failed_at is None:
            return ModerationState(
                Status.READY, f"Own pictures are checked by {self._name} before the models see them."
            )
        if self._clock() < failed_at + self._rest_seconds:
            return ModerationState(Status.FAILING, CLOSED, uploads_open=False)
        return ModerationState(Status.FAILING, "The check of pictures did not answer; your picture will try it again.")

    def check(self, picture: Image.Image) -> None:
        if not self.state.uploads_open:
            raise ModerationFailedError
        try:
            verdict = self._judge(picture)
        except NoAnswerError as error:
            _log.warning("moderation by %s: %s", self._name, error)
            with self._lock:
                self._failed_at = self._clock()
            raise ModerationFailedError from error
        with self._lock:
            self._failed_at = None
        if not verdict.allowed:
            raise PictureNotAllowedError(verdict.reason)

    def probe(self) -> ModerationState:
        """Tries the judge on a grey picture, so that a wrong name or address is seen before the first visitor."""
        try:
            self.check(Image.new("RGB", (64, 64), "grey"))
        except PictureNotAllowedError:
            pass  # it answered
        except ModerationFailedError:
            _log.warning("moderation by %s does not work; own pictures are refused", self._name)
        return self.state


class Classifier(Protocol):
    """What is used of `models.moderation.PictureClassifier`."""

    def require(self, labels: tuple[str, ...]) -> None: ...

    def probabilities(self, picture: Image.Image) -> Mapping[str, float]: ...


@dataclass(frozen=True)
class ClassifierJudge:
    """Refuses a picture when a classifier finds one of the `refused` labels likely enough.

    open_classifier is called once for each picture and must remember what it opened.
    """

    open_classifier: Callable[[], Classifier]
    refused: tuple[str, ...]
    threshold: float

    def __call__(self, picture: Image.Image) -> Verdict:
        try:
            classifier = self.open_classifier()
            classifier.require(self.refused)
            found = classifier.probabilities(picture)
        except ModelError as error:
            raise NoAnswerError(str(error)) from error
        worst = max(self.refused, key=lambda label: found[label])
        return Verdict(
            found[worst] < self.threshold, f"it looks like {worst!r}" if found[worst] >= self.threshold else ""
        )


class ModerationKind(StrEnum):
    NONE = "none"
    CLASSIFIER = "classifier"
    ENDPOINT = "endpoint"


@dataclass(frozen=True)
class ModerationSettings:
    """The `moderation` section of a Spacefile; see there for what each key means."""

    kind: ModerationKind = ModerationKind.NONE
    model: str = ""
    revision: str | None = None
    refuse: tuple[str, ...] = ()
    threshold: float = 0.5
    url: str = ""
    timeout_seconds: float = 10.0
    token_variable: str = ""


def build_moderation(settings: ModerationSettings, environment: Mapping[str, str]) -> Moderation:
    """The moderation of a Spacefile; loads nothing yet. Raises SpecificationError where a named secret is not set."""
    if settings.kind is ModerationKind.NONE:
        return NoModeration()
    if settings.kind is ModerationKind.CLASSIFIER:
        opened = _OpenOnce(settings.model, settings.revision)
        judge = ClassifierJudge(opened, settings.refuse, settings.threshold)
        return WatchedModeration(judge, "a program on this server")
    if settings.token_variable and not environment.get(settings.token_variable):
        raise SpecificationError(
            f"The Spacefile's moderation needs the secret {settings.token_variable}, which is not set."
        )
    token = environment.get(settings.token_variable, "") if settings.token_variable else ""
    return WatchedModeration(EndpointJudge(settings.url, settings.timeout_seconds, token), "another server")


class _OpenOnce:
    """The one classifier of an installation. torch is imported with its first picture, not with the page."""

    def __init__(self, source: str, revision: str | None) -> None:
        self._source, self._revision = source, revision
        self._lock = threading.Lock()  # protects _classifier
        self._classifier: Classifier | None = None

    def __call__(self) -> Classifier:
        with self._lock:
            if self._classifier is None:
                from models.moderation import PictureClassifier

                self._classifier = PictureClassifier(self._source, self._revision)
            return self._classifier
