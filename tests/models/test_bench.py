import json
import threading

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models import bench, device, measuring, shapes
from models.__main__ import main
from models.embedded.scenes import SHAPES as DRAWN
from models.errors import GenerationError, ModelError, OutOfMemoryError
from models.loading import load
from models.measuring import PeakMemory, Settings, drawn_pairs, first_four_characters_verdict, verdict_is_fixed
from models.registry import find
from models.spec import Quantization

QUICK = ["--device", "cpu", "--pairs", "2", "--batch", "2", "--tokens", "4", "--repeats", "1"]
POSITIVE = (
    "load_seconds",
    "weights_bytes",
    "predicted_bytes",
    "first_text_seconds",
    "first_text_seconds_two_together",
    "tokens",
    "tokens_per_second",
    "plain_seconds_per_question",
    "shared_seconds_per_question",
    "shared_seconds_per_question_without_stop",
    "pairs_per_second_plain",
    "pairs_per_second_shared",
    "ratio",
    "ratio_without_stop",
)
FACTS = (
    *("model", "shape", "weights", "quantization", "device", "device_type", "threads", "versions", "date", "dtype"),
    *("pairs", "batch", "repeats", "image_pixels", "image_tokens", "peak_bytes", "peak_measured_as", "two_together"),
    *("ratio_range", "verdicts_differ", "texts_differ_without_stop"),
)


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    torch.set_num_threads(1)


def measured(capsys, *arguments: str) -> dict:
    assert main(["bench", *arguments, *QUICK, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_random_weights_of_a_shape_are_measured(capsys):
    found = measured(capsys, "--random-weights", "scout-576")
    assert set(found) == {*POSITIVE, *FACTS}
    assert all(found[name] > 0 for name in POSITIVE)
    assert (found["model"], found["shape"], found["weights"]) == ("random-scout-576", "scout-576", "random")
    assert (found["image_tokens"], found["image_pixels"], found["dtype"]) == (576, 384, "float32")
    assert found["weights_bytes"] == found["predicted_bytes"]
    assert found["peak_bytes"] > 0  # of a process that held other models before, so hardly more can be said


def test_figures_fit_together(capsys):
    found = measured(capsys, "scout-3m", "--quantization", "int8")
    plain, shared = found["plain_seconds_per_question"], found["shared_seconds_per_question"]
    assert found["ratio"] == pytest.approx(plain / shared)
    assert found["ratio_without_stop"] == pytest.approx(plain / found["shared_seconds_per_question_without_stop"])
    assert found["ratio_range"] == pytest.approx([plain / shared] * 2)  # one turn
    assert found["pairs_per_second_plain"] == pytest.approx(1 / (2 * plain))
    assert found["pairs_per_second_shared"] == pytest.approx(1 / (2 * shared))
    assert (found["verdicts_differ"], found["texts_differ_without_stop"]) == (0, 0)
    assert (found["model"], found["shape"], found["weights"]) == ("scout-3m", None, "published")
    assert (found["quantization"], found["tokens"], found["image_tokens"]) == ("int8", 4, 36)
    assert found["weights_bytes"] == found["predicted_bytes"]


def test_progress_goes_to_stderr_and_a_table_to_people(capsys):
    assert main(["bench", "scout-3m", *QUICK]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("model ")
    assert "scout-3m, published weights, none, float32" in out
    assert "0 of 4" in out
    assert "Asking 4 questions in three ways, 1 of 1…" in err
    assert err.count("Loading") == 2  # two copies; a text that comes again with another share is shown once


def test_a_table_says_what_was_not_measured(capsys):
    found = measured(capsys, "scout-3m")
    gaps = {"peak_bytes": None, "tokens_per_second": None, "first_text_seconds_two_together": None}
    assert bench.as_table({**found, **gaps}).count("not measured") == 3


def test_a_second_copy_that_does_not_fit_is_not_loaded(monkeypatch):
    loaded = load(find("scout-3m"), Quantization.NONE, "cpu")
    subject = bench.subject_of("scout-3m", None, "none", "cpu")
    monkeypatch.setattr(device, "memory_budget", lambda _device: 2 * loaded.footprint_bytes - 1)
    assert bench._second_copy(subject, loaded, print) == (
        None,
        "not measured: a second copy does not fit beside the first",
    )


def test_a_second_copy_that_runs_out_of_memory_is_told(monkeypatch):
    loaded = load(find("scout-3m"), Quantization.NONE, "cpu")

    def full(*_arguments):
        raise OutOfMemoryError("Memory ran out.")

    monkeypatch.setattr(bench.Subject, "load", full)
    copy, note = bench._second_copy(bench.subject_of("scout-3m", None, "none", "cpu"), loaded, print)
    assert (copy, note) == (None, "not measured: memory ran out while loading a second copy")


def test_one_copy_gives_no_time_for_two():
    loaded = load(find("scout-3m"), Quantization.NONE, "cpu")
    found = measuring.time_first_text([loaded], drawn_pairs(1, 96, 0), Settings(repeats=1))
    assert found["first_text_seconds"] > 0
    assert found["first_text_seconds_two_together"] is None


def test_an_error_beside_another_answer_is_raised(monkeypatch):
    good = load(find("scout-3m"), Quantization.NONE, "cpu")
    bad = load(find("pup-3m"), Quantization.NONE, "cpu")
    monkeypatch.setattr(bad.model, "generate", lambda **_options: 1 / 0)
    with pytest.raises(GenerationError, match="Pup 3M failed while answering: division by zero"):
        measuring.time_first_text([good, bad], drawn_pairs(1, 96, 0), Settings(repeats=1))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--random-weights", "llava-7b"], "There is no shape 'llava-7b'; choose one of llava-1.5-7b, "),
        (["scout"], "There is no model named 'scout'."),
        (["scout", "--random-weights", "scout-576"], "There is no model named 'scout'."),
        (["scout-3m", "--quantization", "fp4"], "There is no quantization 'fp4'; choose one of none, int8, nf4."),
        ([], "Nothing to measure: name a model, or a shape with --random-weights (llava-1.5-7b, "),
        (["scout-3m", "--device", "cuda:99"], "There is no device 'cuda:99' here; choose one of cpu"),
        (["lavin-13b"], " does not load on this machine, so nothing can be measured here."),
    ],
)
def test_mistakes_are_told_before_anything_is_loaded(arguments, message, capsys, monkeypatch):
    monkeypatch.setattr(bench, "measure", lambda *_arguments: pytest.fail("measured"))
    assert main(["bench", *arguments]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("value", ["0", "-1", "two", "1.5", ""])
@pytest.mark.parametrize("option", ["--pairs", "--batch", "--tokens", "--repeats"])
def test_counts_are_whole_numbers_above_0(option, value, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["bench", "scout-3m", option, value])
    assert stopped.value.code == 2
    assert "must be a whole number above 0" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Yes", "yes"),
        ("no.", "no"),
        (" NO", "no"),
        ("nope", "no"),
        ("  ye", "other"),
        ("   yes", "other"),
        ("", "other"),
    ],
)
def test_a_verdict_is_read_in_four_characters(text, verdict):
    assert first_four_characters_verdict(text) == verdict


@given(st.text(alphabet="yesnoYESNO .", max_size=6), st.text(alphabet="yesnoYESNO .", max_size=4))
def test_a_fixed_verdict_stays(text, more):
    if verdict_is_fixed(text):
        assert first_four_characters_verdict(text + more) == first_four_characters_verdict(text)
    else:
        assert first_four_characters_verdict(text) == "other"


def test_pairs_are_drawn_alike_for_a_seed_with_one_question_of_each_truth():
    one, again, other = drawn_pairs(3, 64, 5), drawn_pairs(3, 64, 5), drawn_pairs(3, 64, 6)
    assert [questions for _, questions in one] == [questions for _, questions in again]
    assert [picture.tobytes() for picture, _ in one] != [picture.tobytes() for picture, _ in other]
    for picture, (present, absent) in one:
        assert picture.size == (64, 64)
        assert present != absent
        assert all(any(shape in question for shape in DRAWN) for question in (present, absent))


def test_peak_memory_sees_what_was_held_for_a_moment():
    with PeakMemory("cpu") as peak:
        held = bytearray(256 * 2**20)
        held[:: 2**12] = b"x" * len(held[:: 2**12])
        threading.Event().wait(5 * measuring._SAMPLE_SECONDS)
        del held
    assert peak.bytes == pytest.approx(256 * 2**20, rel=0.3)  # other tests' garbage may go meanwhile


def test_without_proc_peak_memory_is_unknown(monkeypatch, tmp_path):
    monkeypatch.setattr(measuring, "_STATM", tmp_path / "statm")
    with PeakMemory("cpu") as peak:
        pass
    assert (peak.bytes, peak.how) == (None, "not measured on this system")


def test_every_shape_can_be_named():
    assert [bench.subject_of(None, shape, "nf4", "cpu").name for shape in shapes.SHAPES] == [
        f"random-{shape}" for shape in shapes.SHAPES
    ]
    with pytest.raises(ModelError):
        bench.subject_of(None, None, "nf4", "cpu")
