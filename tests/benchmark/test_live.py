import io

from rich.console import Console
from small_suites import NOW
from test_runner import MODEL, Loader

from benchmark.asking import Request, ask, prepare
from benchmark.live import Lines, bar, reporting, score_text
from benchmark.scoring import Scores, score


def replayed(parquet, folder):
    return list(ask(prepare(Request(MODEL, str(parquet))), folder, Loader(), clock=lambda: NOW))


def test_a_terminal_shows_one_bar_with_question_subtask_score_and_time_left(parquet, tmp_path):
    seen = io.StringIO()
    console = Console(file=seen, force_terminal=True, width=140, color_system=None)
    with bar(console) as report:
        report.say("Loading [bold]Scout[/bold]")
        for progress in replayed(parquet, tmp_path / "run"):
            report.answered(progress)
    text = seen.getvalue()
    assert "Loading [bold]Scout[/bold]" in text  # what comes from outside is no markup
    assert "Code reasoning" in text and "question 18 of 18" in text
    assert "· perception 100.0, cognition 50.0 · done" in text


def test_pipes_get_plain_lines(parquet, tmp_path):
    stream = io.StringIO()
    with reporting(stream) as report:
        assert isinstance(report, Lines)
        report.say("Loading")
        for progress in replayed(parquet, tmp_path / "run"):
            report.answered(progress)
    first, second, *_, last = stream.getvalue().splitlines()
    assert first == "Loading"
    assert second.startswith("1/18 existence/0000.png#1: yes (true: yes); ")
    assert last == "18/18 code_reasoning/0002.png#2: yes (true: no); perception 100.0, cognition 50.0; 0 s left"


def test_the_score_so_far_in_words(parquet, tmp_path):
    assert score_text(Scores(score([]).parser)) == "no whole image yet"
    assert score_text(replayed(parquet, tmp_path / "run")[5].scores) == "perception 50.0"
