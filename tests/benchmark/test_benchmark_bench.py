import json
import threading

import pytest

from benchmark import __main__ as cli
from benchmark.bench import Speed, measure
from benchmark.data import open_suite
from benchmark.replay import Pace


class Scripted:
    """A model that takes a second for each question alone, and one for each batch."""

    def __init__(self):
        self.now, self.alone, self.together = 0.0, [], []
        self.lock = threading.Lock()

    def clock(self):
        return self.now

    def answer(self, picture, question):
        self.now += 1
        self.alone.append(question)
        return f"Yes, {question}"

    def ask(self, asked, rule, cancelled):
        with self.lock:
            self.now += 1
            self.together.append([question for _, questions in asked for question in questions])
        return [tuple(self.said(question, rule) for question in questions) for _, questions in asked]

    def said(self, question, rule):
        return f"Yes, {question}" if rule is None else "Yes"


@pytest.fixture
def suite(parquet):
    return open_suite(parquet)


def measured(suite, model, tmp_path, **options):
    pace = Pace(2, 1)
    return measure(suite, model.answer, model.ask, tmp_path / "runs", pace=pace, clock=model.clock, **options)


def test_both_ways_are_asked_the_same_and_timed_apart(suite, tmp_path):
    model = Scripted()
    found = measured(suite, model, tmp_path, cpu_clock=lambda: model.now / 2)
    assert found == Speed("verdict", 2, 9, 18.0, 5.0, 9.0, 2.5, (), None)
    assert sorted(model.alone[4:]) == sorted(question for batch in model.together[1:] for question in batch)
    assert len(model.alone) == 22 and model.together[0] == model.alone[:4]  # the warm-up is not counted
    told = json.loads(json.dumps(found.as_dict()))
    assert (told["ratio"], told["cpu_ratio"], told["verdicts_differ"], told["questions"]) == (3.6, 3.6, 0, 18)
    assert (told["one_by_one_questions_per_second"], told["images_per_minute"]) == (1.0, 108.0)


def test_the_ways_take_turns(tmp_path, make_parquet):
    from small_suites import suite_rows

    suite, model, order = open_suite(make_parquet(suite_rows(images=12))), Scripted(), []
    measure(
        suite,
        lambda picture, question: order.append("one") or model.answer(picture, question),
        lambda *asked: order.append("ours") or model.ask(*asked),
        tmp_path / "runs",
        pace=Pace(2, 1),
        clock=model.clock,
        cpu_clock=lambda: model.now,
    )
    turns = [way for at, way in enumerate(order) if at == 0 or order[at - 1] != way]
    assert turns == ["one", "ours"] * 4  # a warm-up, then 36 pictures, 16 a turn


def test_verdicts_and_texts_that_differ_are_named(suite, tmp_path):
    class Other(Scripted):
        def said(self, question, rule):
            return "No" if question.startswith("OCR 1 0") else super().said(question, rule)

    model = Other()
    found = measured(suite, model, tmp_path, stop="full", images=2, cpu_clock=lambda: model.now)
    assert found.differing == ("OCR/0001.png#1",) and found.texts_differ == 1 and found.pictures == 6


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--batch", "0"], "the batch is 0; give at least 1 picture"),
        (["--stop", "soon"], "there is no stop rule 'soon'"),
        (["--model", "nope"], "There is no model named 'nope'"),
        (["--suite", "/nowhere"], "there is no file or folder '/nowhere'"),
    ],
)
def test_what_cannot_be_measured_is_refused_first(arguments, sentence, capsys):
    assert cli.main(["bench", *arguments]) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith("error: ") and sentence in printed.err and printed.out == ""


@pytest.fixture
def one_thread():
    """Two threads that wait for each other are slow where other programs run."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_the_embedded_model_says_the_same_in_both_ways(one_thread, capsys):
    assert cli.main(["bench", "--images", "1", "--batch", "4", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["verdicts_differ"], found["differing"], found["pictures"]) == (0, [], 14)
    assert found["ratio"] == pytest.approx(found["one_by_one_seconds"] / found["ours_seconds"])
    assert found["ours_questions_per_second"] > 0 and found["one_by_one_questions_per_second"] > 0
    assert (found["model"], found["quantization"], found["batch"]) == ("scout-3m", "none", 4)
    assert found["weights_bytes"] > 10_000_000 and "torch" in found["versions"]
