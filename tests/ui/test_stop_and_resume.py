"""A run that is stopped and resumed in a real browser; its model is as slow as the test wants it to be."""

import json
import threading

import pytest
from playwright.sync_api import expect

from benchmark.results import RunFolder
from tests.models.fake_openai import FakeOpenAI, says

MODELS = """
- {{name: slow, title: Slow, endpoint: {{urls: ["{url}"], model: slow, max_requests: 1}}}}
- {{name: other, title: Other, endpoint: {{urls: ["{url}"], model: other}}}}
"""
QUICK_ANSWERS = 40  # two batches under way hold at most 32


class Gate:
    """Answers yes: at once to the first questions, then only while the gate is open."""

    def __init__(self):
        self.asked, self.held, self.open = 0, threading.Event(), threading.Event()
        self.yes = says("Yes.")

    def __call__(self, handler):
        self.asked += 1
        if self.asked > QUICK_ANSWERS and not self.open.is_set():
            self.held.set()
            assert self.open.wait(120)
        self.yes(handler)


@pytest.fixture
def gate():
    return Gate()


@pytest.fixture
def running(gate, start_server, tmp_path):
    fake = FakeOpenAI(gate)
    models = tmp_path / "models.yaml"
    models.write_text(MODELS.format(url=fake.url))
    with start_server(tmp_path / "data", ["--lineup", "slow,other"], {"MME_ARENA_MODELS": str(models)}) as server:
        yield server
    gate.open.set()
    fake.close()


def test_a_stopped_run_goes_on_where_it_was(running, gate, open_page):
    page = open_page(running, 1280)
    page.get_by_role("tab", name="Benchmark", exact=True).click()
    page.locator("#bench-model input").click()
    page.get_by_role("option", name="Slow").click()
    page.locator("#bench-limit input, #bench-limit textarea").first.fill("3")
    page.locator("#bench-start").click()
    assert gate.held.wait(120)
    expect(page.locator("#bench-live .bench-asking")).to_be_visible()
    page.locator("#bench-stop").click()
    expect(page.locator("#bench-resume")).to_be_visible()  # what is under way is given up at once
    gate.open.set()
    (folder,) = (running.data / "runs").iterdir()
    kept = len(RunFolder.open(folder).responses())
    assert 0 < kept < 84
    page.locator("#bench-resume").click()
    expect(page.locator("#bench-live .bench-finished")).to_be_visible()
    lines = [json.loads(line) for line in (folder / "responses.jsonl").read_text().splitlines()]
    asked = {(line["subtask"], line["image"], line["number"]) for line in lines}
    assert len(asked) == len(lines) == 84
