"""The tabs behind a real server, attacked over plain HTTP: any event, any time, any value."""

import io
import json
import secrets
import threading

import gradio as gr
import httpx
import pytest
from conftest import NAMES
from PIL import Image

from arena.battle import State
from arena.cadence import Cadence
from arena.ui import arena_tab, ratings_tab

API = "/gradio_api"


class Browser:
    """One visitor: calls the events of the page as Gradio's frontend does, and keeps every byte that came back."""

    def __init__(self, url):
        self.http = httpx.Client(base_url=url, timeout=30)
        self.session = secrets.token_hex(6)
        self.received = ""
        self.config = self.http.get("/config").json()
        self.names = {c["id"]: c["props"].get("elem_id") for c in self.config["components"]}

    def event(self, elem_id, trigger="click"):
        """The dependency that fires on an element."""
        for dependency in self.config["dependencies"]:
            if any(self.names.get(target) == elem_id and name == trigger for target, name in dependency["targets"]):
                return dependency
        raise LookupError(f"no {trigger} of {elem_id}")

    def follow_up(self, dependency):
        """The dependency that runs after the success of another."""
        return next(d for d in self.config["dependencies"] if d["trigger_after"] == dependency["id"])

    def join(self, dependency, *values):
        """Queues an event without waiting for it."""
        body = {"data": list(values), "fn_index": dependency["id"], "session_hash": self.session}
        self.http.post(f"{API}/queue/join", json=body).raise_for_status()

    def call(self, dependency, *values):
        """Runs an event; returns its last message (`success`, `output`)."""
        self.join(dependency, *values)
        last = None
        with self.http.stream("GET", f"{API}/queue/data", params={"session_hash": self.session}) as stream:
            for line in stream.iter_lines():
                self.received += line + "\n"
                if line.startswith("data:"):
                    message = json.loads(line.removeprefix("data:"))
                    last = message if message["msg"] == "process_completed" else last
        return last

    def upload(self, data, name="picture.png"):
        (path,) = self.http.post(f"{API}/upload", files={"files": (name, data)}).json()
        return {"path": path, "orig_name": name, "meta": {"_type": "gradio.FileData"}}

    def start(self, picture, instruction="What is this?"):
        return self.call(self.event("arena-start"), picture, instruction)

    def write(self):
        return self.call(self.follow_up(self.event("arena-start")), None)

    def vote(self, less="a", better="b", battle=None):
        return self.call(self.event("arena-submit"), battle, less, better)


def png():
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), "orange").save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def serve(picture):
    """serve(service) -> the address of a page with both tabs."""
    served = []

    def run(service):
        with gr.Blocks() as demo:
            with gr.Tab("Arena"):
                arena_tab(service, lambda: picture)
            with gr.Tab("Ratings"):
                ratings_tab(service)
        served.append(demo)
        return demo.launch(prevent_thread_lock=True, quiet=True)[1]

    yield run
    for demo in served:
        demo.close()


@pytest.fixture
def url(serve, service):
    return serve(service)


@pytest.fixture
def browser(url):
    return Browser(url)


def refusal(message):
    assert not message["success"], message
    return message["output"]["error"]


def test_names_arrive_only_after_the_vote_is_stored(browser, store):
    assert browser.start(browser.upload(png()))["success"]
    assert browser.write()["success"]
    assert "An orange rectangle." in browser.received
    assert not any(name in browser.received.lower() for name in NAMES)
    assert browser.vote()["success"]
    assert sum(name.title() in browser.received for name in NAMES) == 2 and store.vote_version() == 1


def test_the_two_answers_differ_in_their_text_only(browser):
    browser.start(browser.upload(png()))
    browser.write()
    page = browser.received
    assert page.replace("Answer A", "Answer ?").count("Answer ?") == page.count("Answer B") > 1


def test_votes_at_the_wrong_time_or_of_the_wrong_kind(browser, url, store):
    assert "no battle with this id" in refusal(browser.vote())
    browser.start(browser.upload(png()))
    assert "must be complete before you judge" in refusal(browser.vote())
    browser.write()
    assert "instruction has no judgment yet" in refusal(browser.vote(better=None))
    assert not browser.vote(less="forged")["success"]
    assert store.vote_version() == 0
    assert browser.vote()["success"]
    assert "already has its one judgment" in refusal(browser.vote(less="b"))
    assert "cannot be answered" in refusal(browser.write())
    assert store.vote_version() == 1


def test_a_battle_id_sent_by_a_browser_counts_for_nothing(browser, url, store):
    """The id of another visitor's battle, even if it were known, cannot be put into one's own session."""
    browser.start(browser.upload(png()))
    browser.write()
    with store.engine.connect() as connection:
        battle_id = connection.exec_driver_sql("SELECT id FROM battles").scalar()
    assert battle_id not in browser.received
    assert "no battle with this id" in refusal(Browser(url).vote(battle=battle_id))
    assert store.battle(battle_id).state is State.COMPLETE


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"GIF89a, or so", "a.gif"),
        (png()[:50], "cut.png"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "a.svg"),
    ],
    ids=["gif", "cut", "svg"],
)
def test_a_bad_picture_gets_a_clear_answer_whatever_happened_before(browser, store, data, name):
    for _ in range(2):
        message = refusal(browser.start(browser.upload(data, name)))
        assert any(words in message for words in ("not a readable picture", "damaged or cut off")), message
        browser.call(browser.event("arena-over"))  # the page's components are made anew by an update
    assert not any(store.path.parent.glob("pictures/*"))


def test_bad_instructions_and_missing_pictures_get_a_clear_answer(browser):
    picture = browser.upload(png())
    assert "is empty" in refusal(browser.start(picture, " "))
    assert "has 10,000 characters; at most 2,000" in refusal(browser.start(picture, "x" * 10_000))
    assert "no picture yet" in refusal(browser.start(None))


def test_no_file_of_the_server_can_be_named_as_a_picture(browser, store):
    for meta in ({"meta": {"_type": "gradio.FileData"}}, {}):
        assert not browser.start({"path": str(store.path), **meta})["success"]
        assert not browser.start({"url": f"file://{store.path}", "path": None, **meta})["success"]
    assert "SQLite format" not in browser.received


def test_the_data_folder_is_not_served(browser, store):
    for path in (store.path, store.path.with_name("arena.sqlite-wal")):
        assert browser.http.get(f"{API}/file={path}").status_code in (403, 404)


def test_closing_the_tab_stops_both_models_and_fails_the_battle(serve, make_service, store):
    stopped = threading.Barrier(3)

    def endless(spec, image, instruction, cancelled):
        while not cancelled.wait(0.01):
            yield "word "
        stopped.wait(30)

    browser = Browser(serve(make_service(endless, cadence=Cadence())))
    browser.start(browser.upload(png()))
    browser.join(browser.follow_up(browser.event("arena-start")), None)
    with browser.http.stream("GET", f"{API}/queue/data", params={"session_hash": browser.session}) as stream:
        next(line for line in stream.iter_lines() if "word" in line)
    browser.http.close()
    stopped.wait(30)
