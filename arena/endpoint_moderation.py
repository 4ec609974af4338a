"""Moderation by a server: the picture is posted as PNG, the answer is JSON, `{"allowed": true, "reason": ""}`.

Busy and unreachable servers are asked again, within a time limit for the whole; anything but a clear answer is none.
"""

import io
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from PIL import Image

from arena.verdict import NoAnswerError, Verdict

ATTEMPTS = 3
MAX_ANSWER_BYTES = 65_536
MAX_REASON_CHARACTERS = 200
TOO_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})


class _AgainError(Exception):
    """This try failed in a way that the next one may not."""


@dataclass(frozen=True)
class EndpointJudge:
    """Posts a picture to `url`; `timeout_seconds` is for all tries together, first_pause_seconds doubles each time.

    token, if any, is sent as a bearer token.
    """

    url: str
    timeout_seconds: float
    token: str = field(default="", repr=False)
    first_pause_seconds: float = 0.2
    clock: Callable[[], float] = time.monotonic

    def __call__(self, picture: Image.Image) -> Verdict:
        import httpx2  # comes with the Hub's client; not needed to start the page
        from tenacity import RetryError, Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

        buffer = io.BytesIO()
        picture.convert("RGB").save(buffer, "PNG")
        deadline = self.clock() + self.timeout_seconds
        tries = Retrying(
            stop=stop_after_attempt(ATTEMPTS) | (lambda state: self.clock() >= deadline),
            wait=wait_exponential(self.first_pause_seconds, max=self.timeout_seconds),
            retry=retry_if_exception_type(_AgainError),
            sleep=lambda seconds: time.sleep(max(0.0, min(seconds, deadline - self.clock()))),
        )
        try:
            with httpx2.Client() as client:
                return tries(self._ask, client, buffer.getvalue(), deadline)
        except RetryError as error:
            raise NoAnswerError(str(error.last_attempt.exception())) from error

    def _ask(self, client: object, png: bytes, deadline: float) -> Verdict:
        import httpx2

        headers = {"Content-Type": "image/png", "Accept": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        left = max(deadline - self.clock(), 0.001)
        try:
            with client.stream("POST", self.url, content=png, headers=headers, timeout=left) as response:
                if response.status_code in TOO_BUSY:
                    raise _AgainError(f"the server answered with status {response.status_code}")
                if response.status_code != 200:
                    raise NoAnswerError(f"the server answered with status {response.status_code}")
                return read_answer(self._body(response.iter_bytes(), deadline))
        except httpx2.TransportError as error:
            raise _AgainError(f"the server cannot be asked: {type(error).__name__}") from error
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise NoAnswerError(f"the server cannot be asked: {type(error).__name__}") from error

    def _body(self, pieces: object, deadline: float) -> bytes:
        body = b""
        for piece in pieces:
            body += piece
            if len(body) > MAX_ANSWER_BYTES:
                raise NoAnswerError(f"the answer is longer than {MAX_ANSWER_BYTES} bytes")
            if self.clock() > deadline:  # a server that drips would never run into a time-out of one read
                raise NoAnswerError("the answer did not end in time")
        return body


def read_answer(body: bytes) -> Verdict:
    """The verdict in an answer's body; raises NoAnswerError for anything but an object with a boolean `allowed`."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NoAnswerError("the answer is not JSON") from error
    allowed = answer.get("allowed") if isinstance(answer, dict) else None
    reason = answer.get("reason", "") if isinstance(answer, dict) else None
    if not isinstance(allowed, bool) or not isinstance(reason, str):
        raise NoAnswerError('the answer is not {"allowed": true or false, "reason": text}')
    shown = " ".join("".join(c if c.isprintable() else " " for c in reason).split())
    return Verdict(allowed, shown[:MAX_REASON_CHARACTERS])
