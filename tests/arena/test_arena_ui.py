"""The tabs behind a real server, attacked over plain HTTP: any event, any time, any value."""

import io
import json
import re
import secrets
import threading
from concurrent.futures import ThreadPoolExecutor

import gradio as gr
import httpx
import numpy as np
import pytest
from conftest import NAMES
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from arena.battle import Source, State
from arena.cadence import Cadence
from arena.challenges.facts import SceneFacts
from arena.ui import arena_tab
from models.embedded.scenes import draw_scene

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

    def writing(self, elem_id="arena-start"):
        """The dependency that writes the answers after the success of another."""
        started = self.event(elem_id)["id"]
        return next(d for d in self.config["dependencies"] if d["trigger_after"] == started)

    def join(self, dependency, *values):
        """Queues an event without waiting for it; values are padded with null."""
        values = [*values, *[None] * (len(dependency["inputs"]) - len(values))]
        body = {"data": values, "fn_index": dependency["id"], "session_hash": self.session}
        self.http.post(f"{API}/queue/join", json=body).raise_for_status()

    def messages(self):
        """What the server sends until nothing of this session is queued any more."""
        with self.http.stream("GET", f"{API}/queue/data", params={"session_hash": self.session}) as stream:
            for line in stream.iter_lines():
                self.received += line + "\n"
                if line.startswith("data:"):
                    yield json.loads(line.removeprefix("data:"))

    def call(self, dependency, *values):
        """Runs an event; returns its last message (`success`, `output`)."""
        self.join(dependency, *values)
        *_, last = [message for message in self.messages() if message["msg"] == "process_completed"]
        return last

    def click(self, elem_id, *values):
        return self.call(self.event(elem_id), *values)

    def upload(self, data, name="picture.png"):
        (path,) = self.http.post(f"{API}/upload", files={"files": (name, data)}).json()
        return {"path": path, "orig_name": name, "meta": {"_type": "gradio.FileData"}}

    def start(self, picture, instruction="What is this?", private=False):
        return self.click("arena-start", None, picture, instruction, private)

    def write(self, elem_id="arena-start"):
        return self.call(self.writing(elem_id))

    def fight(self):
        assert self.start(self.upload(png()))["success"]
        assert self.write()["success"]

    def vote(self, less="a", better="b", comment="", marks="", battle=None):
        return self.click("arena-submit", battle, less, better, comment, marks)


def png():
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), "orange").save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def serve():
    """serve(service) -> the address of a page with the battle tab."""
    served = []

    def run(service):
        with gr.Blocks() as demo, gr.Tab("Arena"):
            arena_tab(service)
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


LETTERS = dict(zip(NAMES, "xyz", strict=True))


def letters(spec, image, instruction, cancelled, **asked):
    """Answers as long as every other model's, which only their one letter tells apart, at each model's own speed."""
    for _ in range(3):
        cancelled.wait(0.002 * (1 + NAMES.index(spec.name)))
        yield 20 * LETTERS[spec.name]


def without_sides_and_text(data):
    """One message's output with answers, sides and models made alike: what is left must not tell who writes."""
    text = re.sub("[xyz]{2,}", lambda found: "x" * len(found[0]), json.dumps(data))
    return re.sub(r'Answer [AB]|data-text=\\+"[ab]', "", text)


def test_100_battles_at_the_network_hold_nothing_of_the_models_but_their_text(serve, make_service, tmp_path):
    url = serve(make_service(letters, cadence=Cadence(seconds=0, characters=30)))
    secrets = (*NAMES, "someone/", str(tmp_path).lower(), "nf4", "int8", "quantization", "revision", "propensity")

    def record(battles):
        """How many messages about answers were looked at."""
        browser, looked_at = Browser(url), 0
        cards = [index for index, target in enumerate(browser.writing()["outputs"])
                 if browser.names[target] in ("arena-answer-a", "arena-answer-b")]  # fmt: skip
        picture = browser.upload(png())
        for _ in range(battles):
            browser.received = ""
            assert browser.start(picture)["success"]
            browser.join(browser.writing())
            for message in browser.messages():
                if message["msg"] not in ("process_generating", "process_completed"):
                    continue
                data = message["output"]["data"]
                others = [value for index, value in enumerate(data) if index not in cards]
                assert not re.search("[xyz]{20}", json.dumps(others)), "an answer's text outside its card"
                a, b = (without_sides_and_text(data[index]) for index in cards)
                assert a == b
                looked_at += 1
            assert "complete" in browser.received
            assert [secret for secret in secrets if secret in browser.received.lower()] == []
        return looked_at

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(record, [25] * 4)) >= 200


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


def test_50_concurrent_votes_on_one_battle_are_one_row(browser, store):
    browser.fight()
    event = browser.event("arena-submit")
    with ThreadPoolExecutor(25) as pool:
        list(pool.map(lambda less: browser.join(event, None, less, "a", "", ""), ["a", "b"] * 25))
    done = [message for message in browser.messages() if message["msg"] == "process_completed"]
    assert len(done) == 50 and sum(message["success"] for message in done) == 1
    assert {message["output"]["error"] for message in done if not message["success"]} == {
        "This battle already has its one judgment, which stays as it is. Start the next battle."
    }
    assert store.vote_version() == 1 and len(store.votes_frame()) == 1


def test_hidden_events_are_refused_by_the_service(browser, url, store):
    """Every button of the page can be pressed at any time: shown or not, in one's own session or a fresh one."""
    fresh = Browser(url)
    for elem_id in ("arena-skip", "arena-regenerate"):
        assert "no battle with this id" in refusal(fresh.click(elem_id))
    assert "no battle with this id" in refusal(fresh.click("arena-ask-again", None, "And now?"))
    named = browser.click("arena-start-named", None, browser.upload(png()), "Hm?", False, "alpha", "", "beta", "nf4")
    assert "cannot be chosen by name here" in refusal(named)
    (part,) = [one for one in browser.config["components"] if one["props"].get("elem_id") == "arena-named"]
    assert part["props"]["visible"] is False
    assert not any(name in json.dumps(browser.config).lower() for name in NAMES)
    browser.fight()
    assert browser.vote()["success"]
    for elem_id, *values in (("arena-skip",), ("arena-ask-again", None, "And now?")):
        assert not browser.click(elem_id, *values)["success"]
    assert store.vote_version() == 1


def test_a_skipped_battle_cannot_be_judged(browser, store):
    browser.fight()
    assert browser.click("arena-skip")["success"]
    assert not browser.vote()["success"] and store.vote_version() == 0


def test_further_questions_are_turns_of_the_same_battle(browser, store):
    browser.fight()
    assert browser.click("arena-ask-again", None, "And <b>now</b>?")["success"]
    assert "must be complete before you judge" in refusal(browser.vote())
    assert browser.write("arena-ask-again")["success"]
    marks = [{"side": "b", "turn": 1, "start": 3, "end": 9, "kind": "attribute", "correction": "red"},
             {"side": "a", "turn": 0, "start": 0, "end": 4, "kind": "missed", "correction": ""}]  # fmt: skip
    assert browser.vote(comment="Hm.", marks=json.dumps(marks))["success"]
    (record,) = store.records()
    assert [turn.instruction for turn in record.battle.turns] == ["What is this?", "And <b>now</b>?"]
    spans = record.ballot.remarks.spans
    assert [(span.side, span.turn, span.start, span.end, span.kind.value, span.correction) for span in spans] == [
        ("b", 1, 3, 9, "attribute", "red"), ("a", 0, 0, 4, "missed", ""),
    ]  # fmt: skip
    assert record.ballot.remarks.comment == "Hm."
    assert "<b>now" not in browser.received


FORGED = {
    "[": "no JSON list",
    "[" * 5000: "no JSON list",
    '{"side": "a"}': "send a list",
    '[{"side": "a", "turn": 0, "start": 5, "end": 500, "kind": "object"}]': "Mark the words again",
    '[{"side": "c", "turn": 0, "start": 0, "end": 2, "kind": "object"}]': "answers are",
    '[{"side": "a", "turn": 1, "start": 0, "end": 2, "kind": "object"}]': "this battle has 1",
    "9" * 200_000: "100,000 characters",
}


def test_forged_marks_are_refused_and_the_battle_stays_open(browser, store):
    browser.fight()
    for marks, message in FORGED.items():
        assert message in refusal(browser.vote(marks=marks))
    assert "at most 2,000" in refusal(browser.vote(comment="x" * 10_000))
    assert store.vote_version() == 0
    assert browser.vote()["success"]


def test_regenerated_and_kept_pictures_make_new_battles(browser, store):
    browser.fight()
    assert browser.click("arena-regenerate")["success"]
    assert browser.write("arena-regenerate")["success"]
    assert browser.vote()["success"]
    assert browser.click("arena-same")["success"]
    assert browser.start(None, "Another instruction")["success"]  # no picture is sent: the battle before has it
    assert browser.write()["success"]
    assert browser.vote()["success"]
    first, second = store.records()
    assert first.battle.picture_sha256 == second.battle.picture_sha256
    assert second.battle.follows == first.battle.id and first.battle.follows is not None
    assert (first.battle.instruction, second.battle.instruction) == ("What is this?", "Another instruction")


def test_an_offered_picture_is_known_and_a_changed_challenge_is_none(serve, make_service, store):
    def scenes(rng, known):
        picture, scene = draw_scene(np.random.default_rng(rng.getrandbits(32)), 3, size=96)
        return picture, SceneFacts.of_scene(scene)

    browser = Browser(serve(make_service(scenes=scenes)))
    for change in (False, True):
        offered = browser.click("arena-surprise", None, "en")
        by_name = dict(zip((browser.names[i] for i in browser.event("arena-surprise")["outputs"]),
                           offered["output"]["data"], strict=True))  # fmt: skip
        text = by_name["arena-instruction"] + (" Please." if change else "")
        assert browser.start(by_name["arena-picture"]["value"], text)["success"]
        assert browser.write()["success"] and browser.vote()["success"]
    plain, changed = (record.battle for record in store.records())
    assert plain.source is Source.OFFERED and plain.challenge and plain.facts and plain.category != "free"
    assert changed.source is Source.OFFERED and changed.challenge is None and changed.category == "free"
    assert browser.start(browser.upload(png()), "Mine", True)["success"]
    assert browser.write()["success"] and browser.vote()["success"]
    *_, own = (record.battle for record in store.records())
    assert own.source is Source.OWN and not own.facts and not own.publish and plain.publish


def test_named_battles_are_not_blind_and_do_not_count(serve, make_service, lineup, store):
    browser = Browser(serve(make_service(named=lineup)))
    picture = browser.upload(png())
    same = browser.click("arena-start-named", None, picture, "Hm?", False, "alpha", "nf4", "alpha", "nf4")
    assert "loaded in two ways" in refusal(same)
    assert browser.click("arena-start-named", None, picture, "Hm?", False, "beta", "nf4", "beta", "int8")["success"]
    assert browser.write("arena-start-named")["success"]
    assert browser.vote()["success"]
    (record,) = store.records()
    assert not record.battle.blind and not record.battle.rated
    assert (record.battle.a.name, record.battle.b.name) == ("beta", "beta")
    assert "kept apart from the ratings" in browser.received


def test_a_scripted_client_gets_no_further(url, store, tmp_path):
    """gradio_client, with the events that the page does not offer to it unlocked."""
    client = Client(url, verbose=False)
    assert client.view_api(return_format="dict", print_info=False)["named_endpoints"] == {}
    names = {component["id"]: component["props"].get("elem_id") for component in client.config["components"]}
    events = {names[target]: number for number, event in enumerate(client.config["dependencies"])
              for target, trigger in event["targets"] if trigger == "click"}  # fmt: skip
    start = client.config["dependencies"][events["arena-start"]]["id"]
    write = next(n for n, event in enumerate(client.config["dependencies"]) if event["trigger_after"] == start)
    with pytest.raises(ValueError, match="Invalid function index"):
        client.predict("a", "b", "", "", fn_index=events["arena-submit"])
    for endpoint in client.endpoints.values():
        endpoint.is_valid = True

    def refused(event, *values):
        with pytest.raises(AppError) as caught:
            client.predict(*values, fn_index=event)
        return str(caught.value)

    file = tmp_path / "picture.png"
    file.write_bytes(png())
    assert "no battle with this id" in refused(events["arena-submit"], "a", "b", "", "")
    client.predict(handle_file(file), "What is this?", False, fn_index=events["arena-start"])
    assert "must be complete before you judge" in refused(events["arena-submit"], "a", "b", "", "")
    answers = client.predict(fn_index=write)
    assert not any(name in str(answers).lower() for name in NAMES)
    revealed = client.predict("a", "b", "", "", fn_index=events["arena-submit"])
    assert sum(name.title() in str(revealed) for name in NAMES) == 2
    assert "already has its one judgment" in refused(events["arena-submit"], "b", "b", "", "")
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
        assert any(words in message for words in ("not a readable picture", "damaged or cut", "made of text")), message
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

    def endless(spec, image, instruction, cancelled, **asked):
        while not cancelled.wait(0.01):
            yield "word "
        stopped.wait(30)

    browser = Browser(serve(make_service(endless, cadence=Cadence())))
    browser.start(browser.upload(png()))
    browser.join(browser.writing())
    with browser.http.stream("GET", f"{API}/queue/data", params={"session_hash": browser.session}) as stream:
        next(line for line in stream.iter_lines() if "word" in line)
    browser.http.close()
    stopped.wait(30)
