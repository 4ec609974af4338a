import json
from dataclasses import replace

import pytest
from conftest import START, new_battle

from arena.__main__ import main
from arena.battle import complete, start_answering
from arena.votes import Ballot, Judgment, Remarks, Span, SpanKind
from models.registry import lineup


def run(capsys, *arguments):
    status = main(arguments)
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_ratings_of_a_new_house_are_even_and_create_nothing(capsys, tmp_path):
    status, out, _ = run(capsys, "ratings", "--json", "--data", str(tmp_path / "data"))
    printed = json.loads(out)
    assert status == 0 and printed["votes"] == 0
    assert {row["model"] for row in printed["hallucination"]} == {spec.name for spec in lineup()}
    assert {row["rating"] for row in printed["instruction"]} == {1000.0}
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def voted(store):
    """Two votes of one person and one of another on left and right, all for right; the last is on another language."""
    for number, (voter, language) in enumerate([("mine", "en"), ("mine", "en"), ("yours", "zh")]):
        answering = start_answering(
            replace(new_battle(f"b{number}", "left", "right", store.voter_hash(voter)), language=language), START
        )
        store.add_battle(complete(answering, answering.a, answering.b, "one", "two", START))
        ballot = Ballot(Judgment.B, Judgment.BOTH_BAD, Remarks((Span("b", 0, 2, SpanKind.OBJECT),)))
        store.cast_vote(f"b{number}", store.voter_hash(voter), ballot, START)
    return str(store.path.parent)


def test_ratings_of_votes(capsys, voted):
    status, out, _ = run(capsys, "ratings", "--json", "--data", voted)
    printed = json.loads(out)
    rows = {axis: {row["model"]: row for row in printed[axis]} for axis in ("hallucination", "instruction", "overall")}
    assert status == 0 and printed["votes"] == 3
    right, left = (rows["hallucination"][model] for model in ("right", "left"))
    assert right["wins"] == left["losses"] == 3 and right["rating"] > 1000 > left["rating"]
    assert right["note"] == "has never lost" and right["provisional"] is True
    assert right["low_by_voter"] <= right["low"] + 1 and 1 < right["voters"] < 2  # two people, one with two votes
    assert rows["instruction"]["left"]["ties"] == 3 and rows["overall"]["left"]["battles"] == 6
    assert set(right) == {
        "model", "rating", "low", "high", "battles", "wins", "ties", "losses", "rank_best", "rank_worst",
        "provisional", "note", "low_by_voter", "high_by_voter", "voters",
    }  # fmt: skip
    text = run(capsys, "ratings", "--data", voted)[1]
    assert "3 votes" in text and "overall" in text and "has never lost" in text


def test_ratings_by_language(capsys, voted):
    printed = json.loads(run(capsys, "ratings", "--json", "--by", "language", "--data", voted)[1])
    wins = {
        language: {row["model"]: row["wins"] for row in part["hallucination"]}["right"]
        for language, part in printed["slices"].items()
    }
    assert printed["by"] == "language" and wins == {"en": 2, "zh": 1}
    assert "zh: overall" in run(capsys, "ratings", "--by", "language", "--data", voted)[1]


def test_other_tables_of_votes(capsys, voted):
    def printed(option):
        assert run(capsys, "ratings", option, "--data", voted)[1].startswith("3 votes\n")
        return json.loads(run(capsys, "ratings", "--json", option, "--data", voted)[1])

    assert next(row["style"] for row in printed("--style")["hallucination_effects"]) == "length"
    sensitivity = printed("--sensitivity")["instruction"]
    assert {row["filter"]: row["votes"] for row in sensitivity}["all votes"] == 3
    rates = {row["model"]: row for row in printed("--rates")["hallucination"]}
    assert (rates["right"]["bad"], rates["right"]["answers"], rates["left"]["unknown"]) == (3, 3, 3)
    assert {row["model"]: row for row in printed("--rates")["instruction"]}["left"]["rate"] == 1.0
    agreement = printed("--agreement")["agreement"]
    assert agreement[0]["axis"] == "hallucination" and agreement[0]["alpha"] is None and agreement[0]["note"]


@pytest.mark.parametrize("option", ["--style", "--sensitivity", "--rates", "--agreement", "--by=source"])
def test_other_tables_of_a_new_house_are_empty_and_create_nothing(capsys, tmp_path, option):
    status, out, _ = run(capsys, "ratings", "--json", option, "--data", str(tmp_path / "data"))
    assert status == 0 and json.loads(out)["votes"] == 0 and list(tmp_path.iterdir()) == []
    assert run(capsys, "ratings", option, "--data", str(tmp_path / "data"))[0] == 0


def test_the_data_folder_may_come_from_the_environment(capsys, store, monkeypatch):
    monkeypatch.setenv("MME_ARENA_DATA", str(store.path.parent))
    assert run(capsys, "ratings")[0] == 0


def test_bad_data_is_said_on_stderr(capsys, tmp_path):
    (tmp_path / "arena.sqlite").write_text("shopping list " * 50)
    status, out, err = run(capsys, "ratings", "--json", "--data", str(tmp_path))
    assert (status, out) == (2, "") and err.startswith("error: ") and "not a SQLite database" in err
    assert run(capsys, "ratings", "--data", str(tmp_path / "arena.sqlite"))[2].startswith("error: ")


def test_an_unknown_command_ends_with_2(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["rating"])
    assert ended.value.code == 2
