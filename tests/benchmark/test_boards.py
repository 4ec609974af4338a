import io
from dataclasses import replace

import pandas as pd
import pytest
from small_suites import NOW

from benchmark.boards import BOARD_NAMES, BOARDS, board_csv, board_table, find_board, layer_table
from benchmark.errors import UnknownNameError
from benchmark.importing import import_recorded
from benchmark.own_runs import OwnRun, own_run
from benchmark.parsing import Verdict
from benchmark.published import NO_BOARDS, Layer, published
from benchmark.scoring import Response, score
from benchmark.subtasks import SUBTASK_NAMES, SUBTASKS


def made_run(run_id, right, total, is_mme=False, subtasks=SUBTASK_NAMES, answered=None, suite_id="aaaa"):
    """A run that got `right` of its answered images fully right and the others fully wrong."""
    answered = total if answered is None else answered
    responses = [
        Response(name, f"{n}.png", place, "q", truth, truth if n < right else "perhaps")
        for name in subtasks
        for n in range(answered)
        for place, truth in ((1, Verdict.YES), (2, Verdict.NO))
    ]
    coverage = {name: (answered, total) for name in subtasks}
    suite = "MME" if is_mme else "embedded"
    return OwnRun(run_id, run_id, "none", suite, suite_id, is_mme, False, coverage, score(responses))


def test_there_are_sixteen_boards_with_the_twelve_published_models():
    assert len(BOARDS) == 16
    assert {board.name: board.maximum for board in BOARDS} == {
        "perception": 2000,
        "cognition": 800,
        **dict.fromkeys(SUBTASK_NAMES, 200),
    }
    for name in BOARD_NAMES:
        table = board_table(name)
        assert len(table) == 12 and set(table["kind"]) == {"published"}
        assert table["score"].is_monotonic_decreasing
    assert published().day == "2023-07-04" and "Evaluation" in published().source


def test_equal_scores_share_a_rank_and_the_first_three_ranks_have_medals():
    table = board_table("existence")
    assert table["rank"].tolist() == [1, 1, 2, 3, 4, 4, 5, 6, 7, 8, 9, 10]
    assert table["medal"].tolist() == ["🥇", "🥇", "🥈", "🥉"] + [""] * 8
    assert set(table["model"][:2]) == {"InstructBLIP", "LaVIN"}


def test_published_scores_are_as_on_the_day(mme_dir):
    first = pd.read_csv(mme_dir / "leaderboards_2023-07-04.csv")
    titles = {"posters": "Poster", **{s.name: s.title.title() for s in SUBTASKS if s.name not in ("posters", "OCR")}}
    for name in BOARD_NAMES:
        shown = first[first["board"] == titles.get(name, name.title() if name != "OCR" else name)]
        table = board_table(name)
        assert dict(zip(table["model"], table["score"], strict=True)) == dict(
            zip(shown["model"], shown["score"], strict=True)
        )


def test_whole_own_runs_on_mme_are_ranked_among_the_published():
    table = board_table("perception", [made_run("mine", 2, 2, is_mme=True)])
    assert len(table) == 13
    assert table.iloc[0][["model", "kind", "rank", "score"]].tolist() == ["mine", "own", 1, 2000.0]
    assert table.iloc[1]["rank"] == 2


def test_a_score_equal_to_a_published_one_shares_its_rank(mme_dir, tmp_path):
    run = import_recorded(mme_dir / "recorded" / "LaVIN", tmp_path, "LaVIN again", NOW)
    for name in ("perception", "cognition", "artwork"):
        table = board_table(name, [own_run(run)]).set_index("model")
        assert table.loc["LaVIN again", "rank"] == table.loc["LaVIN", "rank"]
    assert table.loc["LaVIN again", "note"] == "recorded answers, imported"


def test_runs_on_other_pictures_are_never_ranked_among_the_published():
    runs = [made_run("a", 3, 4), made_run("b", 4, 4), made_run("c", 3, 4), made_run("d", 1, 4, suite_id="bbbb")]
    table = board_table("color", runs)
    assert table["group"].unique().tolist() == ["MME", "embedded (aaaa)", "embedded (bbbb)"]
    assert (table[table["group"] == "MME"]["kind"] == "published").all()
    embedded = table[table["group"] == "embedded (aaaa)"]
    assert embedded[["model", "rank", "medal"]].values.tolist() == [["b", 1, "🥇"], ["a", 2, "🥈"], ["c", 2, "🥈"]]


def test_partial_runs_are_labelled_and_have_no_rank():
    part = made_run("part", 10, 30, is_mme=True, answered=10)
    table = board_table("count", [part])
    row = table.set_index("model").loc["part"]
    assert row["note"] == "run here, partial: 10 of 30 images"
    assert pd.isna(row["rank"]) and row["medal"] == "" and row["score"] == 200
    assert table.iloc[-1]["model"] == "part"
    assert table["rank"].dropna().tolist() == board_table("count")["rank"].tolist()


def test_a_sum_over_some_subtasks_is_partial():
    run = made_run("some", 2, 2, subtasks=("existence", "count"))
    row = board_table("perception", [run]).set_index("model").loc["some"]
    assert (row["note"], row["score"]) == ("run here, partial: 2 of 10 subtasks", 400)
    assert board_table("existence", [run]).set_index("model").loc["some", "rank"] == 1
    assert "some" not in board_table("OCR", [run])["model"].tolist()


def test_an_unknown_board_is_named():
    with pytest.raises(UnknownNameError, match="unknown board 'Poster'; choose one of: perception, cognition, exis"):
        find_board("Poster")


def test_each_layer_shows_its_own_figures():
    whole, other = made_run("mine", 2, 2, is_mme=True), made_run("other", 2, 2)
    part = made_run("part", 10, 30, is_mme=True, answered=10)
    first = layer_table("perception", Layer.FIRST, [whole, other, part])
    assert first["model"].tolist()[:2] == ["mine", "BLIP-2"] and len(first) == 13
    last = layer_table("existence", Layer.LAST, [other, part])
    assert set(last["kind"]) == {"published"} and len(last) == 58
    own = layer_table("count", Layer.OWN, [whole, other, part])
    assert own[["group", "model"]].values.tolist() == [["MME", "mine"], ["MME", "part"], ["embedded (aaaa)", "other"]]
    assert own["rank"].tolist()[:1] == [1] and pd.isna(own["rank"][1])


def test_own_scores_carry_their_errors(mme_dir, tmp_path):
    run = own_run(import_recorded(mme_dir / "recorded" / "LaVIN", tmp_path, "LaVIN again", NOW))
    row = layer_table("perception", Layer.OWN, [run]).iloc[0]
    assert f"{row['score']:.1f} +- {row['error']:.1f}" == "963.6 +- 29.0"
    assert row["low"] < 963.6 - 29 and row["high"] > 963.6 + 29
    assert layer_table("perception", Layer.FIRST)["error"].isna().all()


def test_a_board_as_csv_keeps_what_is_shown():
    text = board_csv(board_table("existence"))
    rows = pd.read_csv(io.StringIO(text))
    assert rows["score"].tolist() == board_table("existence")["score"].tolist()
    assert list(rows.columns)[:5] == ["questions", "rank", "model", "version", "score"]


@pytest.mark.parametrize("name", ["=1+1", "+cmd", "-2", "@sum"])
def test_no_name_becomes_a_formula_in_a_spreadsheet(name):
    run = replace(made_run("x", 1, 2), model=name)
    rows = pd.read_csv(io.StringIO(board_csv(board_table("OCR", [run], NO_BOARDS))))
    assert rows["model"].tolist() == [f"'{name}"]
