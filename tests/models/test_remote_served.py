"""Against a server that this project did not write: `transformers serve` on a tiny model, in its own process."""

import os
import socket
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from models.errors import RemoteError
from models.generation import answer
from models.remote import AS_SERVED, RemoteModel
from models.spec import Endpoint, Generation

COMMAND = Path(sys.executable).parent / "transformers"
SHORT, LONG = Generation(max_new_tokens=24), Generation(max_new_tokens=1500)
QUESTION = "Is there a dog in the image? Please answer yes or no."


class Server:
    """One `transformers serve`; `ready` waits until it listens."""

    def __init__(self, folder: str, home: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        (home / "hub").mkdir(parents=True, exist_ok=True)
        environment = {**os.environ, "HF_HOME": str(home), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
        self.process = subprocess.Popen(
            [COMMAND, "serve", folder, "--device", "cpu", "--host", "127.0.0.1", "--port", str(self.port)],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def ready(self) -> "Server":
        said = []
        for line in self.process.stderr:
            said.append(line)
            if "Uvicorn running" in line:
                threading.Thread(target=self.process.stderr.read, daemon=True).start()  # a full pipe would stop it
                return self
        raise AssertionError(f"the server ended: {''.join(said)[-2000:]}")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(20)


@pytest.fixture(scope="module")
def servers(tiny_spec, tmp_path_factory):
    """Two servers of the same tiny LLaVA, started side by side; one of them is killed on the way."""
    folder = tiny_spec("llava").source
    started = [Server(folder, tmp_path_factory.mktemp("home")) for _ in range(2)]
    try:
        yield [server.ready() for server in started]
    finally:
        for server in started:
            server.kill()


def model_at(spec, *servers: Server) -> RemoteModel:
    endpoint = Endpoint(tuple(server.url for server in servers), spec.source, timeout_seconds=60)
    return RemoteModel(replace(spec, endpoint=endpoint), backoff_seconds=0.01)


def test_a_served_model_streams_what_the_same_model_says_here(servers, tiny_spec, tiny_loaded, picture):
    remote = model_at(tiny_spec("llava"), servers[0])
    pieces = list(remote.stream(picture, QUESTION, SHORT))
    assert len(pieces) > 1
    assert "".join(pieces) == answer(tiny_loaded("llava"), picture, QUESTION, SHORT)
    assert remote.revision == AS_SERVED  # it lists only what lies in the Hub's cache


def test_a_wrong_model_is_told_in_the_servers_words(servers, tiny_spec, picture):
    spec = tiny_spec("llava")
    endpoint = Endpoint((servers[0].url,), "owner/other", timeout_seconds=60)
    with pytest.raises(RemoteError, match=r"refused the question \(status 400\): Server is pinned to"):
        RemoteModel(replace(spec, endpoint=endpoint)).answer(picture, QUESTION, SHORT)


def test_a_server_killed_in_the_middle_of_an_answer_is_told_and_another_one_goes_on(servers, tiny_spec, picture):
    spec, (mortal, live) = tiny_spec("llava"), servers
    pieces = model_at(spec, mortal).stream(picture, QUESTION, LONG)
    came = next(pieces)
    mortal.kill()
    with pytest.raises(RemoteError, match=rf"127\.0\.0\.1:{mortal.port} broke off after \d+ characters; ask again"):
        for piece in pieces:
            came += piece
    assert came
    with pytest.raises(RemoteError, match=r"cannot be reached \(4 tries\)"):
        model_at(spec, mortal).answer(picture, QUESTION, SHORT)
    alone = model_at(spec, live).answer(picture, QUESTION, SHORT)
    assert alone
    assert model_at(spec, mortal, live).answer(picture, QUESTION, SHORT) == alone
