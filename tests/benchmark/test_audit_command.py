"""Runs on suites that were changed on purpose, with a scripted model."""

import json
from contextlib import contextmanager

import pytest

from benchmark import __main__ as cli
from benchmark import audit_command
from benchmark.altered import GRAY, blank, fresh_suite, swapped
from benchmark.asking import OpenModel, Request, prepare
from benchmark.data import open_suite
from benchmark.errors import RunError
from benchmark.replay import Pace
from benchmark.results import RUN_FILE, RunFolder
from models.identity import revision_of

MODEL = "scout-3m"


class Sighted:
    """Says yes where the picture is not the gray of a blank one; counts its questions and its loads."""

    def __init__(self):
        self.asked, self.loads = 0, 0

    @contextmanager
    def __call__(self, spec, quantization, say):
        self.loads += 1
        yield OpenModel(self.ask, revision_of(spec), "cpu", Pace(4, 1), 4000)

    def ask(self, asked, rule, cancelled):
        self.asked += sum(len(questions) for _, questions in asked)
        return [
            tuple("No" if picture.getpixel((0, 0)) == GRAY else "Yes" for _ in questions)
            for picture, questions in asked
        ]


@pytest.fixture
def model(monkeypatch):
    made = Sighted()
    monkeypatch.setattr(audit_command, "pool_opener", lambda pool: made)
    return made


@pytest.fixture
def prepared(parquet):
    return prepare(Request(MODEL, str(parquet)))


def test_a_blank_suite_has_gray_pictures_of_the_same_size(prepared):
    pairs = list(zip(prepared.suite.images(), blank(prepared).suite.images(), strict=True))
    for before, after in pairs:
        assert after.questions == before.questions and after.picture().size == before.picture().size
        assert after.picture().getcolors() == [(24 * 24, GRAY)] != before.picture().getcolors()
    assert len(pairs) == 9 and blank(prepared).settings.alteration == "blank"


def test_a_swapped_suite_asks_the_second_question_first(prepared):
    before, after = next(prepared.suite.images()), next(swapped(prepared).suite.images())
    assert [(q.number, q.text) for q in after.questions] == [
        (1, before.questions[1].text),
        (2, before.questions[0].text),
    ]
    assert after.picture().getcolors() == before.picture().getcolors()


def test_an_audit_in_one_command(model, parquet, tmp_path, capsys):
    command = ["audit", "--model", MODEL, "--suite", str(parquet), "--out", str(tmp_path / "a"), "--kinds"]
    assert cli.main([*command, "blank,swapped"]) == 0
    printed = capsys.readouterr().out
    assert "always yes " in printed and "always no " in printed and "p" in printed
    assert (model.asked, model.loads) == (54, 3)
    told = [json.loads((tmp_path / "a" / name / RUN_FILE).read_text())["settings"] for name in ("blank", "swapped")]
    assert [settings["alteration"] for settings in told] == ["blank", "swapped"]
    assert cli.main([*command, "swapped,blank", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert model.asked == 54  # the runs were complete
    assert found["scores"]["always yes"] == {"perception": 100.0, "cognition": 50.0}
    assert found["scores"]["Scout 3M"] == {"perception": 100.0, "cognition": 50.0}
    rows = {row["name"]: row for row in found["audits"]["blank"]}
    assert (rows["OCR"]["seen"], rows["OCR"]["blank"], rows["OCR"]["same_answers"]) == (50.0, 50.0, 0.0)
    assert found["audits"]["swapped"][-1]["share"] == 1.0
    assert {row["name"]: row["yes_rate"] for row in found["audits"]["plain"]}["all"] == 1.0


def test_a_fresh_suite_is_drawn_once(model, tmp_path, capsys, monkeypatch):
    command = ["audit", "--model", MODEL, "--out", str(tmp_path / "a"), "--kinds", "fresh", "--images", "1"]
    assert cli.main([*command, "--seed", "7", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["audits"]["fresh"]
    assert [row["difference"] for row in found if row["name"] in ("perception", "cognition")] == [0, 0]
    assert all(row["images_fresh"] == row["images_shipped"] for row in found)
    manifest = json.loads((tmp_path / "a" / "fresh-suite" / "manifest.json").read_text())
    assert manifest["seed"] == 7 and manifest["images"] == 14
    assert cli.main(command) == 0 and model.asked == 56  # the suite and the run are there


def test_only_the_embedded_suite_can_be_drawn_anew(model, parquet, tmp_path, capsys):
    assert cli.main(["audit", "--model", MODEL, "--suite", str(parquet), "--out", str(tmp_path / "a")]) == 2
    assert "only the embedded suite can be drawn anew" in capsys.readouterr().err
    with pytest.raises(RunError, match="leave fresh out of --kinds"):
        fresh_suite(tmp_path, open_suite(parquet), 1, None, lambda *_: None)
    assert cli.main(["audit", "--model", MODEL, "--out", "x", "--kinds", "blnk"]) == 2
    assert "unknown audit 'blnk'; choose one of: blank, swapped, fresh" in capsys.readouterr().err
    assert model.loads == 0


def test_an_altered_run_is_not_gone_on_with_as_a_plain_one(prepared, tmp_path, model):
    run = RunFolder.create(tmp_path / "b", blank(prepared).settings, prepared_at())
    with pytest.raises(RunError, match="alteration blank there, none now"):
        run.check_settings(prepared.settings)


def prepared_at():
    from small_suites import NOW

    return NOW
