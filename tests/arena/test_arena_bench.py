import json

import pytest
from conftest import START

from arena import bench
from arena.__main__ import main
from arena.errors import StoreError
from arena.store.bulk import build
from arena.store.tallying import tally_votes
from arena.votes import Axis


@pytest.fixture
def made(tmp_path):
    frame, truth = bench.simulate(600, 4, seed=3, voters=20)
    store = build(tmp_path / "arena.sqlite", frame)
    yield frame, truth, store
    store.close()


def test_a_built_store_holds_the_votes_and_counts_them_as_its_own(made):
    frame, _, store = made
    read = store.votes_frame()
    for name in ("voter", "model_a", "model_b", "hallucination", "instruction", "language", "category"):
        assert read[name].tolist() == frame[name].tolist()
    assert store.count_differences() == [] and read["rated"].all()
    assert store.voter_tallies(Axis.INSTRUCTION)["count"].sum() == 600


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_votes_counted_anew_are_the_counts_kept(made, threads):
    frame, _, store = made
    store.decide("exclude", "voter", frame["voter"][0], "tests", "{}", "a test", START)
    counted = tally_votes(store, threads)
    assert {axis: store.tallies(axis) for axis in Axis} == counted
    left_out = (frame["voter"] == frame["voter"][0]).sum()
    assert sum(tally.count for tally in counted[Axis.HALLUCINATION]) == 600 - left_out < 600


def test_a_store_that_is_there_is_not_overwritten(made, tmp_path):
    with pytest.raises(StoreError, match="is there already"):
        build(tmp_path / "arena.sqlite", made[0])


def test_equal_seeds_simulate_equal_votes():
    assert bench.simulate(50, 3, seed=1)[0].equals(bench.simulate(50, 3, seed=1)[0])
    assert not bench.simulate(50, 3, seed=1)[0].equals(bench.simulate(50, 3, seed=2)[0])


def test_the_bench_prints_its_figures(capsys):
    status = main(["bench", "--votes", "2000", "--models", "4", "--without-arena-rank", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert status == 0 and found["votes"] == 2000 and found["bootstraps"] == 1000
    assert found["seconds"] == pytest.approx(found["seconds_reading_and_counting"] + found["seconds_rating"])
    assert min(found[name] for name in found if name.startswith("seconds")) > 0
    assert found["true_ratings_in_range"] >= 0.5


def test_without_arena_rank_the_bench_says_how_to_get_it(capsys, monkeypatch):
    monkeypatch.setattr(bench.util, "find_spec", lambda name: None)
    assert main(["bench"]) == 2
    assert "pip install arena-rank==0.1.1" in capsys.readouterr().err


def test_another_arena_rank_is_refused(capsys, monkeypatch):
    monkeypatch.setattr(bench.util, "find_spec", lambda name: object())
    monkeypatch.setattr(bench.metadata, "version", lambda name: "0.2.0")
    assert main(["bench"]) == 2 and "arena-rank 0.2.0 is installed" in capsys.readouterr().err


@pytest.mark.parametrize("options", [["--votes", "0"], ["--models", "1"]])
def test_refuses_a_bench_of_nothing(capsys, options):
    assert main(["bench", *options]) == 2 and "needs votes and 2 models" in capsys.readouterr().err


def test_both_rate_alike():
    """Only where arena-rank is installed: in an environment of its own."""
    pytest.importorskip("arena_rank", reason="arena-rank is installed for the bench only")
    found = bench.against_arena_rank(bench.simulate(20_000, 5, seed=2)[0], repeats=1)
    assert found["ratio"] > 1 and found["difference_without_ties"] < 1
    assert found["arena_rank_spread_by_ours_with_ties"] < 0.9
