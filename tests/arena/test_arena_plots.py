import pandas as pd
import pytest

from arena import history, plots
from arena.votes import Judgment, Tally

TITLES = {"x": "Model X", "y": "Model Y", "z": "Model Z"}
TALLIES = [
    Tally("x", "y", Judgment.A, 3),
    Tally("y", "x", Judgment.A, 1),
    Tally("x", "z", Judgment.BOTH_BAD, 4),
]


def test_a_row_of_the_win_map_says_how_often_that_model_won():
    (map_,) = plots.pair_heatmap(history.pair_table(TALLIES), TITLES).data
    assert list(map_.x) == list(map_.y) == ["Model X", "Model Y", "Model Z"]
    assert list(map_.z[0]) == [None, 75.0, None], "three of four; ties only with z"
    assert list(map_.z[1]) == [25.0, None, None]
    assert list(map_.customdata[0]) == ["no battle yet", "3 won, 0 tied, 1 lost", "0 won, 4 tied, 0 lost"]


def test_ties_have_a_map_of_their_own_and_models_without_games_none():
    (map_,) = plots.pair_heatmap(history.pair_table(TALLIES[:2]), TITLES, "tie_share").data
    assert list(map_.x) == ["Model X", "Model Y"] and list(map_.z[0]) == [None, 0.0]
    with pytest.raises(ValueError, match="share, tie_share, games, got 'wins'"):
        plots.pair_heatmap(history.pair_table(TALLIES), TITLES, "wins")


def test_battles_of_a_pair_are_counted_on_the_map_of_battles():
    (map_,) = plots.pair_heatmap(history.pair_table(TALLIES), TITLES, "games").data
    assert list(map_.z[0]) == [None, 4, 4] and list(map_.text[0]) == ["", "4", "4"] and map_.zmax == 4


def test_shares_are_dots_with_their_ranges():
    table = pd.DataFrame({"title": ["X"], "rate": [0.25], "low": [0.1], "high": [0.5], "answers": [8]})
    (dots,) = plots.shares_plot(table).data
    assert (dots.x[0], dots.error_x.array[0], dots.error_x.arrayminus[0]) == (25, 25, 15)


def test_days_are_bars_and_their_sum_a_line():
    counted = pd.DataFrame([("2026-03-01", 3), ("2026-03-03", 1)], columns=["day", "count"])
    bars, line = plots.days_plot(history.per_day(counted)).data
    assert list(bars.y) == [3, 0, 1] and list(line.y) == [3, 3, 4]


def test_a_model_stands_where_its_score_and_its_rating_meet():
    table = pd.DataFrame(
        [("Model X", 900.0, 1040.0, 990.0, 1100.0)], columns=["title", "score", "rating", "low", "high"]
    )
    (dots,) = plots.scores_against_ratings(table).data
    assert (dots.x[0], dots.y[0], dots.error_y.array[0], dots.error_y.arrayminus[0]) == (900, 1040, 60, 50)


def test_the_forest_plot_has_a_dot_and_a_bar_for_each_model():
    table = pd.DataFrame({
        "model": ["x", "y"], "title": ["Ex <i>", "Why"], "rating": [1050.4, 949.6], "low": [1000.0, 900.0],
        "high": [1101.0, 999.0], "battles": [12, 12], "wins": [8, 2], "ties": [2, 2], "losses": [2, 8],
    })  # fmt: skip
    figure = plots.forest_plot(table)
    dots = figure.data[-1]
    assert list(dots.y) == ["Ex <i>", "Why"]
    assert list(dots.x) == [1050.4, 949.6]
    assert list(dots.error_x.array) == pytest.approx([50.6, 49.4])
    assert list(dots.error_x.arrayminus) == pytest.approx([50.4, 49.6])
    assert figure.layout.yaxis.autorange == "reversed"
