"""Why a server did not answer, in one sentence with the way out."""

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from models.replicas import Replica
from models.spec import ModelSpec

Listed = Callable[[Replica], Awaitable[list[tuple[str, str]]]]
"""Asks a server for its models: the name of each, and what the server says of it."""


@dataclass(eq=False)
class FailedTry(Exception):
    """One try that failed after `characters` of the answer had come; `cause` is the client's own error."""

    replica: Replica
    cause: Exception
    characters: int


async def explain(failed: FailedTry, spec: ModelSpec, tries: int, listed: Listed) -> str:
    """Which server, what happened, what can be done; may hold the server's own words."""
    import openai

    error, so_far = failed.cause, f" after {failed.characters} characters" if failed.characters else ""
    again = f" ({tries} tries)" if tries > 1 else ""
    settings = f"the endpoint of {spec.name} in models.yaml"
    if isinstance(error, openai.APIStatusError):
        what, way_out = await _refusal(failed, spec, settings, again, listed)
    elif isinstance(error, openai.APITimeoutError) and type(error.__cause__).__name__ == "ConnectTimeout":
        what, way_out = f"cannot be reached{again}", f"start it, or correct {settings}"
    elif isinstance(error, openai.APITimeoutError):
        what = f"was silent for {spec.endpoint.timeout_seconds:g} s{so_far}"
        way_out = f"ask again when it has less to do, or raise timeout_seconds in {settings}"
    elif isinstance(error, openai.APIConnectionError) and not failed.characters:
        what, way_out = f"cannot be reached{again}: {_root(error)}", f"start it, or correct {settings}"
    elif isinstance(error, openai.APIConnectionError | EOFError):
        what, way_out = f"broke off{so_far or ' before any text came'}", "ask again once it runs"
    elif isinstance(error, openai.APIError):
        what, way_out = f"failed{so_far}: {_said(error)}", "its own log says more"
    else:
        what, way_out = f"sent something that is no answer{so_far}", f"check {settings}"
    return f"{spec.title} did not answer: its server at {failed.replica.host} {what}; {way_out}."


async def _refusal(failed: FailedTry, spec: ModelSpec, settings: str, again: str, listed: Listed) -> tuple[str, str]:
    error: Any = failed.cause
    status, variable = error.status_code, spec.endpoint.key_variable
    if status in (401, 403):
        if variable:
            return f"refused the key (status {status})", f"put a valid one into the environment variable {variable}"
        return f"wants a key (status {status})", f"name the variable that holds it as key_variable in {settings}"
    if status == 404:
        try:
            names = [name for name, _said in await listed(failed.replica)]
        except Exception:  # it is the first failure that is told
            names = []
        if not names:
            return "knows no such address (status 404)", f"check that the address in {settings} ends in /v1"
        some = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
        return f"does not know the model {spec.endpoint.model!r}; it has {some}", f"correct {settings}"
    if status == 429:
        return f"has too much to do (status 429){again}", "ask again in a minute"
    if status >= 500:
        return f"failed with status {status}{again}: {_said(error)}", "its own log says more"
    return f"refused the question (status {status}): {_said(error)}", f"check {settings}"


def _said(error: Any) -> str:
    """The server's own words about an error, in one line."""
    body = error.body
    if isinstance(body, dict):
        body = body.get("message") or body.get("detail") or body
    return " ".join(str(body or error.message).split()).rstrip(".")[:300]


def _root(error: BaseException) -> str:
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno) if error.errno > 0 else str(error.strerror)
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")[:300]
