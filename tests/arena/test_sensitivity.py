import numpy as np
import pandas as pd
import pytest

from arena.ratings import count_frame, point_ratings
from arena.sensitivity import COLUMNS, Filter, aggregate, sensitivity
from arena.votes import Axis

FRAME = ("voter", "model_a", "model_b", "hallucination", "instruction", "rated", "excluded")


def frame():
    """careful prefers a (30 of 40), a careless voter b (all 20), a rigger c (50, excluded)."""
    rows = [("careful", "a", "b", "a" if n % 4 else "b", "both_good", True, False) for n in range(40)]
    rows += [("careful", "b", "c", "a" if n % 3 else "b", "both_good", True, False) for n in range(30)]
    rows += [("careless", "a", "b", "b", "both_good", True, False)] * 20
    rows += [("rigger", "c", "a", "a", "both_bad", True, True)] * 50
    rows += [("careful", "a", "b", "b", "both_bad", False, False)] * 1000
    return pd.DataFrame(rows, columns=list(FRAME))


def table_of(reliability, **options):
    return sensitivity(aggregate(frame(), Axis.HALLUCINATION), reliability, **options)


def test_rows_are_added_up_and_unrated_battles_left_out():
    rows = aggregate(frame(), Axis.HALLUCINATION)
    assert rows["count"].sum() == 140 and len(rows) == 6
    assert rows[rows["voter"] == "rigger"][["judgment", "excluded", "count"]].to_numpy().tolist() == [["a", True, 50]]


def test_each_filter_by_hand():
    table = table_of({"careful": 0.9, "careless": 0.3})
    assert tuple(table.columns) == COLUMNS and table["filter"].unique().tolist() == list(Filter)
    rated = {name: part.set_index("model") for name, part in table.groupby("filter")}
    assert [rated[name]["votes"].iloc[0] for name in Filter] == pytest.approx([140, 90, 70, 0.9 * 70 + 0.3 * 20])
    assert [rated[name]["voters"].iloc[0] for name in Filter] == [3, 2, 1, 2]
    votes = frame()[lambda rows: rows["rated"] & ~rows["excluded"]].rename(columns={"hallucination": "judgment"})
    assert rated[Filter.WITHOUT_EXCLUDED]["rating"].to_dict() == pytest.approx(point_ratings(count_frame(votes)))
    only = votes[votes["voter"] == "careful"]
    assert rated[Filter.RELIABLE]["rating"].to_dict() == pytest.approx(point_ratings(count_frame(only)))
    weighted = votes.assign(count=votes["voter"].map({"careful": 0.9, "careless": 0.3}))
    assert rated[Filter.WEIGHTED]["rating"].to_dict() == pytest.approx(point_ratings(count_frame(weighted)))


def test_changes_are_against_all_votes():
    table = table_of({"careful": 0.9, "careless": 0.3})
    rated = {name: part.set_index("model") for name, part in table.groupby("filter")}
    assert (rated[Filter.NONE][["change", "rank_change"]] == 0).all(axis=None)
    assert rated[Filter.NONE].loc["c", "rank"] == 1 and rated[Filter.RELIABLE].loc["c", "rank"] == 3
    assert rated[Filter.RELIABLE].loc["c", "rank_change"] == 2 and rated[Filter.RELIABLE].loc["c", "change"] < -100


def test_the_unknown_are_not_reliable_and_weigh_as_the_mean():
    table = table_of({"careful": 0.8})
    votes = table.groupby("filter")["votes"].first()
    assert votes[Filter.RELIABLE] == 70 and votes[Filter.WEIGHTED] == pytest.approx(0.8 * 90)
    nobody = table_of({}, models=["d"])
    assert nobody.groupby("filter")["votes"].first()[Filter.WEIGHTED] == 90
    assert np.isfinite(nobody[["rating", "low", "high"]].to_numpy()).all() and len(nobody) == 16


def test_no_votes():
    assert sensitivity(aggregate(frame().iloc[:0], Axis.INSTRUCTION), {}, ["a", "b"])["rating"].tolist() == [1000] * 8
    assert sensitivity(aggregate(frame().iloc[:0], Axis.INSTRUCTION), {}).empty


@pytest.mark.parametrize("bad", [1.1, -0.1, float("nan")])
def test_refuses_what_is_no_reliability(bad):
    with pytest.raises(ValueError, match="reliability goes from 0 to 1"):
        table_of({"careful": bad})
