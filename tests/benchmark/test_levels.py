"""The share of right answers by level and kind: by hand on a small suite, and one sentence where there is none."""

import json
import math
from dataclasses import replace

import pytest
from small_suites import NOW, suite_rows, write_parquet
from test_benchmark_ui import handlers, values
from test_replay import settings_of
from test_runner import Loader

from benchmark import __main__ as cli
from benchmark import levels_views
from benchmark.data import open_suite
from benchmark.errors import SuiteError
from benchmark.levels import ALL, SUITE_NAME, Cell, PictureFacts, PictureKind, known_levels, level_rows
from benchmark.parsing import Verdict
from benchmark.records import SuiteRecord
from benchmark.results import RunFolder
from benchmark.runner import Runner
from benchmark.scoring import Response
from benchmark.ui import benchmark_tab
from models.registry import lineup

DRAWN, PHOTOGRAPH = PictureKind.DRAWN, PictureKind.PHOTOGRAPH


def pair(image: str, right: int, subtask: str = "OCR") -> list[Response]:
    """Both answers on a picture, of which so many are right."""
    said = ["Yes", "No"] if right == 2 else ["Yes", "Yes"] if right == 1 else ["No", "Yes"]
    truths = (Verdict.YES, Verdict.NO)
    return [Response(subtask, image, n, f"{n}?", t, s) for n, (t, s) in enumerate(zip(truths, said, strict=True), 1)]


def test_shares_and_errors_by_hand():
    facts = {f"OCR/{name}": PictureFacts(level, kind) for name, level, kind in (
        ("a", 1, DRAWN), ("b", 1, DRAWN), ("c", 1, DRAWN), ("d", 3, DRAWN), ("e", 2, PHOTOGRAPH), ("f", 3, PHOTOGRAPH),
    )} | {"count/a": PictureFacts(1, DRAWN), "count/b": PictureFacts(1, DRAWN)}  # fmt: skip
    said = [*pair("a", 2), *pair("b", 2), *pair("c", 1), *pair("d", 0), *pair("e", 2), *pair("f", 1)]
    said += [*pair("a", 1, "count"), *pair("b", 0, "count")]
    count, ocr, whole = level_rows(said, facts)
    assert (count.name, ocr.name, whole.name) == ("count", "OCR", ALL)
    assert ocr.drawn[1].images == 3 and ocr.drawn[1].share == pytest.approx(5 / 6)
    assert ocr.drawn[1].error == pytest.approx(math.sqrt((1 / 36 + 1 / 36 + 1 / 9) / 2 / 3))
    assert ocr.drawn[2] == Cell() and ocr.drawn[3] == Cell(1, 0.0, None)
    assert ocr.all_photographs == Cell(2, 0.75, 0.25)
    assert (ocr.photographs[2], ocr.photographs[3]) == (Cell(1, 1.0, None), Cell(1, 0.5, None))
    assert count.all_drawn == Cell(2, 0.25, 0.25)
    # `all` has the pictures of both subtasks; each subtask's error counts with its share of the pictures.
    assert whole.drawn[1].images == 5 and whole.drawn[1].share == pytest.approx((2.5 + 0.5) / 5)
    strata = [(3, ocr.drawn[1].error), (2, 0.25)]
    assert whole.drawn[1].error == pytest.approx(math.sqrt(sum((n / 5 * error) ** 2 for n, error in strata)))


def test_another_parser_reads_the_same_answers():
    facts = {"OCR/a": PictureFacts(1, DRAWN)}
    said = [Response("OCR", "a", 1, "1?", Verdict.YES, "The answer is yes"), *pair("a", 2)[1:]]
    assert level_rows(said, facts)[0].all_drawn.share == 0.5
    assert level_rows(said, facts, "vlmevalkit")[0].all_drawn.share == 1.0
    assert level_rows([], facts) == [] == level_rows(said[:1], facts)


@pytest.fixture
def drawn(tmp_path):
    """A folder like the builder's: two subtasks, three pictures each, of level 1, 2 and a photograph of level 3."""
    rows = suite_rows(["existence", "OCR"])
    write_parquet(tmp_path / "suite" / "x.parquet", rows)
    entries = [
        {"file": row["question_id"], "level": place % 3 + 1, "kind": PHOTOGRAPH if place % 3 == 2 else DRAWN}
        for place, row in enumerate(rows[::2])
    ]
    manifest(tmp_path / "suite", {"name": SUITE_NAME, "pictures": entries})
    return tmp_path / "suite"


def manifest(folder, content) -> None:
    (folder / "manifest.json").write_text(json.dumps(content) if not isinstance(content, str) else content)


def run_on(suite, path, answered: int = 12) -> RunFolder:
    """A run that says yes to everything."""
    run = RunFolder.create(path, settings_of(suite), NOW)
    said = [
        Response(p.subtask.name, p.image, q.number, q.text, q.truth, "Yes") for p in suite.pairs for q in p.questions
    ]
    with run.writing():
        run.append(said[:answered])
    return run


def test_levels_on_the_command_line(drawn, tmp_path, capsys):
    run_on(open_suite(drawn), tmp_path / "run")
    assert cli.main(["levels", str(tmp_path / "run")]) == 0
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert [line.split()[0] for line in lines] == ["right,", "existence", "OCR", "all"]
    assert lines[1].split() == ["existence", "50.0", "(1)", "50.0", "(1)", "–", "50.0", "(1)"]
    assert "standard error" in err and "Guessing gets 50 %" in err and "partial" not in err
    assert cli.main(["levels", str(tmp_path / "run"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["levels"]
    assert told[0] == {"subtask": "existence", "kind": "drawn", "level": None, "images": 2, "share": 0.5, "error": 0.0}
    assert {(row["kind"], row["level"]) for row in told} == {
        ("drawn", None), ("drawn", 1), ("drawn", 2), ("photograph", None), ("photograph", 3),
    }  # fmt: skip


def test_a_part_of_a_run_is_told(drawn, tmp_path, capsys):
    run_on(open_suite(drawn), tmp_path / "run", answered=4)
    assert cli.main(["levels", str(tmp_path / "run")]) == 0
    assert "partial run: 2 of 6 pictures" in capsys.readouterr().err
    run_on(open_suite(drawn), tmp_path / "none", answered=1)
    assert cli.main(["levels", str(tmp_path / "none")]) == 2
    assert "has no picture with both answers yet; resume it first" in capsys.readouterr().err


def refused(run: RunFolder, capsys) -> str:
    assert cli.main(["levels", str(run.path)]) == 2
    message = capsys.readouterr().err
    assert message.startswith("error: ") and message.count("\n") == 1
    return message


def test_other_suites_have_no_levels(parquet, tmp_path, capsys):
    suite = open_suite(parquet)
    message = refused(run_on(suite, tmp_path / "other"), capsys)
    assert "levels are known for the embedded suite" in message and "asked suite.parquet" in message
    manifest(tmp_path, {"name": "somebody else's", "pictures": 3})
    assert known_levels(suite) is None
    manifest(tmp_path, "not json at all")
    with pytest.raises(SuiteError, match="does not say how hard the pictures are"):
        known_levels(suite)
    mme = replace(settings_of(suite), suite=SuiteRecord("MME", "", "f" * 64, True, {"OCR": 20}))
    assert "asked MME" in refused(RunFolder.create(tmp_path / "mme", mme, NOW), capsys)


def test_a_suite_that_changed_or_went_is_told(drawn, tmp_path, capsys):
    run = run_on(open_suite(drawn), tmp_path / "run")
    write_parquet(drawn / "x.parquet", suite_rows(["existence", "OCR"], images=4))
    assert "has changed since this run" in refused(run, capsys)
    (drawn / "x.parquet").unlink()
    assert "is not at hand: " in refused(run, capsys)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda entries: entries.pop(), "is of other pictures"),
        (lambda entries: entries[0].update(level=4), "is of other pictures"),
        (lambda entries: entries[0].update(kind="painted"), "does not say how hard"),
        (lambda entries: entries[0].pop("level"), "does not say how hard"),
    ],
)
def test_a_damaged_manifest_is_told(drawn, spoil, message):
    content = json.loads((drawn / "manifest.json").read_text())
    spoil(content["pictures"])
    manifest(drawn, content)
    with pytest.raises(SuiteError, match=message):
        known_levels(open_suite(drawn))


def test_the_shipped_suite_has_levels():
    facts = known_levels(open_suite("embedded"))
    assert facts is not None and len(facts) == 856
    assert {f.level for f in facts.values()} == {1, 2, 3} and {f.kind for f in facts.values()} == set(PictureKind)


def test_the_page_shows_levels_where_there_are_any(drawn, parquet, tmp_path):
    runner = Runner(tmp_path / "runs", Loader(), clock=lambda: NOW, allow_paths=True)
    page = handlers((benchmark_tab, (runner, lineup())))
    for suite, name in ((drawn, "with"), (parquet, "without")):
        run_on(open_suite(suite), runner.runs / name)
    shown = values(page["show"]("with", "official", None, "all"))
    assert shown["bench-levels-part"]["visible"] is True
    assert shown["bench-levels"].count("<tr>") == 4 and ">Photos</th>" in shown["bench-levels"]
    assert '<td>50<small title="1 picture">of\N{NO-BREAK SPACE}1</small></td>' in shown["bench-levels"]
    shown = values(page["show"]("without", "official", None, "all"))
    assert shown["bench-levels-part"]["visible"] is False and shown["bench-levels"] == ""


def test_the_table_on_the_page_by_hand():
    facts = {"OCR/a": PictureFacts(1, DRAWN), "OCR/b": PictureFacts(1, DRAWN)}
    shown = levels_views.html_table(level_rows([*pair("a", 2), *pair("b", 1)], facts))
    assert (
        '<td>75<small>±\N{NO-BREAK SPACE}25</small><small title="2 pictures">of\N{NO-BREAK SPACE}2</small></td>'
        in shown
    )
    assert shown.count("<td>–</td>") == 6 and ">All</th>" in shown
