import json
from datetime import UTC, datetime

import numpy as np
import pytest
from rigged_votes import RIGGERS, honest_votes, in_order, rigged_votes

from arena.__main__ import main
from arena.abuse import sweep
from arena.records import Kind, Subject
from arena.store import Store
from arena.store.bulk import build
from arena.sweep_command import apply
from arena.votes import Axis

NOW = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """A stored arena of 700 honest votes and one loud voter's 100."""
    rng = np.random.default_rng(8)
    frame = in_order([honest_votes(rng, 700), rigged_votes(rng, RIGGERS[:1])])
    path = tmp_path_factory.mktemp("sweep") / "arena.sqlite"
    build(path, frame.assign(length=0, format=0)).close()
    return path.read_bytes()


@pytest.fixture
def data(tmp_path, database):
    (tmp_path / "arena.sqlite").write_bytes(database)
    return tmp_path


def run(capsys, data, *arguments):
    status = main(["sweep", "--data", str(data), *arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def counted(data):
    """Votes in the counts of one axis, and votes that are stored."""
    store = Store(data / "arena.sqlite")
    try:
        return sum(tally.count for tally in store.tallies(Axis.HALLUCINATION)), len(store.votes_frame())
    finally:
        store.close()


def test_a_sweep_alone_changes_nothing(capsys, data):
    status, out, _ = run(capsys, data)
    assert status == 0 and counted(data) == (800, 800)
    assert out.startswith("800 votes by ") and "voters; 1 seem to rig" in out
    assert "loud" in out and "to exclude" in out and "votes are on model-f" in out
    assert "no decisions yet" in out and "nothing was changed" in out


def test_apply_excludes_once_and_undo_counts_again(capsys, data):
    status, out, _ = run(capsys, data, "--apply", "--json")
    printed = json.loads(out)
    assert status == 0 and [one["subject_id"] for one in printed["made"]] == ["loud"]
    assert printed["made"][0]["by"] == "sweep" and printed["made"][0]["reason"].startswith("sweep: 100 of 100 votes")
    assert printed["suspected"][0]["voter"] == "loud" and printed["suspected"][0]["exclude"]
    assert counted(data) == (700, 800)  # out of the counts, not out of the store
    assert json.loads(run(capsys, data, "--apply", "--json")[1])["made"] == []

    number = str(printed["made"][0]["id"])
    status, out, _ = run(capsys, data, "--undo", number, "--reason", "a colleague testing", "--json")
    (made,) = json.loads(out)["made"]
    assert (made["kind"], made["reason"]) == ("include", f"undoes decision {number}: a colleague testing")
    assert counted(data) == (800, 800)
    assert json.loads(run(capsys, data, "--apply", "--json")[1])["made"] == []  # a person decided otherwise
    trail = run(capsys, data)[1].split("audit trail\n")[1].splitlines()
    assert len([line for line in trail if " voter loud " in line]) == 2


def test_a_person_excludes_and_includes_by_the_beginning_of_a_hash(capsys, data):
    assert run(capsys, data, "--exclude", "lou", "--reason", "said so in the forum")[0] == 0
    assert counted(data)[0] == 700
    status, _, err = run(capsys, data, "--exclude", "loud")
    assert status == 2 and "excluded already" in err
    assert run(capsys, data, "--include", "loud")[0] == 0 and counted(data)[0] == 800


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--undo", "7"], "There is no decision 7; the decisions are none yet"),
        (["--include", "nobody"], "0 voters have a hash that begins with 'nobody'"),
        (["--exclude", "person"], "voters have a hash that begins with 'person'; give enough of it"),
        (["--include", "loud"], "Voter loud is included already"),
    ],
)
def test_what_cannot_be_decided_is_said(capsys, data, arguments, said):
    status, out, err = run(capsys, data, *arguments)
    assert (status, out) == (2, "") and err.startswith("error: ") and said in err


def test_an_undone_decision_cannot_be_undone_twice(capsys, data):
    run(capsys, data, "--apply")
    run(capsys, data, "--undo", "1")
    status, _, err = run(capsys, data, "--undo", "1")
    assert status == 2 and "Decision 1 (exclude voter loud) is not in force any more" in err


def test_a_new_house_has_nothing_to_sweep(capsys, tmp_path):
    assert run(capsys, tmp_path) == (0, "0 votes\n", "")
    printed = json.loads(run(capsys, tmp_path, "--json")[1])
    assert printed["suspected"] == printed["decisions"] == [] and printed["votes"] == 0
    status, _, err = run(capsys, tmp_path, "--undo", "1")
    assert status == 2 and "There are no votes" in err and list(tmp_path.iterdir()) == []


def test_the_audit_trail_keeps_the_evidence(data):
    store = Store(data / "arena.sqlite")
    try:
        (made,) = apply(store, sweep(store.votes_frame()), NOW)
        assert (made.kind, made.subject, made.at) == (Kind.EXCLUDE, Subject.VOTER, NOW)
        kept = json.loads(store.decisions()[0].evidence)
        assert kept["votes"] == 100 and kept["score"] > 10
        assert kept["reasons"][0]["signal"] == "targeted" and kept["reasons"][0]["pushes"] == 100
    finally:
        store.close()
