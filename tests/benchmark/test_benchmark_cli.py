import json
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import pytest
from small_suites import NOW
from test_runner import MODEL, Loader

from benchmark import __main__ as cli
from benchmark import asking, run_command
from benchmark.results import RunFolder
from models.errors import ModelError


@pytest.fixture
def loader(monkeypatch):
    """A scripted model in the place of the pool."""
    made = Loader()
    monkeypatch.setattr(run_command, "pool_opener", lambda pool: made)
    return made


def run(*arguments) -> int:
    return cli.main([str(argument) for argument in arguments])


def test_run_score_export_and_boards(loader, parquet, tmp_path, capsys):
    out = tmp_path / "data" / "runs" / "first"
    assert (
        run("run", "--model", MODEL, "--suite", parquet, "--out", out, "--images", 2, "--subtasks", "OCR,existence")
        == 0
    )
    printed = capsys.readouterr()
    assert "8/8 OCR/0001.png#2: yes (true: yes); perception 100.0; 0 s left" in printed.err
    assert "perception (2 of 10 subtasks, of 400) 100.0" in printed.out
    assert "partial run: 4 of 6 pictures; not comparable with whole runs" in printed.out

    assert run("score", out, "--json") == 0
    scored = json.loads(capsys.readouterr().out)
    assert (scored["perception"], scored["cognition"]) == (100.0, None)
    assert scored["subtasks"]["OCR"] == {
        "score": 50.0,
        "acc": 0.5,
        "acc_plus": 0.0,
        "yes_rate": 1.0,
        "other": 0,
        "images": 2,
        "questions": 4,
    }
    assert run("export", out, tmp_path / "export") == 0
    capsys.readouterr()
    assert run("score", tmp_path / "export", "--json") == 0
    assert json.loads(capsys.readouterr().out) == scored

    assert run("boards", "--json", "--data", tmp_path / "data") == 0
    boards = json.loads(capsys.readouterr().out)
    assert len(boards) == 16
    (own,) = [row for row in boards["OCR"] if row["kind"] == "own"]
    assert own["rank"] is None and "partial: 2 of 3 images" in own["note"]
    assert run("boards", "--data", tmp_path / "data") == 0
    assert "🥇   1293.84  BLIP-2" in capsys.readouterr().out


def test_a_run_that_never_began_has_nothing_to_resume(monkeypatch, parquet, tmp_path, capsys):
    @contextmanager
    def broken(spec, quantization, say):
        raise ModelError("the weights are damaged")
        yield

    monkeypatch.setattr(run_command, "pool_opener", lambda pool: broken)
    assert run("run", "--model", MODEL, "--suite", parquet, "--out", tmp_path / "out") == 2
    part, error = capsys.readouterr().err.splitlines()
    assert part.startswith("suite.parquet here is not whole: without count, position, ")
    assert error == "error: the weights are damaged"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("broken", "status", "sentence"),
    [
        (KeyboardInterrupt(), 130, "stopped"),
        (RuntimeError("CUDA error"), 3, "error: CUDA error"),
    ],
)
def test_whatever_ends_a_run_early_names_the_command_that_goes_on(
    monkeypatch, parquet, tmp_path, capsys, broken, status, sentence
):
    def interrupted(prepared, out, opener, *rest, **more):
        for done, progress in enumerate(asking.ask(prepared, out, opener, *rest, **more)):
            if done == 4:
                raise broken
            yield progress

    monkeypatch.setattr(run_command, "pool_opener", lambda pool: Loader())
    monkeypatch.setattr(run_command, "ask", interrupted)
    assert run("run", "--model", MODEL, "--suite", parquet, "--out", tmp_path / "out") == status
    told = capsys.readouterr().err.splitlines()
    assert told[-2] == sentence
    assert "questions are answered and kept; go on with: python -m benchmark run " in told[-1]


def test_the_same_folder_is_resumed_and_others_refused(loader, parquet, tmp_path, capsys):
    loader.breaks_at = 4
    command = ["run", "--model", MODEL, "--suite", parquet, "--out", tmp_path / "my out"]
    assert run(*command) == 3
    told = capsys.readouterr().err.splitlines()
    assert told[-2] == "error: out of memory"
    assert told[-1].startswith("4 of 18 questions are answered and kept; go on with: python -m benchmark run --model ")
    assert told[-1].endswith(f"--out '{tmp_path / 'my out'}'")
    loader.breaks_at = None
    assert run(*command) == 0
    assert "4 of 18 questions are answered" in capsys.readouterr().err
    assert loader.asked == 18
    assert run("run", "--model", MODEL, "--suite", parquet, "--out", tmp_path / "my out", "--images", 1) == 2
    assert "image limit None there, 1 now" in capsys.readouterr().err


def test_a_run_that_another_process_is_at_is_refused_and_left_alone(loader, parquet, tmp_path, capsys):
    command = ["run", "--model", MODEL, "--suite", parquet, "--out", tmp_path / "out", "--no-cache"]
    loader.breaks_at = 4
    assert run(*command) == 3
    loader.breaks_at = None
    begun = RunFolder.open(tmp_path / "out")
    with begun.writing():
        opened = loader.opened
        assert run(*command) == 2
        assert capsys.readouterr().err.splitlines()[-1] == (
            f"error: the run in {tmp_path / 'out'} is going on already; wait for it or stop it first"
        )
        assert loader.opened == opened  # no model was loaded for it
    assert RunFolder.open(tmp_path / "out").sessions == begun.sessions
    assert run(*command) == 0


def test_two_processes_that_begin_together_are_told_apart(monkeypatch, parquet, tmp_path, capsys):
    """The other one was quicker while this one loaded its model."""
    made, held = Loader(), ExitStack()

    @contextmanager
    def slow(spec, quantization, say):
        with made(spec, quantization, say) as model:
            settings = asking.prepare(asking.Request(MODEL, str(parquet))).settings
            settings = replace(settings, model=replace(settings.model, revision=model.revision))
            other = RunFolder.create(tmp_path / "out", settings, NOW)
            held.enter_context(other.writing())
            yield model

    monkeypatch.setattr(run_command, "pool_opener", lambda pool: slow)
    with held:
        assert run("run", "--model", MODEL, "--suite", parquet, "--out", tmp_path / "out", "--no-cache") == 2
    assert "is going on already" in capsys.readouterr().err
    assert RunFolder.open(tmp_path / "out").sessions == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["run", "--model", "nope", "--out", "x"], "There is no model named 'nope'"),
        (["run", "--model", MODEL, "--out", "x", "--suite", "/nowhere"], "there is no file or folder '/nowhere'"),
        (["run", "--model", MODEL, "--out", "x", "--quantization", "int3"], "There is no quantization 'int3'"),
        (["score", "/nowhere"], "there is no file or folder '/nowhere'"),
        (["score", "/", "--parser", "mine"], "holds neither a run nor recorded answers"),
        (["export", "/nowhere", "x"], "/nowhere holds no run"),
    ],
)
def test_errors_are_one_line_and_exit_2(arguments, sentence, capsys):
    assert run(*arguments) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith("error: ") and sentence in printed.err
    assert printed.err.count("\n") == 1 and printed.out == ""


def test_as_a_process_on_the_recorded_run(mme_dir):
    command = [sys.executable, "-m", "benchmark", "score", str(mme_dir / "recorded" / "LaVIN"), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    scored = json.loads(done.stdout)
    assert (scored["perception"], scored["cognition"]) == (963.6114445778312, 249.64285714285714)
    assert len(scored["subtasks"]) == 14
    refused = subprocess.run([*command, "--parser", "x"], capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert refused.stderr == "error: unknown parser 'x'; choose one of: official, lmms-eval, vlmevalkit\n"


def test_a_reader_that_stops_early_is_no_traceback():
    shown = "python -m benchmark boards | head -n 2; exit ${PIPESTATUS[0]}".replace("python", sys.executable)
    done = subprocess.run(["bash", "-c", shown], capture_output=True, text=True, check=False)
    assert done.stdout == "\nPerception (of 2000)\n" and done.stderr == ""
    assert done.returncode in (0, 141)  # 0 when everything fitted into the pipe
