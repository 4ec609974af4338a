"""The boards, a comparison and the audits, as a visitor with a mouse meets them, wide and narrow."""

import csv
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from benchmark.parsing import Verdict
from benchmark.records import ModelRecord, RunSettings, SuiteRecord
from benchmark.results import RunFolder
from benchmark.scoring import Response

QUESTIONS = ("existence", "OCR", "code_reasoning")
NEWEST = datetime(2099, 1, 1, tzinfo=UTC)  # before every run of the other tests in the list


def recorded(server, name: str, right: int) -> Path:
    """A run of three subtasks with ten pictures each, `right` of them answered right, the others with yes."""
    suite = SuiteRecord("page test", "nowhere", "e" * 64, False, dict.fromkeys(QUESTIONS, 10))
    settings = RunSettings(ModelRecord(name, name.title()), suite, QUESTIONS, recorded=True)
    run = RunFolder.create(server.data / "runs" / name, settings, NEWEST)
    with run.writing():
        run.append(
            [
                Response(kind, f"{n}.png", place, f"{kind} {n} {truth}?", truth, truth if n < right else "Yes, it is")
                for kind in QUESTIONS
                for n in range(10)
                for place, truth in ((1, Verdict.YES), (2, Verdict.NO))
            ]
        )
    return run.path


@pytest.fixture(scope="module")
def two_runs(server):
    paths = [recorded(server, "page-a", 2), recorded(server, "page-b", 9)]
    yield
    for path in paths:
        shutil.rmtree(path)


@pytest.fixture(params=[1280, 390], ids=lambda width: f"{width}px")
def visit(request, browser, server, two_runs):
    """`visit(query)`: the page in a new window, wide and narrow; windows close once the server has said all."""
    context = browser.new_context(viewport={"width": request.param, "height": 900})
    context.set_default_timeout(60_000)
    streams, errors = set(), []

    def opened(query: str = "") -> Page:
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("request", lambda asked: streams.add(asked) if "/queue/data" in asked.url else None)
        page.on("requestfinished", lambda asked: streams.discard(asked))
        page.on("requestfailed", lambda asked: streams.discard(asked))
        page.goto(f"{server.url}/{query}")
        page.get_by_role("heading", name="MME Arena").wait_for()
        return page

    yield opened
    while streams:
        next(iter(streams)).frame.page.wait_for_event("requestfinished")
    context.close()
    assert errors == []


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_three_layers_a_grid_and_a_profile(visit, tmp_path):
    page = visit()
    open_tab(page, "Boards")
    table = page.locator("#boards-table")
    expect(table.locator("tbody tr").first).to_contain_text("BLIP-2")
    page.locator("#boards-layer").get_by_text("Last public boards").click()
    expect(table.locator("tbody tr")).to_have_count(58)
    expect(table.locator("tbody tr").first).to_contain_text("Qwen-VL-Max")
    page.locator("#boards-name").get_by_text("Celebrity", exact=True).click()
    expect(table).to_contain_text("Who is the person in the red box?")
    with page.expect_download() as download:
        page.get_by_text("Download as CSV").click()
    download.value.save_as(tmp_path / "board.csv")
    rows = list(csv.DictReader((tmp_path / "board.csv").open(encoding="utf-8")))
    assert len(rows) == 58 and rows[-1]["score"] == "0.0" and rows[-1]["model"] == "GPT-4V"

    page.get_by_text("Show only some models").click()
    page.locator("#boards-open input").click()
    page.get_by_role("option", name="Offered as a service only").click()
    expect(table.locator("tbody tr")).to_have_count(4)
    expect(table).to_contain_text("4 of 58 models. Ranks are among all of them.")
    fits(page)

    open_tab(page, "All subtasks")
    expect(page.locator("#boards-grid tbody tr")).to_have_count(4)
    fits(page)
    open_tab(page, "One model")
    expect(page.locator("#boards-profile")).to_contain_text("weakest in Celebrity (-149.1)")
    expect(page.locator("#boards-radar .js-plotly-plot")).to_be_visible()
    fits(page)


def test_a_link_leads_to_a_board(visit):
    page = visit("?layer=last&board=OCR&open=open")
    expect(page.locator("#boards-table")).to_contain_text("Can it read the words in the picture?")
    expect(page.locator("#boards-table tbody tr").first).to_contain_text("MiniCPM-V 2.6")
    page = visit("?layer=own&board=OCR")
    expect(page.locator("#boards-table")).to_contain_text("Page-B")
    expect(page.locator("#boards-table .bench-track s").first).to_be_visible()  # an error bar
    fits(page)
    page = visit("?layer=last&look=grid")
    expect(page.locator("#boards-grid tbody tr")).to_have_count(58)


def test_two_runs_compared_and_how_one_answers(visit):
    page = visit()
    open_tab(page, "Benchmark")
    expect(page.locator("#bench-totals")).to_contain_text("±")
    open_tab(page, "Compare two runs")
    summary = page.locator("#bench-compare-summary")
    expect(summary).to_contain_text("30 pictures were asked in both runs. 21 answers flipped")
    expect(summary).to_contain_text("B has 210.0 points more than A")
    expect(summary).to_contain_text("unlikely to be chance")
    expect(page.locator("#bench-compare-plot .js-plotly-plot")).to_be_visible()
    expect(page.locator("#bench-flip")).to_contain_text("Answer 1 of 21 that flipped · now right")
    page.locator("#bench-flip-forth").click()
    expect(page.locator("#bench-flip")).to_contain_text("Answer 2 of 21")
    page.locator("#bench-flips-which").get_by_text("Now wrong").click()
    expect(page.locator("#bench-flip")).to_contain_text("No answer like that")
    fits(page)

    open_tab(page, "How does it answer?")
    expect(page.locator("#bench-answers")).to_contain_text("Begins with yes or no")
    expect(page.locator("#bench-confusion")).to_contain_text("All together")
    expect(page.locator("#bench-leaning .js-plotly-plot")).to_be_visible()
    fits(page)
