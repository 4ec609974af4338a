"""One's own votes: how many, how far others agree, an own ranking, and every own battle; nobody else's."""

import pytest
from ballot_box import BallotBox
from tab_calls import battles_in, opened

from arena import personal_views as views
from arena.history import Agreement
from arena.personal_ui import agreement, own_ratings, personal_tab
from arena.votes import Axis


@pytest.fixture
def box(tmp_path):
    box = BallotBox(tmp_path)
    yield box
    box.close()


@pytest.fixture
def store(box):
    return box.store


def test_a_new_visitor_is_told_what_will_be_here(box, make_service):
    box.cast(voter="somebody else")
    page = opened(make_service(), personal_tab)("tab")
    assert "You have not judged a battle yet" in page and battles_in(page) == []


def test_own_votes_are_shown_and_only_those(box, make_service):
    for number in range(13):
        box.cast(voter="visitor", question=f"mine {number}", comment="secret")
        box.cast(voter="somebody else", question="theirs")
    call = opened(make_service(), personal_tab)
    page = call("tab")
    assert "You have judged 13 battles." in page and "theirs" not in page and "secret" not in page
    assert "Your own ranking" in page and "Alpha" in page
    assert battles_in(page) == list(range(25, 6, -2)) and "mine 12" in page
    assert battles_in(call("personal-older")) == [5, 3, 1]
    assert battles_in(call("personal-newer")) == list(range(25, 6, -2))
    assert "have not judged" in call("tab", session="a stranger")


def test_a_voter_who_is_left_out_does_not_learn_of_it(box, make_service):
    box.cast("a", voter="visitor")
    for _ in range(3):
        box.cast("a", voter="somebody else")
    call = opened(make_service(), personal_tab)
    before = call("tab")
    box.exclude(1)
    assert call("tab") == before and "100 %" in before and "excluded" not in before


def test_agreement_is_with_others_and_never_with_oneself(box, make_service):
    service = make_service()
    for _ in range(5):
        box.cast("a", "a", voter="visitor")
    own = service.personal("visitor")
    assert agreement(service, own, Axis.HALLUCINATION) == Agreement(Axis.HALLUCINATION, 0, 0)
    box.cast("b", "a", voter="somebody else")
    assert agreement(service, own, Axis.HALLUCINATION) == Agreement(Axis.HALLUCINATION, 0, 5)
    assert agreement(service, own, Axis.INSTRUCTION) == Agreement(Axis.INSTRUCTION, 5, 5)


def test_the_own_ranking_rests_on_own_rated_votes_alone(box, make_service):
    service = make_service()
    box.cast("a", voter="visitor", models=("alpha", "beta"))
    box.cast("b", voter="visitor", models=("alpha", "gamma"), blind=False)
    for _ in range(9):
        box.cast("b", voter="somebody else", models=("alpha", "beta"))
    table = own_ratings(service, service.personal("visitor"), Axis.HALLUCINATION)
    assert list(table["title"]) == ["Alpha", "Beta"] and list(table["battles"]) == [1, 1]
    assert "None of your votes on this question" in views.rankings({Axis.HALLUCINATION: table[:0]})


@pytest.mark.parametrize(
    ("found", "words"),
    [(Agreement(Axis.INSTRUCTION, 5, 7), "71 %</b><span>of your 7 choices"),
     (Agreement(Axis.INSTRUCTION, 1, 1), "100 %</b><span>of your 1 choice between"),
     (Agreement(Axis.INSTRUCTION, 0, 0), "nobody else has judged these models yet")],
)  # fmt: skip
def test_agreement_is_said_in_a_sentence(found, words):
    assert words in views.summary(1, [found]) and "1 battle." in views.summary(1, [found])
