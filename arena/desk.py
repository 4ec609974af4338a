"""What lies on the page before one visitor, kept on the server; and the reading of what their browser sends."""

import ipaddress
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from arena.battle import Turn
from arena.errors import JudgmentError

MAX_MARKS_CHARACTERS = 100_000


@dataclass(frozen=True)
class Desk:
    """One visitor's page. The browser never sees it: it holds the battle's id.

    offer is the last picture that the page offered, with its challenge; own: the picture is the visitor's. kept is
    the battle whose picture stays for the next one. instruction and answers are those of the turn that is shown last,
    `turns` those before. names are the models' titles where the visitor chose them, else empty. round_key changes with
    every battle, so that marks of one are not taken for another's.
    """

    offer: Any = None  # arena.service.Offer
    own: bool = False
    battle: str | None = None
    kept: str | None = None
    instruction: str = ""
    turns: tuple[Turn, ...] = ()
    answers: tuple[str, str] = ("", "")
    names: tuple[str, str] = ("", "")
    round_key: str = field(default_factory=lambda: secrets.token_hex(4))

    def with_battle(self, battle: str, instruction: str, names: tuple[str, str] = ("", "")) -> "Desk":
        return Desk(offer=self.offer, own=self.own, battle=battle, instruction=instruction, names=names)

    def with_question(self, instruction: str) -> "Desk":
        """A further question about the same picture: the turn that was answered moves up."""
        return replace(self, instruction=instruction, turns=(*self.turns, Turn(self.instruction, *self.answers)))

    def cleared(self, *, keep_picture: bool = False) -> "Desk":
        """No battle; `keep_picture` where the next one is about the same picture."""
        return Desk(offer=self.offer, own=self.own, kept=self.battle if keep_picture else None)


def read_marks(spans: object, comment: object) -> Mapping[str, object]:
    """What `votes.read_remarks` takes, from the JSON list that `marking.js` sends and the comment.

    Raises JudgmentError if the list is no JSON or far too long.
    """
    if not spans:
        return {"spans": [], "comment": comment or ""}
    if not isinstance(spans, str) or len(spans) > MAX_MARKS_CHARACTERS:
        raise JudgmentError(f"The marks came as something else than JSON text of {MAX_MARKS_CHARACTERS:,} characters.")
    try:
        return {"spans": json.loads(spans), "comment": comment or ""}
    except (json.JSONDecodeError, RecursionError) as error:
        raise JudgmentError("The marks are no JSON list. Reload the page and judge the battle again.") from error


def client_address(host: str, forwarded: str) -> str:
    """Who is asking: the last public address of an X-Forwarded-For header (the ones after it are proxies of the same
    house), else the address that the connection came from."""
    for part in reversed(forwarded.split(",")):
        try:
            address = ipaddress.ip_address(part.strip())
        except ValueError:
            continue
        if address.is_global:
            return str(address)
    return host
