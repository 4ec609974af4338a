"""Parts of the Arena tab and what its event handlers share."""

import functools
import json
import time
from collections.abc import Callable
from pathlib import Path

import gradio as gr

from arena import views
from arena.desk import Desk, client_address
from arena.errors import ArenaError, UnknownBattleError
from arena.service import ArenaService
from arena.votes import Judgment
from models.page_ui import PRIVATE, explaining

CHOICES = [
    ("A", Judgment.A.value), ("B", Judgment.B.value), ("Both good", Judgment.BOTH_GOOD.value),
    ("Both bad", Judgment.BOTH_BAD.value), ("Can't tell", Judgment.CANT_TELL.value),
]  # fmt: skip
SCRIPTS = [Path(__file__).with_name(name) for name in ("marking.js", "keys.js")]


def seated(handler: Callable) -> Callable:
    """The handler of an event whose first input is the desk; errors become messages on the page."""
    told = explaining(ArenaError)(handler)

    @functools.wraps(handler)
    def with_desk(now: Desk | None, *arguments):
        return told(now or Desk(), *arguments)

    return with_desk


def contestants(service: ArenaService) -> list[gr.Dropdown]:
    """For each side a model and how it is loaded: four dropdowns, in the order A, how, B, how."""
    models = service.named_models()
    made = []
    for number, side in enumerate("AB"):
        name = list(models)[min(number, len(models) - 1)] if models else None
        with gr.Row():
            model = gr.Dropdown(
                [(spec.title, key) for key, spec in models.items()], value=name, label=f"Answer {side}",
                elem_id=f"arena-model-{side.lower()}", min_width=160,
            )  # fmt: skip
            bits = gr.Dropdown(
                _loadings(service, name), value="", label="Loaded", elem_id=f"arena-loaded-{side.lower()}",
                min_width=120,
            )  # fmt: skip
        model.change(lambda chosen: gr.update(choices=_loadings(service, chosen), value=""), model, bits, **PRIVATE)
        made += [model, bits]
    return made


def _loadings(service: ArenaService, name: object) -> list[tuple[str, str]]:
    spec = service.named_models().get(name) if isinstance(name, str) else None
    return [("as usual here", ""), *(spec.weights if spec else ())]


def named_title(service: ArenaService, name: str, how: str) -> str:
    """A model that was chosen by name, with how it is loaded where that was chosen too."""
    words = {value: title for title, value in _loadings(service, name)}
    return f"{service.title(name)}, {words.get(how, how)}" if how else service.title(name)


def axis(question: str, explanation: str, elem_id: str) -> gr.Radio:
    return gr.Radio(CHOICES, label=question, info=explanation, elem_id=elem_id, elem_classes="arena-segments")


def run_scripts() -> None:
    """What the browser runs once the tab is there: marking words, and the keys."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in SCRIPTS)
    titles = json.dumps({kind.value: title for kind, title in views.MARK_TITLES.items()})
    once = "const panel = element.closest('[role=tabpanel]'); if (panel.arena) return; panel.arena = true;"
    run = f"arenaMarking(panel, {titles}); arenaKeys(panel);"
    gr.HTML(elem_id="arena-scripts", padding=False, js_on_load=f"{once}\n{code}\n{run}")


def path_of(payload: object) -> str | None:
    """The path of an uploaded file, which Gradio has checked to lie in its upload folder."""
    return payload.get("path") if isinstance(payload, dict) else None


def html(value: str = "", **options: object) -> gr.HTML:
    return gr.HTML(value, elem_classes="arena-html", padding=False, **options)


def voter_of(request: gr.Request) -> str:
    """Who a request comes from: the account that is signed in, else this load of the page."""
    account = account_of(request, time.time())
    if account:
        return f"account {account}"
    if not request.session_hash:
        raise UnknownBattleError
    return request.session_hash


def account_of(request: gr.Request, now: float) -> str:
    """The id of the Hugging Face account that is signed in, empty where none is or where it is no longer valid.

    It lies in a cookie that Gradio signs; on a page without sign-in there is no such session.
    """
    scope = getattr(request.request, "scope", None) or {}
    signed_in = (scope.get("session") or {}).get("oauth_info") or {}
    expires = signed_in.get("expires_at")
    if expires is not None and expires < now:
        return ""
    return str((signed_in.get("userinfo") or {}).get("sub") or "")


def battle_of(now: Desk) -> str:
    if not now.battle:
        raise UnknownBattleError
    return now.battle


def address_of(request: gr.Request, behind_proxy: bool) -> str:
    host = request.client.host if request.client else ""
    return client_address(host, request.headers.get("x-forwarded-for", "") if behind_proxy else "")
