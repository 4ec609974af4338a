import base64
import io
import json
import logging
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from models.errors import RemoteError
from models.remote import AS_SERVED, MAX_SIDE, RemoteModel, data_url
from models.spec import Endpoint, Generation, ModelSpec, Quantization
from tests.models.fake_openai import (
    FakeOpenAI,
    breaks_off,
    is_silent,
    refuses,
    says,
    sends,
    stops_short,
    talks_on,
)

PICTURE = Image.new("RGB", (6, 4), "red")
SHORT = Generation(max_new_tokens=16)


@pytest.fixture
def serve():
    """`serve(*acts)`: a server that plays them, closed at the end."""
    servers = []

    def start(*acts, models=()):
        servers.append(FakeOpenAI(*acts, models=models))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def model_at(*urls, **settings) -> RemoteModel:
    endpoint = Endpoint(tuple(urls), "big", **{"timeout_seconds": 30.0} | settings)
    spec = ModelSpec("mine", "Mine", "me/mine", "llava", 0, "MIT", endpoint=endpoint)
    return RemoteModel(spec, backoff_seconds=0.01)


def failure(model: RemoteModel) -> str:
    with pytest.raises(RemoteError) as caught:
        model.answer(PICTURE, "Is it red?", SHORT)
    message = str(caught.value)
    assert message.endswith(".") and "\n" not in message
    return message


def test_an_answer_comes_in_pieces(serve):
    server = serve(says("Yes", ", it", " is", "."))
    model = model_at(server.url)
    assert list(model.stream(PICTURE, "Is it red?", SHORT)) == ["Yes", ", it", " is", "."]
    assert model.answer(PICTURE, "Is it red?", SHORT) == "Yes, it is."
    assert (model.quantization, model.footprint_bytes) == (Quantization.NONE, 0)
    assert model.device == f"endpoint {server.host}"


def test_picture_instruction_and_settings_are_sent(serve):
    server = serve(says("Yes"))
    model_at(server.url).answer(PICTURE, "Is it <red>?", Generation(9, 0.5, 0.9))
    (body,) = server.bodies
    assert (body["model"], body["max_tokens"], body["temperature"], body["top_p"]) == ("big", 9, 0.5, 0.9)
    assert body["stream"] is True and "repetition_penalty" not in body
    (message,) = body["messages"]
    shown, asked = message["content"]
    assert (message["role"], asked) == ("user", {"type": "text", "text": "Is it <red>?"})
    assert shown == {"type": "image_url", "image_url": {"url": data_url(PICTURE)}}
    model_at(server.url).answer(PICTURE, "Is it red?", Generation(repetition_penalty=1.1))
    assert server.bodies[-1]["repetition_penalty"] == 1.1


def decoded(url: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(url.partition(";base64,")[2])))


def test_pictures_are_sent_lossless_unless_they_are_huge():
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 255, (40, 60, 3), dtype=np.uint8))
    url = data_url(noise)
    assert url.startswith("data:image/png;base64,")
    assert np.array_equal(np.asarray(decoded(url)), np.asarray(noise))
    wide = data_url(Image.new("RGB", (5000, 1000)))
    assert decoded(wide).size == (MAX_SIDE, round(MAX_SIDE / 5))
    loud = Image.fromarray(np.random.default_rng(1).integers(0, 255, (1300, 1300, 3), dtype=np.uint8))
    assert data_url(loud).startswith("data:image/jpeg;base64,")
    assert loud.size == (1300, 1300)


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_busy_or_failing_server_is_asked_again(status, serve):
    server = serve(refuses(status, {"error": {"message": "later"}}), says("Yes"))
    assert model_at(server.url).answer(PICTURE, "?", SHORT) == "Yes"
    assert len(server.bodies) == 2


def test_a_server_that_keeps_failing_is_told_with_its_own_words(serve):
    server = serve(refuses(500, {"error": {"message": "CUDA error"}}))
    message = failure(model_at(server.url))
    assert f"at {server.host} failed with status 500 (4 tries): CUDA error; its own log" in message
    assert len(server.bodies) == 4
    assert "too much to do (status 429) (4 tries)" in failure(model_at(serve(refuses(429, {})).url))


def test_nothing_that_listens_is_told(serve):
    gone = serve(says("Yes"))
    gone.close()
    message = failure(model_at(gone.url))
    assert f"at {gone.host} cannot be reached (4 tries): Connection refused; start it" in message
    assert "the endpoint of mine in models.yaml" in message


def test_a_host_that_does_not_exist_is_told():
    message = failure(model_at("http://nowhere.invalid/v1"))
    assert "at nowhere.invalid cannot be reached (4 tries): " in message and "Errno" not in message


def test_a_refused_question_is_not_asked_again(serve):
    server = serve(refuses(400, {"object": "error", "message": "too many pictures"}))
    assert "refused the question (status 400): too many pictures" in failure(model_at(server.url))
    assert len(server.bodies) == 1


def test_a_wrong_model_is_told_with_those_there(serve):
    server = serve(refuses(404, {"error": {"message": "no"}}), models=[{"id": "small", "object": "model"}])
    message = failure(model_at(server.url))
    assert "does not know the model 'big'; it has small" in message
    nothing = serve(refuses(404, {"error": {"message": "no"}}))
    assert "check that the address in the endpoint of mine in models.yaml ends in /v1" in failure(model_at(nothing.url))


def test_silence_is_told_and_not_waited_for_twice(serve):
    server = serve(is_silent())
    message = failure(model_at(server.url, timeout_seconds=0.2))
    assert f"at {server.host} was silent for 0.2 s; ask again" in message
    assert len(server.bodies) == 1
    later = serve(is_silent("Ye", "s"))
    assert "was silent for 0.2 s after 3 characters" in failure(model_at(later.url, timeout_seconds=0.2))


@pytest.mark.parametrize("ending", [breaks_off, stops_short])
def test_an_answer_that_breaks_off_is_told_and_not_asked_again(ending, serve):
    server = serve(ending("Yes, ", "it"))
    pieces = model_at(server.url).stream(PICTURE, "?", SHORT)
    assert [next(pieces), next(pieces)] == ["Yes, ", "it"]
    with pytest.raises(RemoteError, match=r"broke off after 7 characters; ask again once it runs\.$"):
        next(pieces)
    assert len(server.bodies) == 1


def test_one_that_breaks_off_before_any_text_is_asked_again(serve):
    server = serve(breaks_off(), says("Yes"))
    assert model_at(server.url).answer(PICTURE, "?", SHORT) == "Yes"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("data: {not json\n\n", "sent something that is no answer"),
        ("data: [1, 2]\n\n", "sent something that is no answer"),
        ('data: {"error": "out of memory"}\n\n', "failed: out of memory"),
        ('data: {"error": {"message": "out of memory"}}\n\n', "failed: out of memory"),
        ("", "broke off before any text came"),
        ("<html>hello</html>", "broke off before any text came"),
    ],
)
def test_what_is_no_answer_is_told(text, words, serve):
    server = serve(sends(text))
    assert words in failure(model_at(server.url))


def test_a_key_is_sent_and_never_shown(serve, monkeypatch, caplog):
    monkeypatch.setenv("MINE_KEY", "sk-secret-1")
    server = serve(says("Yes"), refuses(401, {"error": {"message": "bad key sk-secret-1"}}))
    model = model_at(server.url, key_variable="MINE_KEY")
    with caplog.at_level(logging.DEBUG):
        assert model.answer(PICTURE, "?", SHORT) == "Yes"
        message = failure(model)
    assert server.headers[0]["authorization"] == "Bearer sk-secret-1"
    assert "refused the key (status 401); put a valid one into the environment variable MINE_KEY" in message
    server.acts = [refuses(422, {"error": {"message": "bad key sk-secret-1"}})]
    refused = failure(model)
    assert "bad key …" in refused
    for text in (message, refused, repr(model), model.device):
        assert "secret" not in text
    assert "secret" not in caplog.text


def test_a_missing_key_is_told_before_anything_is_sent(serve, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-somebody-else")
    server = serve(says("Yes"), refuses(401, {}))
    assert "the environment variable MINE_KEY" in failure(model_at(server.url, key_variable="MINE_KEY"))
    assert server.bodies == []
    model = model_at(server.url)
    assert model.answer(PICTURE, "?", SHORT) == "Yes"
    assert "sk-of" not in json.dumps(server.headers)
    assert "wants a key (status 401); name the variable" in failure(model)


def test_another_replica_takes_over(serve):
    dead, alive = serve(says("No")), serve(says("Yes"))
    dead.close()
    model = model_at(dead.url, alive.url)
    assert [model.answer(PICTURE, "?", SHORT) for _ in range(3)] == ["Yes"] * 3
    assert len(alive.bodies) == 3
    silent = serve(is_silent())
    assert model_at(silent.url, alive.url, timeout_seconds=0.2).answer(PICTURE, "?", SHORT) == "Yes"


def test_no_replica_takes_over_once_text_has_come(serve):
    broken, other = serve(breaks_off("Yes")), serve(says("No"))
    assert f"at {broken.host} broke off after 3 characters" in failure(model_at(broken.url, other.url))
    assert other.bodies == []


def test_requests_share_the_replicas_and_keep_to_the_limit(serve):
    most, now, lock = {}, {}, threading.Lock()
    gate = threading.Barrier(4)

    def counted(handler):
        name = handler.server.fake
        with lock:
            now[name] = now.get(name, 0) + 1
            most[name] = max(most.get(name, 0), now[name])
        gate.wait(20)  # four at once: two on each
        with lock:
            now[name] -= 1
        says("Yes")(handler)

    one, two = serve(counted), serve(counted)
    model = model_at(one.url, two.url, max_requests=2)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: model.answer(PICTURE, "?", SHORT), range(8)))
    assert answers == ["Yes"] * 8
    assert sorted(most.values()) == [2, 2]


def test_cancelling_hangs_up(serve):
    server = serve(talks_on)
    cancelled = threading.Event()
    pieces = model_at(server.url).stream(PICTURE, "?", SHORT, cancelled)
    assert next(pieces) == "more "
    cancelled.set()
    assert list(pieces) == []
    assert server.hung_up.wait(20)


def test_closing_the_iterator_hangs_up(serve):
    server = serve(talks_on)
    pieces = model_at(server.url).stream(PICTURE, "?", SHORT)
    assert next(pieces) == "more "
    pieces.close()
    assert server.hung_up.wait(20)


def test_cancelling_ends_every_kind_of_waiting(serve):
    silent = serve(is_silent())
    model = model_at(silent.url, max_requests=1)
    for _ in range(3):  # for an answer, then for a turn that the one before gives back
        cancelled = threading.Event()
        with ThreadPoolExecutor(1) as threads:
            waiting = threads.submit(list, model.stream(PICTURE, "?", SHORT, cancelled))
            cancelled.set()
            assert waiting.result(20) == []
    silent.acts = [says("Yes")]
    assert model.answer(PICTURE, "?", SHORT) == "Yes"


def test_the_revision_is_what_the_server_says(serve):
    listed = {"id": "big", "object": "model", "created": 1700000000, "owned_by": "vllm", "root": "Qwen/Qwen2.5-VL-7B"}
    server = serve(says("Yes"), models=[{"id": "other", "object": "model", "owned_by": "x"}, listed])
    assert model_at(server.url).revision == "Qwen/Qwen2.5-VL-7B, served by vllm"
    assert model_at(serve(says("Yes")).url).revision == AS_SERVED
    server.close()
    assert model_at(server.url).revision == AS_SERVED


def test_a_spec_without_endpoint_is_refused():
    with pytest.raises(ValueError, match="no endpoint"):
        RemoteModel(ModelSpec("mine", "Mine", "me/mine", "llava", 0, "MIT"))
