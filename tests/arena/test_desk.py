import pytest

from arena.battle import Turn
from arena.desk import Desk, client_address, read_marks
from arena.errors import JudgmentError


def test_a_further_question_moves_the_turn_before_up():
    desk = Desk().with_battle("id", "What?")
    asked = Desk(battle="id", instruction="What?", answers=("one", "two"), round_key=desk.round_key).with_question(
        "And?"
    )
    assert asked.turns == (Turn("What?", "one", "two"),) and asked.instruction == "And?"
    assert (asked.battle, asked.round_key) == ("id", desk.round_key)


def test_every_battle_has_its_own_round_and_forgets_the_one_before():
    first = Desk(own=True).with_battle("one", "What?", ("Left", "Right")).with_question("And?")
    second = first.with_battle("two", "What?")
    assert second.round_key != first.round_key and len(second.round_key) == len(first.round_key)
    assert (second.turns, second.names, second.own) == ((), ("", ""), True)
    assert first.cleared().battle is None and first.cleared().kept is None
    assert first.cleared(keep_picture=True).kept == "one"


def test_marks_are_read_from_json():
    assert read_marks('[{"side": "a"}]', "Hm.") == {"spans": [{"side": "a"}], "comment": "Hm."}
    assert read_marks("", None) == {"spans": [], "comment": ""}


@pytest.mark.parametrize("spans", ["{", "[" * 100_000, "x" * 100_001, 7], ids=["broken", "deep", "long", "number"])
def test_marks_that_are_no_json_are_refused(spans):
    with pytest.raises(JudgmentError):
        read_marks(spans, "")


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("", "10.0.0.9"),
        ("1.2.3.4", "1.2.3.4"),
        ("9.9.9.9, 1.2.3.4, 10.20.0.1", "1.2.3.4"),
        ("unknown, 192.168.0.7", "10.0.0.9"),
        ("2001:4860::1", "2001:4860::1"),
    ],
    ids=["none", "one", "the last public one", "no public one", "version 6"],
)
def test_the_address_behind_proxies(forwarded, address):
    assert client_address("10.0.0.9", forwarded) == address
