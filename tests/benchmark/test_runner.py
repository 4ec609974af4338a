import threading
from contextlib import contextmanager

import pytest
from small_suites import NOW, suite_rows, write_parquet

from benchmark.asking import OpenModel, Request, ask, existing_run, prepare
from benchmark.errors import RunError
from benchmark.replay import one_by_one
from benchmark.results import list_runs
from benchmark.runner import Runner, State
from models.errors import ModelError, PictureError, UnknownModelError, UnknownQuantizationError
from models.registry import lineup

MODEL = lineup()[0].name


class Loader:
    """Opens a scripted model; counts how often, and can hold it before a question until it is let go."""

    def __init__(self, revision="r1", hold_at=None, breaks_at=None):
        self.revision, self.hold_at, self.breaks_at = revision, hold_at, breaks_at
        self.opened = self.asked = 0
        self.reached, self.go_on = threading.Event(), threading.Event()

    @contextmanager
    def __call__(self, spec, quantization, say):
        self.opened += 1
        say(f"loading {spec.name} {quantization}")
        yield OpenModel(one_by_one(self.answer), self.revision, "cpu")

    def answer(self, picture, instruction):
        if self.asked == self.breaks_at:
            raise ModelError("out of memory")
        if self.asked == self.hold_at:
            self.reached.set()
            assert self.go_on.wait(30)
        self.asked += 1
        return "yes"


@pytest.fixture
def request_(parquet):
    return Request(MODEL, str(parquet))


def runner_with(tmp_path, loader, **options):
    return Runner(tmp_path / "runs", loader, clock=lambda: NOW, **options)


def test_a_run_goes_on_in_the_background_and_ends(tmp_path, request_):
    loader = Loader(hold_at=7)
    runner = runner_with(tmp_path, loader)
    assert runner.status().state is State.IDLE
    runner.start(request_)
    assert loader.reached.wait(30)
    status = runner.status()  # what a second visitor sees
    assert (status.state, status.progress.done, status.progress.total) == (State.ASKING, 6, 18)
    assert status.progress.scores.subtasks["existence"].images == 3
    with pytest.raises(RunError, match="another run is going on"):
        runner.start(request_)
    loader.go_on.set()
    runner.join(30)
    assert runner.status().state is State.FINISHED
    (run,), problems = list_runs(runner.runs)
    assert run.finished and problems == [] and run.id == runner.status().run_id
    assert run.settings.model.revision == "r1" and run.sessions[0]["device"] == "cpu"


def test_stop_then_resume_asks_nothing_twice(tmp_path, request_):
    loader = Loader(hold_at=4)
    runner = runner_with(tmp_path, loader)
    assert not runner.stop()
    runner.start(request_)
    assert loader.reached.wait(30)
    assert runner.stop() and runner.status().stopping
    loader.go_on.set()
    runner.join(30)
    status = runner.status()
    assert (status.state, status.stopping) == (State.STOPPED, False)
    runner.resume(status.run_id)
    runner.join(30)
    assert runner.status().state is State.FINISHED
    assert (loader.asked, loader.opened) == (18, 2)
    with pytest.raises(RunError, match="nothing left to ask"):
        runner.resume(status.run_id)


def test_a_run_of_a_model_outside_the_line_up_finds_it_again(tmp_path, parquet):
    loader = Loader(breaks_at=4)
    runner = runner_with(tmp_path, loader)
    runner.start(Request("Somebody/Their-Model", str(parquet)))
    runner.join(30)
    (run,), _problems = list_runs(runner.runs)
    assert (run.settings.model.name, run.settings.model.source) == ("somebody-their-model", "Somebody/Their-Model")
    loader.breaks_at = None
    runner.resume(runner.status().run_id)
    runner.join(30)
    assert runner.status().state is State.FINISHED and loader.asked == 18


def test_a_failing_model_is_shown_and_the_run_can_go_on(tmp_path, request_):
    loader = Loader(breaks_at=4)
    runner = runner_with(tmp_path, loader)
    runner.start(request_)
    runner.join(30)
    assert (runner.status().state, runner.status().message) == (State.FAILED, "out of memory")
    loader.breaks_at = None
    runner.resume(runner.status().run_id)
    runner.join(30)
    assert runner.status().state is State.FINISHED and loader.asked == 18


def test_a_changed_model_does_not_go_on_with_a_run(tmp_path, request_):
    loader = Loader(breaks_at=3)
    runner = runner_with(tmp_path, loader)
    runner.start(request_)
    runner.join(30)
    loader.revision = "r2"
    runner.resume(runner.status().run_id)
    runner.join(30)
    assert "model revision r1 there, r2 now" in runner.status().message
    assert loader.asked == 3


def test_bad_requests_are_refused_before_a_model_is_loaded(tmp_path, request_):
    loader = Loader()
    runner = runner_with(tmp_path, loader)
    with pytest.raises(UnknownModelError):
        runner.start(Request("no-such-model"))
    with pytest.raises(UnknownQuantizationError):
        runner.start(Request(MODEL, quantization="int3"))
    with pytest.raises(RunError, match="image limit is 0"):
        runner.start(Request(MODEL, limit=0))
    for suite, subtasks, sentence in (
        ("/no/such/suite", (), "there is no file or folder"),
        (request_.suite, ("count",), "has no count"),
        (request_.suite, ("cuont",), "unknown subtask 'cuont'"),
    ):
        runner.start(Request(MODEL, suite, subtasks=subtasks))
        runner.join(30)
        assert runner.status().state is State.FAILED and sentence in runner.status().message
    assert loader.opened == 0 and list_runs(runner.runs) == ([], [])


def test_a_bad_picture_is_found_before_a_model_is_loaded(tmp_path):
    rows = suite_rows()
    rows[-2]["image"]["bytes"] = rows[-2]["image"]["bytes"][:50]
    path = write_parquet(tmp_path / "s.parquet", rows)
    with pytest.raises(PictureError, match=r"code_reasoning/0002.png"):
        prepare(Request(MODEL, str(path)))
    prepare(Request(MODEL, str(path), limit=2))


def test_paths_can_be_switched_off(tmp_path, request_):
    allowed = runner_with(tmp_path, Loader())
    allowed.start(request_)
    allowed.join(30)
    run = allowed.find(allowed.status().run_id)
    assert allowed.suite_of(run) is not None
    public = runner_with(tmp_path, Loader(), allow_paths=False)
    with pytest.raises(RunError, match="paths are off"):
        public.start(request_)
    with pytest.raises(RunError, match="paths are off"):
        public.resume(run.id)
    assert public.suite_of(run) is None


@pytest.mark.parametrize("run_id", ["", ".", "..", "../runs", "/etc", "a/b", "nothing"])
def test_only_runs_of_the_folder_are_found(tmp_path, run_id):
    runner = runner_with(tmp_path, Loader())
    (tmp_path / "run.json").write_text("{}")
    (tmp_path / "runs").mkdir()
    with pytest.raises(RunError, match="there is no run"):
        runner.find(run_id)


def test_a_complete_run_loads_no_model(tmp_path, request_):
    prepared = prepare(request_)
    loader = Loader()
    assert len(list(ask(prepared, tmp_path / "run", loader))) == 18
    assert existing_run(prepared, tmp_path / "run").finished
    assert list(ask(prepared, tmp_path / "run", loader)) == []
    assert loader.opened == 1
    with pytest.raises(RunError, match="image limit None there, 1 now"):
        list(ask(prepare(Request(MODEL, request_.suite, limit=1)), tmp_path / "run", loader))
