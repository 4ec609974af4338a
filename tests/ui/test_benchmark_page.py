"""The boards, a comparison and the audits, as a visitor with a mouse meets them, wide and narrow."""

import csv
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from windows import arrive, window

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
    """`visit(query)`: the page in a new tab of one window, wide and narrow."""
    with window(browser, request.param) as context:
        yield lambda query="": arrive(context, f"{server.url}/{query}")


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def inside(page: Page, *parts: str) -> None:
    """A part that is cut off does not make the page wider, and yet cannot be read."""
    room = page.locator("#bench-views").bounding_box()
    for part in parts:
        box = page.locator(part).bounding_box()
        assert box["x"] >= room["x"] - 1 and box["x"] + box["width"] <= room["x"] + room["width"] + 1, (part, box)


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
    inside(page, "#bench-compare-table table", "#bench-compare-plot .js-plotly-plot")

    open_tab(page, "How does it answer?")
    expect(page.locator("#bench-answers")).to_contain_text("Begins with yes or no")
    expect(page.locator("#bench-confusion")).to_contain_text("All together")
    expect(page.locator("#bench-leaning .js-plotly-plot")).to_be_visible()
    fits(page)


def test_recorded_answers_have_something_behind_them(visit):
    page = visit()
    open_tab(page, "Benchmark")
    expect(page.locator("#bench-totals")).to_contain_text("±")
    open_tab(page, "Behind the score")
    expect(page.locator("#bench-baselines")).to_contain_text("always no")
    expect(page.locator("#bench-blank")).to_contain_text("recorded elsewhere")
    expect(page.locator("#bench-ask-blank")).to_be_hidden()
    open_tab(page, "Fewer bits")
    expect(page.locator("#bench-weights-summary")).to_contain_text("nothing is known of the weights")
    expect(page.locator("#bench-ask-int8")).to_be_hidden()
    fits(page)


def test_gray_pictures_and_fewer_bits_at_the_press_of_a_button(visit):
    page = visit()
    open_tab(page, "Benchmark")
    limit = 1 if page.viewport_size["width"] > 640 else 2  # what is there already is not asked again
    page.locator("#bench-limit input, #bench-limit textarea").first.fill(str(limit))
    page.locator("#bench-start").click()
    expect(page.locator("#bench-run input")).to_have_value(re.compile(f"^Scout 3M · embedded · {28 * limit} questions"))
    open_tab(page, "Behind the score")
    expect(page.locator("#bench-baselines")).to_contain_text("always yes")
    page.locator("#bench-ask-blank").click()
    expect(page.locator("#bench-blank")).to_contain_text(f"{14 * limit} pictures, compared one by one.")
    expect(page.locator("#bench-ask-blank")).to_be_hidden()
    expect(page.locator("#bench-blank-plot .js-plotly-plot")).to_be_visible()
    inside(page, "#bench-blank-table table", "#bench-baselines table", "#bench-blank-plot .js-plotly-plot")
    fits(page)

    open_tab(page, "Fewer bits")
    expect(page.locator("#bench-costs")).to_contain_text("MiB")
    page.locator("#bench-ask-int8").click()
    expect(page.locator("#bench-ask-int8")).to_be_hidden()
    expect(page.locator("#bench-weights-summary")).to_contain_text("8 bits per weight, perception")
    expect(page.locator("#bench-weights-int8 .js-plotly-plot")).to_be_visible()
    inside(page, "#bench-weights-table table", "#bench-costs table", "#bench-weights-int8 .js-plotly-plot")
    fits(page)
