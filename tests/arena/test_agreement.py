import krippendorff
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.agreement import Unit, _resampled, agreement
from arena.votes import Axis

COLUMNS = (
    "voter", "picture_sha256", "instruction_text", "challenge", "model_a", "model_b", "response_a", "response_b",
    "hallucination", "instruction", "rated", "excluded",
)  # fmt: skip


def vote(
    voter, given, picture="p1", models=("a", "b"), responses=("one", "two"), challenge="", rated=True, excluded=False
):
    return (voter, picture, "What?", challenge, *models, *responses, given, "both_good", rated, excluded)


def frame(*votes):
    return pd.DataFrame(votes, columns=list(COLUMNS))


def measured(*votes, unit=Unit.TASK, axis=Axis.HALLUCINATION):
    return agreement(frame(*votes), axis, unit)


def test_alpha_by_hand():
    """Three pictures, two voters each: agree on a, agree on b, differ. Four a or b of each kind of six values:
    observed disagreement 2 / 6; expected 2 * 3 * 3 / (6 * 5); alpha = 1 - (1 / 3) / (3 / 5) = 4 / 9."""
    found = measured(
        vote("x", "a"), vote("y", "a"),
        vote("x", "b", "p2"), vote("y", "b", "p2"),
        vote("x", "a", "p3"), vote("y", "b", "p3"),
        vote("x", "a", "p4"),  # nobody else judged this one
    )  # fmt: skip
    assert found.alpha == pytest.approx(4 / 9) and (found.units, found.votes, found.voters) == (3, 6, 2)
    assert found.low <= found.alpha <= found.high <= 1 and found.note == ""


def test_sides_do_not_matter():
    """Both say that model a is better, one of them saw it on the right."""
    found = measured(
        vote("x", "a"), vote("y", "b", models=("b", "a")),
        vote("x", "both_bad", "p2"), vote("y", "both_bad", "p2", models=("b", "a")),
    )  # fmt: skip
    assert found.alpha == pytest.approx(1) and found.units == 2


def test_who_cannot_tell_is_not_counted_nor_who_votes_twice_nor_what_is_not_rated():
    rest = [vote("x", "both_good", "p2"), vote("y", "both_good", "p2")]
    found = measured(
        vote("x", "a"), vote("y", "a"), vote("z", "cant_tell"), vote("x", "b"),
        vote("v", "b", rated=False), vote("w", "b", excluded=True), *rest,
    )  # fmt: skip
    assert found.alpha == pytest.approx(1) and (found.units, found.votes, found.voters) == (2, 4, 2)


def test_what_must_be_the_same():
    votes = [
        vote("x", "a", responses=("one", "two"), challenge="c"),
        vote("y", "a", responses=("two", "one"), models=("b", "a"), challenge="c"),  # the same from the other side
        vote("z", "a", responses=("one", "other"), challenge="c"),
        vote("w", "b", "p2", challenge="c"),
        vote("v", "b", "p3"),
    ]
    assert [measured(*votes, unit=unit).votes for unit in Unit] == [2, 3, 4]
    assert measured(*votes, unit=Unit.CHALLENGE).alpha == pytest.approx(0)  # one of four differs: by hand, as chance


@pytest.mark.parametrize(
    ("votes", "units", "words"),
    [
        ([], 0, "nothing has been judged by two people"),
        ([vote("x", "a"), vote("x", "b"), vote("y", "a", "p2")], 0, "nothing has been judged by two people"),
        ([vote("x", "a"), vote("y", "a"), vote("x", "a", "p2"), vote("y", "a", "p2")], 2, "all judgments are the same"),
    ],
)
def test_without_anything_to_compare_there_is_no_alpha(votes, units, words):
    found = measured(*votes)
    assert np.isnan([found.alpha, found.low, found.high]).all() and found.units == units and words in found.note


def test_one_unit_has_an_alpha_and_no_range():
    found = measured(vote("x", "a"), vote("y", "b"))
    assert found.alpha == pytest.approx(0) and np.isnan([found.low, found.high]).all() and "only one" in found.note


def test_axes_are_apart():
    votes = [vote("x", "a"), vote("y", "b"), vote("x", "b", "p2"), vote("y", "b", "p2")]
    assert "all judgments are the same" in measured(*votes, axis=Axis.INSTRUCTION).note
    assert measured(*votes).note == ""


class Same:
    """A generator that draws each unit once."""

    def integers(self, units, size):
        return np.arange(units)


@settings(deadline=None)
@given(
    st.lists(
        st.lists(st.integers(0, 4), min_size=4, max_size=4).filter(lambda row: sum(row) >= 2), min_size=1, max_size=8
    )
)
def test_the_resampled_alpha_is_the_packages(rows):
    counts = np.array(rows)
    (ours,) = _resampled(counts, 1, Same())
    if (counts.sum(axis=0) > 0).sum() > 1:
        theirs = krippendorff.alpha(value_counts=counts, level_of_measurement="nominal")
        assert ours == pytest.approx(theirs)
    else:
        assert np.isnan(ours)


def test_the_range_covers():
    """150 arenas of 120 units and three voters, who say what they see with probability 0.7 and else anything."""
    rng, truth, covered = np.random.default_rng(4), 0.7**2, []
    for _ in range(150):
        seen = rng.integers(3, size=(120, 1))
        said = np.where(rng.random((120, 3)) < 0.7, seen, rng.integers(3, size=(120, 3)))
        counts = np.stack([(said == value).sum(axis=1) for value in range(3)], axis=1)
        low, high = np.percentile(_resampled(counts, 300, rng), [2.5, 97.5])
        covered.append(low <= truth <= high)
    print(f"alpha: {np.mean(covered):.1%} of 150 ranges cover")
    assert 0.89 <= np.mean(covered) <= 0.99
