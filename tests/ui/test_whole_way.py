"""A visitor's whole way: measure a model, read the boards, fight a battle, vote, see the names and the rating."""

import sqlite3

import pytest
from playwright.sync_api import Page, expect

from benchmark.results import RunFolder
from benchmark.subtasks import SUBTASKS

EMBEDDED = {"Scout 3M", "Pup 3M"}


def open_tab(page: Page, name: str) -> None:
    """Click a tab; every tab is in sight at every width."""
    page.get_by_role("tab", name=name, exact=True).click()


def finished_run(page: Page, server, before: set[str]) -> RunFolder:
    """Wait until the run that was just started is shown as finished: the one before it may still be on the page."""
    others = "".join(f':not([data-run="{name}"])' for name in ("", *before))
    done = page.locator(f"#bench-live .bench-finished{others}")
    expect(done).to_be_visible(timeout=180_000)
    return RunFolder.open(server.data / "runs" / done.get_attribute("data-run"))


def run_names(server) -> set[str]:
    runs = server.data / "runs"
    return {folder.name for folder in runs.iterdir()} if runs.is_dir() else set()


def votes(server) -> int:
    with sqlite3.connect(f"file:{server.data / 'arena.sqlite'}?mode=ro", uri=True) as database:
        return database.execute("SELECT count(*) FROM votes").fetchone()[0]


def choose(page: Page, question: str, answer: str) -> None:
    page.locator(question).get_by_text(answer, exact=True).click()


def fight(page: Page) -> None:
    """From the first click until both answers are complete."""
    open_tab(page, "Arena")
    expect(page.locator("#arena-picture img")).to_be_visible()
    page.locator("#arena-start").click()
    expect(page.locator("#arena-submit")).to_be_visible()


def test_no_tab_is_wider_than_the_screen(page):
    for name in ("Arena", "Ratings", "Battles", "Your votes", "Benchmark", "Boards", "Models", "About"):
        open_tab(page, name)
        expect(page.get_by_role("tabpanel").filter(visible=True).first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name


def test_the_whole_way(page, server):
    open_tab(page, "Benchmark")
    page.locator("#bench-limit input, #bench-limit textarea").first.fill("1")
    before = run_names(server)
    page.locator("#bench-start").click()
    scores = finished_run(page, server, before).scores()
    expect(page.locator("#bench-results")).to_be_visible()
    assert len(scores.subtasks) == len(SUBTASKS)
    expect(page.locator("#bench-totals")).to_contain_text(f"{scores.perception:.1f}")
    expect(page.locator("#bench-totals")).to_contain_text(f"{scores.cognition:.1f}")
    expect(page.locator("#bench-radar .js-plotly-plot")).to_be_visible()
    expect(page.locator("#bench-card")).to_contain_text("Please answer yes or no.")
    expect(page.locator("#bench-card img")).to_be_visible()

    open_tab(page, "Boards")
    expect(page.get_by_text("BLIP-2", exact=True).first).to_be_visible()
    expect(page.get_by_text("1293.84")).to_be_visible()
    expect(page.get_by_text("Scout 3M").filter(visible=True).first).to_be_visible()

    before = votes(server)
    fight(page)
    for name in EMBEDDED:
        expect(page.get_by_role("tabpanel").filter(visible=True)).not_to_contain_text(name)
    expect(page.locator("#arena-submit")).to_be_disabled()
    choose(page, "#arena-hallucination", "A")
    choose(page, "#arena-following", "Both good")
    expect(page.locator("#arena-submit")).to_be_enabled()
    page.locator("#arena-submit").click()
    expect(page.locator("#arena-revealed")).to_be_visible()
    assert votes(server) == before + 1
    for name in EMBEDDED:
        expect(page.locator("#arena-cards")).to_contain_text(name)

    open_tab(page, "Ratings")
    for name in EMBEDDED:
        expect(page.locator("#ratings-table")).to_contain_text(name)
    expect(page.locator("#ratings-plot .js-plotly-plot")).to_be_visible()

    open_tab(page, "Arena")
    page.locator("#arena-next").click()
    expect(page.locator("#arena-start")).to_be_visible()


@pytest.mark.parametrize(
    ("instruction", "message"),
    [("   ", "instruction"), ("x" * 10_000, "2,000|2000")],
    ids=["empty", "ten thousand characters"],
)
def test_a_bad_instruction_is_told_and_kept(page, instruction, message):
    import re

    box = page.locator("#arena-instruction textarea")
    expect(page.locator("#arena-picture img")).to_be_visible()
    box.fill(instruction)
    page.locator("#arena-start").click()
    expect(page.locator(".toast-body").first).to_contain_text(re.compile(message, re.IGNORECASE))
    assert box.input_value() == instruction
    expect(page.locator("#arena-start")).to_be_visible()


def test_a_picture_that_is_none_is_told(page, tmp_path):
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n" + b"not a picture" * 50)
    expect(page.locator("#arena-picture img")).to_be_visible()
    page.locator("#arena-picture input[type=file]").first.set_input_files(broken)
    page.locator("#arena-start").click()
    expect(page.locator(".toast-body").first).to_be_visible()
    expect(page.locator("#arena-start")).to_be_visible()
