"""Whose votes they are: of an account that is signed in, else of one load of the page."""

from types import SimpleNamespace

import gradio as gr
import pytest

from arena.battle_parts_ui import account_of, voter_of
from arena.errors import UnknownBattleError


def request(session=None, page="page-1"):
    return SimpleNamespace(
        request=SimpleNamespace(scope={} if session is None else {"session": session}), session_hash=page
    )


def signed_in(sub="abc", **more):
    return {"oauth_info": {"userinfo": {"sub": sub, "preferred_username": "somebody"}, "access_token": "t", **more}}


def test_a_visitor_is_one_load_of_the_page():
    assert voter_of(request()) == voter_of(request({})) == "page-1"
    with pytest.raises(UnknownBattleError):
        voter_of(request(page=None))


def test_an_account_stays_itself_on_another_page_and_is_no_name():
    assert voter_of(request(signed_in())) == voter_of(request(signed_in(), page="page-2")) == "account abc"
    assert voter_of(request(signed_in("xyz"))) == "account xyz"


def test_a_page_cannot_be_taken_for_an_account():
    assert voter_of(request(page="abc")) != voter_of(request(signed_in()))


@pytest.mark.parametrize(
    "session",
    [
        {"oauth_info": None},
        {"oauth_info": {"userinfo": None}},
        {"oauth_info": {"userinfo": {"preferred_username": "somebody"}}},
        signed_in(expires_at=99),
    ],
)
def test_what_is_no_valid_sign_in_is_none(session):
    assert account_of(request(session), now=100) == ""


def test_a_sign_in_is_valid_until_it_ends():
    assert account_of(request(signed_in(expires_at=101)), now=100) == "abc"


def test_gradio_hands_the_session_on_where_it_is_looked_for():
    starlette = SimpleNamespace(scope={"session": signed_in()})
    assert account_of(gr.Request(starlette, session_hash="page-1"), now=0) == "abc"
