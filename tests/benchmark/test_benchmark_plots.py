import pandas as pd

from benchmark.comparison import Row
from benchmark.plots import OWN_COLOR, PUBLISHED_COLOR, answer_shares, difference_plot, radar


def row(name, difference, holm, changed=3):
    return Row(
        name, 50.0, 50.0 + difference, difference, 5.0, difference - 10, difference + 10, holm or 0.5, holm, 20, changed
    )


def test_the_radar_closes_its_lines_and_leaves_out_what_has_no_score():
    figure = radar({"A": {"existence": 200.0, "OCR": 50.0, "count": 75.0}, "B": {"existence": 10.0}})
    first, second, chance = figure.data
    assert list(first.theta) == ["Existence", "Count", "OCR", "Existence"]
    assert list(first.r) == [200.0, 75.0, 50.0, 200.0]
    assert list(second.r) == [10.0, None, None, 10.0]
    assert set(chance.r) == {50} and chance.name == "always saying yes"


def test_differences_have_their_intervals_and_only_the_sure_ones_a_color():
    figure = difference_plot([row("count", 40.0, 0.001), row("OCR", -4.0, 0.8), row("perception", 36.0, None)])
    assert [list(trace.y) for trace in figure.data] == [["Count"], ["OCR"]]  # totals are on another scale
    assert [trace.marker.color for trace in figure.data] == [OWN_COLOR, PUBLISHED_COLOR]
    assert figure.data[0].error_x.array == (10.0,) and figure.data[0].error_x.arrayminus == (10.0,)
    low, high = figure.layout.xaxis.range
    assert low == -high and high > 50  # zero in the middle, every interval in sight


def test_two_equal_runs_make_a_plot_too():
    (trace,) = difference_plot([row("count", 0.0, 0.01, changed=0)]).data
    assert trace.marker.color == PUBLISHED_COLOR
    assert difference_plot([]).data == ()


def test_answer_shares_stack_to_all_answers():
    table = pd.DataFrame(
        [["count", 0.7, 0.2, 0.1], ["code_reasoning", 0.5, 0.5, 0.0], ["all", 0.6, 0.35, 0.05]],
        columns=["name", "yes_rate", "no_rate", "other_rate"],
    )
    figure = answer_shares(table)
    assert [trace.name for trace in figure.data] == ["yes", "no", "unclear"]
    assert list(figure.data[0].y) == ["Count", "Code"]
    assert [round(sum(values)) for values in zip(*(trace.x for trace in figure.data), strict=True)] == [100, 100]
