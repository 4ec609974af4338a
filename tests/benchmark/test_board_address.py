from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.board_address import Address, View, address_from
from benchmark.board_filters import QUANTIZATIONS, BoardFilter, Openness, Size
from benchmark.boards import BOARD_NAMES
from benchmark.errors import UnknownNameError
from benchmark.published import Layer

filters = st.builds(BoardFilter, st.sampled_from(Openness), st.sampled_from(Size), st.sampled_from(QUANTIZATIONS))


def test_a_link_says_what_is_seen():
    assert Address(Layer.LAST, "count").query == "?board=count&layer=last"
    assert Address(Layer.LAST, view=View.PROFILE, model="GPT-4V").query == "?look=profile&layer=last&model=GPT-4V"
    wanted = BoardFilter(Openness.OPEN, Size.SMALL)
    assert Address(Layer.FIRST, wanted=wanted).query == "?board=perception&layer=first&open=open&size=small"


@given(st.sampled_from(Layer), st.sampled_from(BOARD_NAMES), filters)
def test_a_link_to_a_board_leads_back_to_it(layer, board, wanted):
    address = Address(layer, board, wanted=wanted)
    assert address_from(dict(parse_qsl(address.query[1:]))) == address


@given(st.text(min_size=1))
def test_a_link_to_a_model_leads_back_whatever_its_name(name):
    address = Address(Layer.OWN, view=View.PROFILE, model=name.encode("utf-8", "replace").decode())
    assert address_from(dict(parse_qsl(address.query[1:], keep_blank_values=True))) == address


def test_other_parameters_ask_nothing_of_the_boards():
    assert address_from({}) is None
    assert address_from({"__theme": "dark", "utm_source": "x"}) is None
    assert address_from({"model": "Otter"}).view is View.PROFILE


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [({"board": "Poster"}, "unknown board 'Poster'"), ({"layer": "2025"}, "unknown layer '2025'"),
     ({"look": "pie"}, "unknown look 'pie'; choose one of: ranking, grid, profile"),
     ({"board": "OCR", "size": "9"}, "unknown size '9'")],
)  # fmt: skip
def test_a_broken_link_is_told(parameters, sentence):
    with pytest.raises(UnknownNameError, match=sentence):
        address_from(parameters)
