"""Pairs and single answers of a model that a server answers for."""

import threading

import pytest
from PIL import Image

from models.errors import RemoteError
from models.generation import answer, stream
from models.pairs import answer_batch, answer_pairs
from models.remote import RemoteModel
from models.spec import Endpoint, Generation, ModelSpec
from tests.models.fake_openai import FakeOpenAI, Handler, is_silent, refuses, says, talks_on

SHORT = Generation(max_new_tokens=16)
RED, BLUE = Image.new("RGB", (6, 4), "red"), Image.new("RGB", (4, 6), "blue")
PAIRS = [(RED, ("Is it red?", "Is it blue?")), (BLUE, ("Is it green?",)), (BLUE, ())]


@pytest.fixture
def serve():
    """`serve(*acts)`: a model whose server plays them, and that server."""
    servers = []

    def start(*acts, **settings):
        servers.append(FakeOpenAI(*acts))
        endpoint = Endpoint((servers[-1].url,), "big", **{"timeout_seconds": 30.0} | settings)
        spec = ModelSpec("mine", "Mine", "me/mine", "llava", 0, "MIT", endpoint=endpoint)
        return RemoteModel(spec, backoff_seconds=0.01), servers[-1]

    yield start
    for server in servers:
        server.close()


def echoes(handler: Handler) -> None:
    """Answers with the question, in two pieces."""
    says("You ask: ", asked(handler.server.fake.bodies[-1]))(handler)


def asked(body: dict) -> str:
    return body["messages"][0]["content"][1]["text"]


def test_each_question_gets_its_own_answer(serve):
    remote, server = serve(echoes, max_requests=1)
    assert answer_pairs(remote, PAIRS, SHORT) == [
        ("You ask: Is it red?", "You ask: Is it blue?"),
        ("You ask: Is it green?",),
        (),
    ]
    assert len(server.bodies) == 3
    assert answer_batch(remote, [(RED, "One?"), (RED, "Two?")], SHORT) == ["You ask: One?", "You ask: Two?"]


def test_stream_and_answer_ask_the_server(serve):
    remote, _ = serve(says("Yes", ", it is."))
    assert list(stream(remote, RED, "Is it red?", SHORT)) == ["Yes", ", it is."]
    assert answer(remote, RED, "Is it red?", SHORT) == "Yes, it is."


def test_as_many_requests_at_once_as_the_server_takes(serve):
    together = threading.Barrier(3, timeout=20)

    def waits_for_the_others(handler):
        together.wait()
        says("Yes")(handler)

    remote, _ = serve(waits_for_the_others, max_requests=3)
    assert answer_pairs(remote, PAIRS, SHORT) == [("Yes", "Yes"), ("Yes",), ()]


def test_an_answer_that_is_stopped_is_hung_up_on(serve):
    remote, server = serve(talks_on)
    (text,) = answer_batch(remote, [(RED, "Is it red?")], SHORT, stop=lambda text: len(text) >= 6)
    assert text == "more more "
    assert server.hung_up.wait(20)


def test_one_failure_ends_all_requests(serve):
    remote, _ = serve(refuses(404, {"error": {"message": "no such model"}}), talks_on, max_requests=2)
    with pytest.raises(RemoteError):
        answer_pairs(remote, PAIRS, SHORT)


@pytest.mark.parametrize("when", ["before", "while it is silent"])
def test_cancelled_there_is_no_answer(when, serve):
    remote, _ = serve(is_silent())
    cancelled = threading.Event()
    if when == "before":
        cancelled.set()
    else:
        threading.Timer(0.01, cancelled.set).start()
    assert answer_pairs(remote, PAIRS, SHORT, cancelled=cancelled) == []
    assert answer_batch(remote, [(RED, "Is it red?")], SHORT, cancelled=cancelled) == []
