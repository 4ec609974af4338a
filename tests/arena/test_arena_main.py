import json

import pytest
from conftest import START

from arena.__main__ import main
from arena.votes import Ballot, Judgment
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


def test_ratings_of_votes(capsys, store, completed):
    completed("one", a="left", b="right")
    store.cast_vote("one", store.voter_hash("mine"), Ballot(Judgment.B, Judgment.BOTH_BAD), START)
    status, out, _ = run(capsys, "ratings", "--json", "--data", str(store.path.parent))
    printed = json.loads(out)
    rows = {axis: {row["model"]: row for row in printed[axis]} for axis in ("hallucination", "instruction")}
    assert status == 0 and printed["votes"] == 1
    assert rows["hallucination"]["right"]["wins"] == rows["hallucination"]["left"]["losses"] == 1
    assert rows["hallucination"]["right"]["rating"] > 1000 > rows["hallucination"]["left"]["rating"]
    assert rows["instruction"]["left"]["ties"] == 1
    assert set(rows["instruction"]["left"]) == {
        "model", "rating", "low", "high", "battles", "wins", "ties", "losses",
    }  # fmt: skip
    assert "1 votes" in run(capsys, "ratings", "--data", str(store.path.parent))[1]


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
