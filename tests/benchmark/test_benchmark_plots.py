import pandas as pd

from benchmark.boards import board_table
from benchmark.plots import bar_board, radar


def test_the_radar_closes_its_lines_and_leaves_out_what_has_no_score():
    figure = radar({"A": {"existence": 200.0, "OCR": 50.0, "count": 75.0}, "B": {"existence": 10.0}})
    first, second, chance = figure.data
    assert list(first.theta) == ["Existence", "Count", "OCR", "Existence"]
    assert list(first.r) == [200.0, 75.0, 50.0, 200.0]
    assert list(second.r) == [10.0, None, None, 10.0]
    assert set(chance.r) == {50} and chance.name == "always saying yes"


def test_bars_keep_the_order_and_rows_of_one_name_apart():
    table = pd.concat([board_table("OCR"), board_table("OCR").head(1)], ignore_index=True)
    (bars,) = bar_board(table, 200).data
    assert len(set(bars.y)) == 13
    assert list(bars.x) == table["score"].tolist()
    assert bars.y[-1] == f"{bars.y[0]} (2)"
