"""Ratings, the log of battles and one's own votes in a real browser, wide and narrow, over a store with 200 votes."""

import random
import sys
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from arena.store import bulk
from arena.votes import Span, SpanKind
from tests.models.fake_openai import FakeOpenAI, says

sys.path.append(str(Path(__file__).parents[1] / "arena"))
from ballot_box import BallotBox

MODELS = """
- {{name: left, title: "Left {nasty}", endpoint: {{urls: ["{url}"], model: left}}}}
- {{name: right, title: Right, endpoint: {{urls: ["{url}"], model: right}}}}
"""
NASTY = "<img src=x onerror='window.hacked=1'>"
WIDTHS = pytest.mark.parametrize("width", [1280, 390], ids=lambda width: f"{width}px")


@pytest.fixture(scope="module")
def arena(start_server, tmp_path_factory):
    """The app with two models of a fake server, 200 votes on them and a retired one, and a few that are hostile."""
    folder, fake = tmp_path_factory.mktemp("views"), FakeOpenAI(says("A dog."))
    seed(folder / "data")
    models = folder / "models.yaml"
    models.write_text(MODELS.format(url=fake.url, nasty=NASTY.replace("'", "`")))
    with start_server(folder / "data", ["--lineup", "left,right"], {"MME_ARENA_MODELS": str(models)}) as server:
        yield server
    fake.close()


def seed(data: Path) -> None:
    rng, data = random.Random(1), Path(data)
    data.mkdir()
    rows = []
    for number in range(195):
        a, b = rng.sample(["left", "right", "retired"], 2)
        said = [rng.choice(["a", "a", "b", "both_good", "both_bad"]) for _ in range(2)]
        rows.append((f"voter {number % 9}", a, b, *said, rng.choice(["en", "zh"]), "free", "one", "two words", -2, 0))
    columns = ["voter", "model_a", "model_b", "hallucination", "instruction", "language", "category", "response_a",
               "response_b", "length", "format"]  # fmt: skip
    bulk.build(data / "arena.sqlite", pd.DataFrame(rows, columns=columns)).close()
    box = BallotBox(data)
    for number in range(5):
        box.cast(models=("left", "right"), a=NASTY, question=f"{NASTY} {number}", comment=NASTY,
                 spans=(Span("a", 0, 4, SpanKind.OBJECT, correction=NASTY),))  # fmt: skip
    box.close()


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).first.click()


def open_part(page: Page, name: str) -> None:
    page.locator("#ratings-parts").get_by_role("tab", name=name, exact=True).click()


def calm(page: Page) -> None:
    """Nothing hangs over the side, and nothing hostile ran."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate("window.hacked") is None


@WIDTHS
def test_every_part_of_the_ratings_is_there_and_fits(arena, open_page, width):
    page = open_page(arena, width)
    open_tab(page, "Ratings")
    expect(page.locator("#ratings-table")).to_contain_text("retired")
    expect(page.locator("#ratings-table")).to_contain_text("Left <img")
    expect(page.locator("#ratings-plot .js-plotly-plot")).to_be_visible()
    calm(page)
    page.locator("#ratings-which input").click()
    page.get_by_role("option", name="adjusted for length").click()
    expect(page.locator("#ratings-table")).to_contain_text("twice as long")
    page.get_by_text("Both together", exact=True).click()
    expect(page.locator("#ratings-table")).to_contain_text("Judgments")
    calm(page)
    for part, where, what in (
        ("Pairs", "#pairs-text", "ties left out"), ("Mistakes", "#mistakes-table", "At most"),
        ("Trust", "#trust-said", "Krippendorff"), ("Votes", "#votes-text", "200 votes count since 1 January 2026"),
    ):  # fmt: skip
        open_part(page, part)
        expect(page.locator(where)).to_contain_text(what)
        if part != "Trust":
            expect(page.get_by_role("tabpanel").filter(visible=True).locator(".js-plotly-plot").last).to_be_visible()
        calm(page)
    open_tab(page, "Battles")
    open_tab(page, "Ratings")
    expect(page.locator("#votes-days .js-plotly-plot")).to_be_visible()  # where it was left


@WIDTHS
def test_the_log_shows_hostile_text_as_text_and_turns_its_pages(arena, open_page, width):
    page = open_page(arena, width)
    open_tab(page, "Battles")
    entries = page.locator("#log-battles article")
    expect(entries).to_have_count(10)
    newest = page.locator("#log-battles article", has_text=f"{NASTY} 4").first
    expect(newest).to_contain_text(f"{NASTY} 4")
    expect(newest.locator("img")).to_have_count(1)  # the picture alone
    expect(newest.locator("img")).to_have_js_property("naturalWidth", 8)
    calm(page)
    top = entries.first.inner_text()
    page.locator("#log-older").click()
    expect(entries.first).not_to_have_text(top)
    expect(page.locator("#log-newer")).to_be_enabled()
    page.locator("#log-newer").click()
    expect(page.locator("#log-newer")).to_be_disabled()
    page.locator("#log-language input").click()
    page.get_by_role("option", name="Chinese").click()
    expect(page.locator("#log-battles")).not_to_contain_text(f"{NASTY} 4")
    calm(page)


def test_a_battle_appears_once_it_is_judged_and_never_before(arena, open_page):
    page = open_page(arena, 390)
    open_tab(page, "Your votes")
    expect(page.locator("#personal-summary")).to_contain_text("not judged a battle yet")
    open_tab(page, "Arena")
    expect(page.locator("#arena-instruction textarea")).not_to_have_value("")
    page.locator("#arena-instruction textarea").fill("A question of mine")
    page.locator("#arena-start").click()
    expect(page.locator("#arena-submit")).to_be_visible()
    open_tab(page, "Battles")
    expect(page.locator("#log-battles article")).to_have_count(10)
    expect(page.locator("#log-battles")).not_to_contain_text("A question of mine")
    open_tab(page, "Arena")
    for axis in ("#arena-hallucination", "#arena-following"):
        page.locator(axis).get_by_text("Both bad", exact=True).click()
    page.locator("#arena-submit").click()
    expect(page.locator("#arena-revealed")).to_be_visible()
    open_tab(page, "Your votes")
    expect(page.locator("#personal-summary")).to_contain_text("You have judged 1 battle.")
    expect(page.locator("#personal-battles article")).to_contain_text("A question of mine")
    calm(page)
    open_tab(page, "Battles")
    expect(page.locator("#log-battles article").first).to_contain_text("A question of mine")
