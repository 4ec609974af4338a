"""Several pictures at once: batches, failures that stand apart, answers known from earlier, and sudden death."""

import hashlib
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_suites import NOW, png, suite_rows, write_parquet
from test_replay import settings_of

from benchmark.ahead import WINDOW, Todo, batches
from benchmark.asking import OpenModel, Request, ask, prepare
from benchmark.cache import ResponseCache, cache_opener
from benchmark.data import open_suite
from benchmark.errors import RunError
from benchmark.replay import Pace, recall, replay, stop_rule
from benchmark.results import RunFolder
from models.errors import GenerationError, OutOfMemoryError
from models.identity import code_version, revision_of
from models.registry import find

TWO = Pace(pictures=2, under_way=2)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class Asker:
    """Answers by the picture's gray; refuses batches above `most` pictures and the pictures in `broken`."""

    def __init__(self, most=100, broken=(), error=GenerationError):
        self.most, self.broken, self.error = most, set(broken), error
        self.batches, self.lock = [], threading.Lock()

    def __call__(self, asked, stop, cancelled):
        shades = [picture.getpixel((0, 0))[0] for picture, _ in asked]
        with self.lock:
            self.batches.append(shades)
        if len(asked) > self.most:
            raise OutOfMemoryError("Memory ran out.")
        if self.broken & set(shades):
            raise self.error("It broke.")
        return [
            tuple(f"Yes {shade} {question}" for question in questions)
            for (_, questions), shade in zip(asked, shades, strict=True)
        ]


@pytest.fixture
def suite(parquet):
    return open_suite(parquet)


@pytest.fixture
def run(suite, tmp_path):
    return RunFolder.create(tmp_path / "run", settings_of(suite), NOW)


def test_batches_give_what_single_questions_give(suite, run, tmp_path):
    list(replay(suite, Asker(), run, pace=TWO))
    alone = RunFolder.create(tmp_path / "alone", settings_of(suite), NOW)
    list(replay(suite, Asker(), alone))
    answers = [{r.question_id: r.response for r in each.responses()} for each in (run, alone)]
    assert answers[0] == answers[1] and len(answers[0]) == 18


def test_a_batch_that_is_too_large_is_asked_in_halves(suite, run):
    asker = Asker(most=1)
    list(replay(suite, asker, run, pace=Pace(4, 1)))
    assert run.finished and not (run.path / "errors.jsonl").exists()
    assert sorted(shade for batch in asker.batches if len(batch) == 1 for shade in batch) == [
        0,
        1,
        2,
        20,
        21,
        22,
        40,
        41,
        42,
    ]


def test_a_picture_that_fails_alone_stands_apart_and_is_asked_again(suite, run):
    with pytest.raises(RunError, match=r"2 questions could not be answered \(It broke.\)"):
        list(replay(suite, Asker(broken=[21]), run, pace=TWO))
    assert len(run.responses()) == 16 and not run.finished
    (line,) = (run.path / "errors.jsonl").read_text().splitlines()
    assert json.loads(line) == {
        "image": "OCR/0001.png", "questions": [1, 2], "error": "GenerationError", "message": "It broke.",
    }  # fmt: skip
    assert "OCR/0001.png#1" not in {r.question_id for r in run.responses()}  # never scored as an empty answer
    again = Asker()
    list(replay(suite, again, run, pace=TWO))
    assert again.batches == [[21]] and run.finished


def test_a_broken_model_ends_the_run_at_once(suite, run):
    asker = Asker(broken=range(100))
    with pytest.raises(GenerationError, match="It broke"):
        list(replay(suite, asker, run, pace=Pace(1, 1)))
    assert len(asker.batches) == 3 and run.responses() == []


def test_stopping_in_the_middle_keeps_whole_batches(suite, run):
    stop = threading.Event()

    class Stopped(Asker):
        def __call__(self, asked, rule, cancelled):
            answers = super().__call__(asked, rule, cancelled)
            if len(self.batches) == 3:
                stop.set()
            return [] if cancelled.is_set() else answers

    list(replay(suite, Stopped(), run, stop, pace=Pace(2, 1)))
    assert len(run.responses()) == 8
    list(replay(suite, Asker(), run, pace=TWO))
    assert run.finished


@given(st.lists(st.integers(1, 40), max_size=40), st.integers(1, 7))
@settings(max_examples=40, deadline=None)
def test_batches_hold_everything_once_and_like_sizes_together(sizes, pictures):
    class Pair:
        def __init__(self, size):
            self.size = size

        def encoded(self):
            return b"%d" % self.size

        def decoded(self, data):
            from PIL import Image

            return Image.new("RGB", (int(data), 5))

    made = list(batches((Todo(Pair(size), ()) for size in sizes), pictures))
    assert sorted(todo.pair.size for batch in made for todo in batch) == sorted(sizes)
    assert all(1 <= len(batch) <= pictures for batch in made)
    assert all(todo.picture.size == (todo.pair.size, 5) for batch in made for todo in batch)
    later = [todo.pair.size for batch in made[1:] for todo in batch]
    if pictures > 1 and len(later) <= WINDOW // pictures * pictures:
        assert later == sorted(later)


def test_an_answer_ends_when_its_verdict_is_fixed():
    rule = stop_rule("verdict")
    assert [text for text in ("", "Y", "Ye", "Yes", "No", " Y", "The", "Then", "  no") if rule(text)] == [
        "Yes", "No", "The", "Then", "  no",
    ]  # fmt: skip
    assert stop_rule("full") is None


def test_what_is_known_is_not_asked(suite, run, tmp_path):
    cache = ResponseCache(tmp_path / "cache", {"revision": "r1"})
    list(replay(suite, Asker(), run, pace=TWO, remember=cache.remember))
    other = RunFolder.create(tmp_path / "other", settings_of(suite), NOW)
    steps = list(recall(suite, other, ResponseCache(tmp_path / "cache", {"revision": "r1"}).recall))
    assert other.finished and [step.done for step in steps] == list(range(1, 19))
    assert {r.question_id: r.response for r in other.responses()} == {
        r.question_id: r.response for r in run.responses()
    }
    assert all(r.seconds is None for r in other.responses())
    assert list(recall(suite, run, ResponseCache(tmp_path / "cache", {"revision": "r2"}).recall)) == []


def test_another_picture_or_question_is_another_key(tmp_path, suite):
    cache = ResponseCache(tmp_path / "cache", {})
    first = next(suite.images())
    cache.remember([(sha256(first.encoded()), first.questions[0], "yes")])
    rows = suite_rows()
    for row in rows[:2]:
        row["image"] = {"bytes": png(99), "path": row["image"]["path"]}
    changed = next(open_suite(write_parquet(tmp_path / "changed.parquet", rows)).images())
    again = ResponseCache(tmp_path / "cache", {})
    assert again.recall(sha256(first.encoded()), first.questions[0]) == "yes"
    assert again.recall(sha256(first.encoded()), first.questions[1]) is None
    assert again.recall(sha256(changed.encoded()), changed.questions[0]) is None


def test_a_cut_cache_loses_only_the_line_that_was_cut(tmp_path, suite):
    pairs = list(suite.images())
    cache = ResponseCache(tmp_path / "cache", {})
    for pair in pairs[:3]:
        cache.remember([(sha256(pair.encoded()), pair.questions[0], pair.image_id)])
    cache.path.write_bytes(cache.path.read_bytes()[:-9])
    ResponseCache(tmp_path / "cache", {}).remember([(sha256(pairs[5].encoded()), pairs[5].questions[0], "new")])
    again = ResponseCache(tmp_path / "cache", {})
    found = [again.recall(sha256(pairs[i].encoded()), pairs[i].questions[0]) for i in (0, 1, 2, 5)]
    assert found == ["existence/0000.png", "existence/0001.png", None, "new"]


def test_a_run_known_in_full_loads_no_model(tmp_path, parquet):
    opened = []

    def open_model(spec, quantization, say):
        from contextlib import nullcontext

        opened.append(spec.name)
        return nullcontext(OpenModel(Asker(), revision_of(spec), "cpu", TWO))

    prepared = prepare(Request("scout-3m", str(parquet)))
    caches = cache_opener(tmp_path / "cache", lambda: "cpu")
    first = len(list(ask(prepared, tmp_path / "a", open_model, open_cache=caches)))
    second = len(list(ask(prepared, tmp_path / "b", open_model, open_cache=caches)))
    assert (first, second, opened) == (18, 18, ["scout-3m"])
    assert RunFolder.open(tmp_path / "b").scores() == RunFolder.open(tmp_path / "a").scores()
    int8 = prepare(Request("scout-3m", str(parquet), "int8"))
    assert len(list(ask(int8, tmp_path / "c", open_model, open_cache=caches))) == 18 and len(opened) == 2


def test_the_identity_of_answers():
    revision = revision_of(find("scout-3m"))
    assert revision.startswith("sha256:") and revision == revision_of(find("scout-3m")) != revision_of(find("pup-3m"))
    assert len(code_version()) == 16


def test_twenty_kills_lose_at_most_what_is_under_way(tmp_path, parquet, suite):
    script = Path(__file__).parent / "replay_until_killed.py"
    command = [sys.executable, str(script), str(parquet), str(tmp_path / "run")]
    environment = {**os.environ, "PYTHONPATH": str(script.parents[2])}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=120)
    kills = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(kills) == 20 and all(kill["held"] >= kill["told"] for kill in kills)
    run = RunFolder.open(tmp_path / "run")
    whole = RunFolder.create(tmp_path / "whole", run.settings, NOW)
    list(replay(suite, Asker(), whole, pace=TWO))
    assert run.finished and run.scores() == whole.scores()
    lines = [json.loads(line) for line in (run.path / "responses.jsonl").read_text().splitlines()]
    assert len(lines) == len({(line["subtask"], line["image"], line["number"]) for line in lines}) == 18
