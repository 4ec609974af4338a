import errno
import json
import os
import threading

import pytest
from small_suites import NOW, suite_rows, write_parquet

from benchmark import results
from benchmark.data import open_suite
from benchmark.errors import RecordError, RunError
from benchmark.records import ModelRecord, RunSettings, SuiteRecord
from benchmark.replay import one_by_one, replay
from benchmark.results import RunFolder, list_runs, new_run_path
from models.errors import PictureError


def settings_of(suite, subtasks=None, limit=None, **model) -> RunSettings:
    chosen = tuple(s.name for s in suite.selected(subtasks))
    return RunSettings(
        ModelRecord("m", "Model M", **model), SuiteRecord.of(suite), chosen, limit, {"max_new_tokens": 16}
    )


class Model:
    """Answers yes, counts what it was asked, and breaks at a chosen question."""

    def __init__(self, breaks_at: int | None = None) -> None:
        self.asked: list[str] = []
        self.shades: list[int] = []
        self.breaks_at = breaks_at

    def __call__(self, picture, instruction: str) -> str:
        if len(self.asked) == self.breaks_at:
            raise MemoryError("out of memory")
        self.asked.append(instruction)
        self.shades.append(picture.getpixel((0, 0))[0])
        return "Yes\tindeed"


@pytest.fixture
def suite(parquet):
    return open_suite(parquet)


@pytest.fixture
def run(suite, tmp_path):
    return RunFolder.create(tmp_path / "run", settings_of(suite), NOW)


def test_every_question_is_asked_once_with_its_picture(suite, run):
    model = Model()
    steps = list(replay(suite, one_by_one(model), run, clock=iter(range(1000)).__next__))
    assert model.asked == [q.text for pair in suite.images() for q in pair.questions]
    assert model.shades == [20 * place + number for place in range(3) for number in range(3) for _ in range(2)]
    assert [step.done for step in steps] == list(range(1, 19))
    assert steps[0].seconds_left > steps[-1].seconds_left == 0
    assert steps[-1].scores == run.scores()
    assert run.finished and run.scores().perception == 100.0 and run.scores().cognition == 50.0
    assert all(r.seconds == 0.5 for r in run.responses())  # both questions of a picture share its second


def test_limit_and_subtasks_come_from_the_settings(suite, tmp_path):
    run = RunFolder.create(tmp_path / "run", settings_of(suite, ["OCR", "existence"], 2), NOW)
    assert run.settings.questions == 8
    assert [s.pair.image_id for s in replay(suite, one_by_one(Model()), run)][::2] == [
        "existence/0000.png",
        "existence/0001.png",
        "OCR/0000.png",
        "OCR/0001.png",
    ]
    assert run.coverage() == {"existence": (2, 3), "OCR": (2, 3)}


@pytest.mark.parametrize("breaks_at", range(18))
def test_a_broken_run_resumes_where_it_was(suite, run, breaks_at):
    first, second = Model(breaks_at), Model()
    with pytest.raises(MemoryError):
        list(replay(suite, one_by_one(first), run))
    assert not run.finished
    list(replay(suite, one_by_one(second), RunFolder.open(run.path)))
    whole = breaks_at // 2 * 2  # a picture whose second question broke is asked again
    assert first.asked[:whole] + second.asked == [q.text for pair in suite.images() for q in pair.questions]
    assert first.shades[:whole] + second.shades == [20 * p + n for p in range(3) for n in range(3) for _ in range(2)]
    assert run.finished


def test_any_cut_of_the_file_resumes_to_the_same_score(suite, run):
    """As after SIGKILL or power loss: the file may end at any byte."""
    list(replay(suite, one_by_one(Model()), run))
    path, whole, score = run.path / "responses.jsonl", (run.path / "responses.jsonl").read_bytes(), run.scores()
    for length in range(0, len(whole), 97):
        path.write_bytes(whole[:length])
        kept = len(run.responses())
        assert kept == whole[:length].count(b"\n")
        model = Model()
        list(replay(suite, one_by_one(model), run))
        assert len(model.asked) == 18 - kept
        assert run.scores() == score
        assert len(path.read_bytes().splitlines()) == 18


def test_a_last_line_of_garbage_is_asked_again_but_not_one_before_it(suite, run):
    list(replay(suite, one_by_one(Model()), run))
    path = run.path / "responses.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]) + b"\x00\x00\n")
    assert len(run.responses()) == 17
    path.write_bytes(lines[0] + b"{}\n" + lines[2])
    with pytest.raises(RecordError, match=r"responses.jsonl, line 2 is damaged"):
        run.responses()


def test_stop_is_obeyed_after_the_current_picture(suite, run):
    stop = threading.Event()
    for step in replay(suite, one_by_one(Model()), run, stop):
        if step.done == 5:
            stop.set()
    assert len(run.responses()) == 6
    assert run.scores().unpaired == 0


def test_an_answer_is_synced_before_it_counts(suite, run, monkeypatch):
    synced = []
    monkeypatch.setattr(results.os, "fsync", lambda fd: synced.append(os.fstat(fd).st_size))
    for step in replay(suite, one_by_one(Model()), run):
        assert len(synced) == (step.done + 1) // 2  # once for both answers of a picture
        assert synced[-1] == (run.path / "responses.jsonl").stat().st_size


def test_a_full_disk_keeps_what_is_answered(suite, run, monkeypatch):
    def full(fd):
        raise OSError(errno.ENOSPC, "No space left on device")

    steps = replay(suite, one_by_one(Model()), run)
    assert [next(steps).done, next(steps).done] == [1, 2]
    monkeypatch.setattr(results.os, "fsync", full)
    with pytest.raises(RunError, match=r"cannot be written.*No space left on device.*resume the run"):
        next(steps)
    monkeypatch.undo()
    list(replay(suite, one_by_one(Model()), run))
    assert run.finished


def test_two_writers_do_not_share_a_run(suite, run):
    steps = replay(suite, one_by_one(Model()), run)
    next(steps)
    with pytest.raises(RunError, match="is going on already"):
        next(replay(suite, one_by_one(Model()), RunFolder.open(run.path)))
    steps.close()
    list(replay(suite, one_by_one(Model()), run))
    assert run.finished


def test_a_truncated_picture_stops_the_run_and_keeps_it(tmp_path):
    rows = suite_rows()
    rows[6]["image"]["bytes"] = rows[6]["image"]["bytes"][:40]
    suite = open_suite(write_parquet(tmp_path / "s.parquet", rows))
    run = RunFolder.create(tmp_path / "run", settings_of(suite), NOW)
    with pytest.raises(PictureError, match=r"picture OCR/0000.png"):
        list(replay(suite, one_by_one(Model()), run))
    assert len(run.responses()) == 6


def test_a_run_is_not_resumed_with_other_settings_or_questions(suite, run, tmp_path):
    same = RunFolder.open_or_create(run.path, settings_of(suite), NOW)
    assert same.settings == run.settings
    with pytest.raises(
        RunError, match=r"holds a run with other settings .quantization none there, nf4 now; image limit "
    ):
        RunFolder.open_or_create(run.path, settings_of(suite, limit=2, quantization="nf4"), NOW)
    other = open_suite(write_parquet(tmp_path / "other.parquet", suite_rows(images=2)))
    with pytest.raises(RunError, match="open the same suite to resume it"):
        next(replay(other, one_by_one(Model()), run))


def test_run_files_say_everything_needed_to_repeat_it(suite, run):
    run.add_session(NOW, "cpu", {"torch": "2.13.0"})
    record = json.loads((run.path / "run.json").read_text())
    assert record["settings"]["model"]["title"] == "Model M"
    assert record["settings"]["suite"]["fingerprint"] == suite.fingerprint
    assert record["settings"]["generation"] == {"max_new_tokens": 16}
    assert record["settings"]["prompt_style"] == "official"
    assert record["sessions"] == [{"started": NOW.isoformat(), "device": "cpu", "versions": {"torch": "2.13.0"}}]
    assert RunFolder.open(run.path).settings == run.settings


def test_folders_that_are_no_runs(tmp_path, suite):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "notes.txt").write_text("mine")
    with pytest.raises(RunError, match="is not empty and holds no run"):
        RunFolder.create(tmp_path / "a", settings_of(suite), NOW)
    with pytest.raises(RecordError, match="holds no run"):
        RunFolder.open(tmp_path / "a")
    (tmp_path / "a" / "run.json").write_text('{"id": 1}')
    with pytest.raises(RecordError, match="is damaged or of another version"):
        RunFolder.open(tmp_path / "a")


def test_runs_are_listed_newest_first_and_broken_ones_named(suite, tmp_path):
    runs = tmp_path / "runs"
    assert list_runs(runs) == ([], [])
    for day in (1, 3, 2):
        now = NOW.replace(day=day)
        RunFolder.create(new_run_path(runs, "m", now), settings_of(suite), now)
    assert new_run_path(runs, "m", now).name == "2026-01-02_030405_m_2"
    (runs / "broken").mkdir()
    (runs / "broken" / "run.json").write_text("{")
    found, problems = list_runs(runs)
    assert [run.created.day for run in found] == [3, 2, 1]
    assert len(problems) == 1 and "broken" in problems[0]
