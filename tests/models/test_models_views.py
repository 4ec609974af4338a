import pytest

from models import views
from models.pooled import PooledModel, PoolStatus
from models.progress import Stage, Step
from models.spec import Composition, Endpoint, Mission, ModelSpec, Quantization, Runs

SPEC = ModelSpec("tiny", "Tiny <b>", "me/tiny", "llava", 7_000_000_000, "MIT & more", notes="A note.")
GIB = 2**30


def pooled(footprint=2 * GIB, predicted=2 * GIB, leases=0, loading=False, step=None, spec=SPEC):
    return PooledModel(spec, Quantization.NF4, footprint, predicted, 0, leases, loading, step)


def status(*models, budget=8 * GIB, doing="Ready."):
    return PoolStatus(doing, models, sum(m.footprint_bytes for m in models), budget, 0, "NVIDIA H100", 80 * GIB)


def test_the_bar_shows_each_model_to_scale():
    panel = views.memory_panel(status(pooled(), pooled(GIB, 2 * GIB, leases=1)))
    assert "width:25.00%" in panel and "width:12.50%" in panel
    assert "2.0 GiB, exactly as predicted · idle" in panel
    assert "1.0 GiB, predicted 2.0 GiB · in use" in panel
    assert "3.0 GiB of 8.0 GiB for models" in panel
    assert "On NVIDIA H100 with 80.0 GiB; models may take 8.0 GiB" in panel
    assert "<b>Tiny &lt;b&gt;</b>" in panel


def test_a_loading_model_shows_how_far_it_is():
    step = Step(Stage.QUANTIZING, "Quantizing", 0.4)
    panel = views.memory_panel(status(pooled(loading=True, step=step), doing="Quantizing Tiny: 40 %"))
    assert "getting ready 40%" in panel and "2.0 GiB predicted" in panel and "models-loading" in panel
    assert "Quantizing Tiny: 40 %" in panel


def test_before_anything_was_asked_nothing_is_measured():
    panel = views.memory_panel(PoolStatus("Ready; no model is loaded yet.", (), 0, None, 0))
    assert "measured when the first model is asked for" in panel and "models-bar" not in panel


@pytest.mark.parametrize(
    ("changes", "predicted", "words"),
    [
        ({}, 3 * GIB, ["3.0 GiB with 4 bits per weight", "https://huggingface.co/me/tiny", "MIT &amp; more"]),
        ({}, "No network <here>.", ["No network &lt;here&gt;."]),
        ({"endpoint": Endpoint(("http://a/v1", "http://b/v1"), "m")}, 0, ["a server answers for it", "on 2 servers"]),
        ({"runs": Runs.RECORDED, "serves": (Mission.BENCHMARK,)}, "Not here.", ["recorded answers only", "yes/no"]),
        ({"composition": Composition("a/b", "c/d", "e/f::g")}, 1, ["loaded by this app"]),
        ({"parameters": 0}, 1, ["<dt>Size</dt><dd>unknown</dd>"]),
    ],
)
def test_facts_say_what_it_takes_and_how_it_runs(changes, predicted, words):
    from dataclasses import replace

    card = views.facts_card(replace(SPEC, **changes), Quantization.NF4, predicted)
    assert [word for word in words if word not in card] == []
    assert "Tiny &lt;b&gt;" in card


def test_the_catalogue_has_a_row_for_each_model():
    table = views.catalogue([SPEC, ModelSpec("far", "Far", "https://far", "x", 0, "none", runs=Runs.ENDPOINT)])
    assert table.count("<tr>") == 3  # and the head
    assert '<td class="models-off">needs a server of its own</td>' in table


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "${x}", "`{{y}}`", "&lt;b&gt;"])
def test_what_a_model_writes_can_only_be_text(text):
    panel = views.answer_panel(text, "writing", 0.25)
    assert "<script>" not in panel and "${" not in panel and "`" not in panel and "&lt;b&gt;\n" not in panel
    assert "first text after 0.2 s" in panel or "first text after 0.3 s" in panel


def test_the_answer_says_how_it_ended():
    assert "wrote nothing" in views.answer_panel(" ", "done", None, 1.0)
    assert "Stopped · first text after 0.5 s · 2.0 s in all" in views.answer_panel("some", "stopped", 0.5, 2.0)
    assert "Looking at the picture" in views.answer_panel("", "waiting")
    assert "Fetching &lt;x&gt;" in views.note_panel("Fetching <x>")
    assert views.amount(27 * 2**20) == "27 MiB" and views.amount(3 * GIB // 2) == "1.5 GiB"
