"""Runs that the page starts to hold against another: on a changed suite, or with other weights."""

import json
from dataclasses import replace

import pytest
from small_suites import NOW, suite_rows, write_parquet
from test_runner import MODEL, Loader, runner_with

from benchmark.altered import GRAY, Alteration
from benchmark.asking import Request
from benchmark.cache import cache_opener
from benchmark.data import EMBEDDED, open_suite
from benchmark.errors import RunError
from benchmark.importing import import_recorded
from benchmark.own_runs import RunShelf
from benchmark.results import RUN_FILE, RunFolder, list_runs
from benchmark.runner import State
from models.errors import UnknownQuantizationError
from models.identity import revision_of
from models.registry import lineup


class Watching(Loader):
    """Keeps the colours and the questions that it is shown, and with which weights."""

    def __init__(self, **options):
        super().__init__(**options)
        self.colours, self.questions, self.weights = [], [], []

    def __call__(self, spec, quantization, say):
        self.weights.append(quantization.value)
        return super().__call__(spec, quantization, say)

    def answer(self, picture, instruction):
        self.colours.append(picture.getpixel((0, 0)))
        self.questions.append(instruction)
        return super().answer(picture, instruction)


class Draw:
    """Draws suites that differ by their seed, and keeps the seeds."""

    def __init__(self):
        self.seeds = []

    def __call__(self, seed, folder, images):
        self.seeds.append(seed)
        rows = suite_rows(images=images or 3)
        for row in rows:
            row["question"] = f"{seed}: {row['question']}"
        write_parquet(folder / "x.parquet", rows)
        (folder / "manifest.json").write_text("{}")


@pytest.fixture
def loader():
    return Watching()


@pytest.fixture
def draw():
    return Draw()


@pytest.fixture
def runner(tmp_path, loader, parquet, draw):
    """A page for strangers, on which a small suite stands for the embedded one."""

    def open_source(source):
        return replace(open_suite(parquet), source=EMBEDDED) if source == EMBEDDED else open_suite(source)

    return runner_with(tmp_path, loader, allow_paths=False, open_source=open_source, draw_suite=draw)


def ended(runner) -> RunFolder:
    """The run that was started last, once it has ended."""
    runner.join(30)
    return runner.find(runner.status().run_id)


@pytest.fixture
def plain(runner) -> str:
    runner.start(Request(MODEL))
    return runner.name_of(ended(runner))


def test_the_same_questions_about_gray_pictures(runner, loader, plain):
    runner.start_audit(plain, Alteration.BLANK)
    run = ended(runner)
    assert run.finished and run.settings.alteration == "blank"
    assert set(loader.colours[18:]) == {GRAY} and GRAY not in loader.colours[:18]
    assert loader.questions[18:] == loader.questions[:18]
    assert run.settings.planned == runner.find(plain).settings.planned


def test_the_two_questions_change_places(runner, loader, plain):
    runner.start_audit(plain, Alteration.SWAPPED)
    assert ended(runner).settings.alteration == "swapped"
    first, then = loader.questions[:18], loader.questions[18:]
    assert then == [first[place + 1 - 2 * (place % 2)] for place in range(18)]


def test_swapped_questions_are_not_answered_from_what_is_known(tmp_path, parquet):
    loader = Watching(revision=revision_of(lineup()[0]))
    runner = runner_with(tmp_path, loader, open_cache=cache_opener(tmp_path / "answers", lambda: "cpu"))
    asked = []
    runner.start(Request(MODEL, str(parquet)))
    first = runner.name_of(ended(runner))
    for kind in (None, Alteration.SWAPPED, Alteration.BLANK):
        asked.append(loader.asked)
        runner.start(Request(MODEL, str(parquet))) if kind is None else runner.start_audit(first, kind)
        assert ended(runner).finished
    assert [*asked, loader.asked] == [18, 18, 36, 54]


def test_a_broken_audit_goes_on_where_it_was(runner, loader, plain):
    loader.breaks_at = 22
    runner.start_audit(plain, Alteration.BLANK)
    runner.join(30)
    assert runner.status().state is State.FAILED
    broken, loader.breaks_at = runner.status().run_id, None
    runner.resume(broken)
    assert ended(runner).finished and loader.asked == 36
    assert runner.find(broken).settings.alteration == "blank" and set(loader.colours[18:]) == {GRAY}


@pytest.mark.parametrize(
    "again",
    [
        lambda runner, run: runner.start_audit(run, Alteration.BLANK),
        lambda runner, run: runner.start_audit(run, Alteration.FRESH),
        lambda runner, run: runner.start_with_weights(run, "int8"),
    ],
    ids=["gray", "fresh", "weights"],
)
def test_what_was_begun_is_gone_on_with(runner, loader, plain, again):
    loader.breaks_at = 22
    again(runner, plain)
    runner.join(30)
    broken, loader.breaks_at = runner.status().run_id, None
    again(runner, plain)
    assert runner.name_of(ended(runner)) == broken and runner.find(broken).finished and loader.asked == 36
    again(runner, plain)  # now there is nothing to go on with
    assert runner.name_of(ended(runner)) != broken and len(list_runs(runner.runs)[0]) == 3


def test_fresh_pictures_are_drawn_beside_the_runs(runner, loader, draw, plain, tmp_path):
    runner.start_audit(plain, Alteration.FRESH)
    run = ended(runner)
    (seed,) = draw.seeds
    assert run.finished and run.settings.alteration == "fresh"
    assert run.settings.suite.source == str(tmp_path / "drawn-suites" / str(seed))
    assert all(question.startswith(f"{seed}: ") for question in loader.questions[18:])
    suite = runner.suite_of(run)
    assert suite.fingerprint == run.settings.suite.fingerprint != runner.find(plain).settings.suite.fingerprint


def test_a_drawn_suite_that_is_gone_is_drawn_again(runner, loader, draw, plain, tmp_path):
    loader.breaks_at = 22
    runner.start_audit(plain, Alteration.FRESH)
    runner.join(30)
    broken, loader.breaks_at = runner.status().run_id, None
    folder = tmp_path / "drawn-suites" / str(draw.seeds[0])
    for file in folder.iterdir():
        file.unlink()
    runner.resume(broken)
    assert ended(runner).finished and loader.asked == 36
    assert len(draw.seeds) == 2 and len(set(draw.seeds)) == 1


def test_only_as_many_fresh_pictures_as_were_asked(runner, draw):
    runner.start(Request(MODEL, limit=1))
    runner.start_audit(runner.name_of(ended(runner)), Alteration.FRESH)
    assert dict(ended(runner).settings.suite.images) == {"existence": 1, "OCR": 1, "code_reasoning": 1}


def test_a_run_of_the_audit_command_goes_on(tmp_path, parquet, loader, draw):
    """Its fresh suite lies in a folder beside it that is not named after a seed."""
    folder = tmp_path / "runs" / "audit"
    draw(7, folder / "fresh-suite", 3)
    runner = runner_with(tmp_path, loader, draw_suite=draw)
    loader.breaks_at = 4
    runner.start(Request(MODEL, str(folder / "fresh-suite")))
    runner.join(30)
    ended(runner).path.rename(folder / "fresh")
    record = json.loads((folder / "fresh" / RUN_FILE).read_text())
    record["settings"]["alteration"] = "fresh"
    (folder / "fresh" / RUN_FILE).write_text(json.dumps(record))
    loader.breaks_at = None
    runner.resume("audit/fresh")
    assert ended(runner).finished and runner.status().run_id == "audit/fresh"
    assert (loader.asked, draw.seeds) == (18, [7])


def test_the_same_with_other_weights(runner, loader, plain):
    runner.start_with_weights(plain, "int8")
    run = ended(runner)
    assert run.finished and run.settings.model.quantization == "int8" and loader.weights == ["none", "int8"]


@pytest.mark.parametrize("name", ["", "nothing", "..", "a/b/c"])
def test_there_must_be_a_run(runner, loader, name):
    for start in (lambda: runner.start_audit(name, Alteration.BLANK), lambda: runner.start_with_weights(name, "int8")):
        with pytest.raises(RunError, match="there is no run"):
            start()
    assert loader.opened == 0


def test_what_makes_no_sense_is_refused_before_a_model_is_loaded(runner, loader, plain, tmp_path):
    runner.start_audit(plain, Alteration.BLANK)
    blank = runner.name_of(ended(runner))
    texts = runner.find(plain).export_official(tmp_path / "texts")
    recorded = runner.name_of(import_recorded(texts, runner.runs, "Recorded", NOW))
    for run, sentence in ((blank, "choose a plain one"), (recorded, "recorded elsewhere")):
        with pytest.raises(RunError, match=sentence):
            runner.start_audit(run, Alteration.SWAPPED)
        with pytest.raises(RunError, match=sentence):
            runner.start_with_weights(run, "int8")
    with pytest.raises(UnknownQuantizationError):
        runner.start_with_weights(plain, "int3")
    assert loader.opened == 2


def test_another_suite_cannot_be_drawn_anew_or_asked_where_paths_are_off(tmp_path, parquet, loader, draw):
    runner = runner_with(tmp_path, loader, draw_suite=draw)
    runner.start(Request(MODEL, str(parquet)))
    run = runner.name_of(ended(runner))
    with pytest.raises(RunError, match="only the embedded suite can be drawn anew"):
        runner.start_audit(run, Alteration.FRESH)
    public = runner_with(tmp_path, loader, draw_suite=draw, allow_paths=False)
    for start in (lambda: public.start_audit(run, Alteration.BLANK), lambda: public.start_with_weights(run, "int8")):
        with pytest.raises(RunError, match="paths are off"):
            start()
    assert (loader.opened, draw.seeds) == (1, [])


def test_while_a_run_goes_on_no_other_starts(tmp_path, parquet):
    loader = Loader(hold_at=20)
    runner = runner_with(tmp_path, loader)
    runner.start(Request(MODEL, str(parquet)))
    run = runner.name_of(ended(runner))
    runner.start_audit(run, Alteration.BLANK)
    assert loader.reached.wait(30)
    for start in (lambda: runner.start_audit(run, Alteration.SWAPPED), lambda: runner.start_with_weights(run, "int8")):
        with pytest.raises(RunError, match="another run is going on"):
            start()
    loader.go_on.set()
    assert ended(runner).settings.alteration == "blank"


@pytest.fixture
def nested(runner, plain):
    """The two runs of an audit as the command leaves them: in a folder of their own."""
    runner.start_audit(plain, Alteration.BLANK)
    blank = runner.name_of(ended(runner))
    folder = runner.runs / "audit"
    folder.mkdir()
    for name, where in ((plain, "plain"), (blank, "blank")):
        (runner.runs / name).rename(folder / where)
    return runner


def test_runs_in_a_folder_of_runs_are_found(nested):
    runs, problems = list_runs(nested.runs)
    assert sorted(map(nested.name_of, runs)) == ["audit/blank", "audit/plain"] and problems == []
    assert nested.find("audit/blank").settings.alteration == "blank"
    nested.start_audit("audit/plain", Alteration.SWAPPED)
    assert ended(nested).finished
    for name in ("audit", "blank", "audit/../audit/blank", "/audit/blank", "audit/blank/"):
        with pytest.raises(RunError, match="there is no run"):
            nested.find(name)


def test_what_lies_deeper_is_no_run(nested):
    (nested.runs / "audit").rename(nested.runs / "moved")
    (nested.runs / "audit").mkdir()
    (nested.runs / "moved").rename(nested.runs / "audit" / "deeper")
    assert list_runs(nested.runs) == ([], [])


def test_pictures_are_shown_as_the_model_saw_them(nested):
    for name, gray in (("audit/plain", False), ("audit/blank", True)):
        pair = next(nested.suite_of(nested.find(name)).images())
        assert (pair.picture().getpixel((0, 0)) == GRAY) is gray


def test_the_boards_show_the_plain_run_of_an_audit(nested):
    runs, problems = RunShelf(nested.runs).runs()
    assert ([run.id for run in runs], problems) == (["audit/plain"], [])
    (nested.runs / "audit" / "blank" / RUN_FILE).write_text("{")
    runs, problems = RunShelf(nested.runs).runs()
    assert [run.id for run in runs] == ["audit/plain"] and "run.json is damaged" in problems[0]


def test_a_change_of_another_version_has_no_pictures(nested):
    path = nested.runs / "audit" / "blank" / RUN_FILE
    path.write_text(path.read_text().replace('"blank"', '"rotated"'))
    run = nested.find("audit/blank")
    assert run.settings.alteration == "rotated" and nested.suite_of(run) is None
