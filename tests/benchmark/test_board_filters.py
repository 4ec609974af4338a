import math

import pytest

from benchmark.board_filters import BoardFilter, Size, board_filter, matching, size_of
from benchmark.boards import layer_table
from benchmark.errors import UnknownNameError
from benchmark.published import Layer


@pytest.mark.parametrize(
    ("billions", "size"),
    [(0.003, Size.SMALL), (4, Size.SMALL), (4.1, Size.MEDIUM), (9.9, Size.MEDIUM), (10, Size.LARGE),
     (None, Size.UNKNOWN), (math.nan, Size.UNKNOWN)],
)  # fmt: skip
def test_sizes_have_sharp_edges(billions, size):
    assert size_of(billions) is size


def test_a_filter_changes_no_rank():
    table = layer_table("perception", Layer.LAST)
    assert matching(table, BoardFilter()).equals(table)
    shown = matching(table, board_filter("open", "medium"))
    assert shown.iloc[0][["model", "rank"]].tolist() == ["ChatTruth-7B", 2]
    assert all(4 < billions < 10 for billions in shown["billions"])
    closed = matching(table, board_filter("closed"))
    assert set(closed["model"]) == {"GPT-4V", "Gemini Pro", "Qwen-VL-Max", "Qwen-VL-Plus"}


def test_open_closed_and_unknown_share_out_all_models():
    table = layer_table("count", Layer.LAST)
    parts = [len(matching(table, board_filter(name))) for name in ("open", "closed", "unknown")]
    assert sum(parts) == 58 and all(parts)
    assert matching(table, board_filter(quantization="nf4")).empty  # published figures do not say


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [({"openness": "maybe"}, "unknown openness 'maybe'; choose one of: any, open, closed, unknown"),
     ({"size": "huge"}, "unknown size 'huge'"), ({"quantization": "int3"}, "unknown quantization 'int3'")],
)  # fmt: skip
def test_a_choice_that_does_not_exist_is_named(choice, sentence):
    with pytest.raises(UnknownNameError, match=sentence):
        board_filter(**choice)
