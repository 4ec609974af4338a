"""A battle between models on a server that goes away in the middle of an answer, seen in a real browser."""

import sqlite3

import pytest
from playwright.sync_api import expect

from tests.models.fake_openai import FakeOpenAI, breaks_off, says

MODELS = """
- {{name: left, title: Left, endpoint: {{urls: ["{url}"], model: left}}}}
- {{name: right, title: Right, endpoint: {{urls: ["{url}"], model: right}}}}
"""


@pytest.fixture
def fake():
    server = FakeOpenAI(says("never used"))
    yield server
    server.close()


@pytest.fixture
def away(start_server, fake, tmp_path):
    """The app with two models that the fake server answers for."""
    models = tmp_path / "models.yaml"
    models.write_text(MODELS.format(url=fake.url))
    with start_server(tmp_path / "data", ["--lineup", "left,right"], {"MME_ARENA_MODELS": str(models)}) as server:
        yield server


def states(server) -> list[str]:
    with sqlite3.connect(f"file:{server.data / 'arena.sqlite'}?mode=ro", uri=True) as database:
        return [state for (state,) in database.execute("SELECT state FROM battles ORDER BY created_at")]


def test_a_server_that_dies_voids_the_battle_and_the_next_one_works(away, fake, open_page):
    page = open_page(away, 1280)
    expect(page.locator("#arena-picture img")).to_be_visible()
    fake.acts[:] = [breaks_off("A cat ", "sits")]
    page.locator("#arena-start").click()
    expect(page.locator(".toast-body").first).to_contain_text("does not count")
    expect(page.locator("#arena-start")).to_be_visible()  # picture and instruction are still there: start again
    assert states(away) == ["failed"]
    fake.acts[:] = [says("A dog.")]
    page.locator("#arena-start").click()
    expect(page.locator("#arena-submit")).to_be_visible()
    expect(page.locator("#arena-answer-a")).to_contain_text("A dog.")
    page.locator("#arena-hallucination").get_by_text("A", exact=True).click()
    page.locator("#arena-following").get_by_text("B", exact=True).click()
    page.locator("#arena-submit").click()
    expect(page.locator("#arena-revealed")).to_be_visible()
    assert states(away) == ["failed", "voted"]
