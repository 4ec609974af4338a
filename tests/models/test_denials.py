"""What the pool and the line-up say about a model that they do not lend."""

import threading
from dataclasses import replace

import pytest

from models.denials import refuse_absent, refuse_cancelled, ways_out
from models.errors import LeaseCancelledError, NotAnsweringHereError
from models.registry import find
from models.spec import Endpoint, Runs

SERVED = "name a server that runs it (`endpoint:` in models.yaml)"
RECORDED = "score answers recorded elsewhere (python -m benchmark score FOLDER)"


@pytest.mark.parametrize(
    ("name", "why", "ways"),
    [
        ("fastvlm-0.5b", "Its vision tower needs timm, and with it torchvision", f"{SERVED}, or {RECORDED}"),
        ("otter-9b", "its code is not in transformers", f"{SERVED}, or {RECORDED}"),
        ("lavin-13b", "its recorded MME answers can be imported", f"{RECORDED}, or {SERVED}"),
    ],
)
def test_each_model_is_refused_for_its_own_reason(name, why, ways):
    spec = find(name)
    with pytest.raises(NotAnsweringHereError) as caught:
        refuse_absent(spec)
    said = str(caught.value)
    assert said.startswith(f"{spec.title} cannot be loaded here. ")
    assert why in said and said.endswith(f" You can {ways}.") and said.count("transformers has no class") == 0


def test_an_entry_without_a_note_is_told_by_its_own_words():
    assert ways_out(replace(find("otter-9b"), notes="")).startswith(
        "Its entry in the line-up says so (runs: endpoint)."
    )


def test_whoever_answers_is_not_refused():
    refuse_absent(find("scout-3m"))
    refuse_absent(replace(find("otter-9b"), endpoint=Endpoint(("http://one:8000/v1",), "otter")))
    refuse_absent(replace(find("fastvlm-0.5b"), runs=Runs.HERE))


def test_only_a_set_event_cancels():
    event = threading.Event()
    refuse_cancelled(find("scout-3m"), None)
    refuse_cancelled(find("scout-3m"), event)
    event.set()
    with pytest.raises(LeaseCancelledError, match="Scout 3M is not wanted any more"):
        refuse_cancelled(find("scout-3m"), event)
