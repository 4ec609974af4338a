"""A server that misbehaves on purpose: OpenAI's chat completions over plain http, one scripted act a request."""

import json
import threading
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Act = Callable[["Handler"], None]


class FakeOpenAI:
    """`acts` are played one a request, the last one again and again; `bodies` and `headers` hold what came."""

    def __init__(self, *acts: Act, models: Iterable[dict] = ()) -> None:
        self.acts, self.models = list(acts), list(models)
        self.bodies, self.headers = [], []
        self.lock = threading.Lock()
        self.hung_up = threading.Event()  # the client closed the connection while text was being sent
        self.release = threading.Event()  # set at the end: acts that wait come to an end
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.fake = self
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server.server_address[1]}"

    @property
    def url(self) -> str:
        return f"http://{self.host}/v1"

    def close(self) -> None:
        self.release.set()
        self.server.shutdown()
        self.server.server_close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        fake = self.server.fake
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with fake.lock:
            fake.bodies.append(body)
            fake.headers.append({name.lower(): value for name, value in self.headers.items()})
            act = fake.acts[min(len(fake.bodies), len(fake.acts)) - 1]
        try:
            act(self)
        except OSError:
            fake.hung_up.set()
            self.close_connection = True

    def do_GET(self):
        self.reply(200, {"object": "list", "data": self.server.fake.models})

    def reply(self, status: int, body: object, **headers: str) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def open_stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def send(self, text: str) -> None:
        data = text.encode()
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def say(self, content: str | None = None, finish: str | None = None) -> None:
        delta = {} if content is None else {"content": content}
        chunk = {
            "id": "1",
            "object": "chat.completion.chunk",
            "created": 0,
            "model": "m",
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
        }
        self.send(f"data: {json.dumps(chunk)}\n\n")

    def end_stream(self) -> None:
        self.send("data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_args):
        pass


def says(*pieces: str) -> Act:
    """A whole answer."""

    def act(handler: Handler) -> None:
        handler.open_stream()
        for piece in pieces:
            handler.say(piece)
        handler.say(finish="stop")
        handler.end_stream()

    return act


def refuses(status: int, body: object) -> Act:
    return lambda handler: handler.reply(status, body)


def breaks_off(*pieces: str) -> Act:
    """The connection goes away in the middle, as when the server is killed."""

    def act(handler: Handler) -> None:
        handler.open_stream()
        for piece in pieces:
            handler.say(piece)
        handler.close_connection = True

    return act


def stops_short(*pieces: str) -> Act:
    """The answer ends in good order, without a word about why."""

    def act(handler: Handler) -> None:
        handler.open_stream()
        for piece in pieces:
            handler.say(piece)
        handler.end_stream()

    return act


def is_silent(*pieces: str) -> Act:
    """Nothing comes any more, and the connection stays open."""

    def act(handler: Handler) -> None:
        if pieces:
            handler.open_stream()
        for piece in pieces:
            handler.say(piece)
        handler.server.fake.release.wait(30)
        handler.close_connection = True

    return act


def talks_on(handler: Handler) -> None:
    """Text until the client hangs up."""
    handler.open_stream()
    while not handler.server.fake.release.is_set():
        handler.say("more ")


def sends(text: str) -> Act:
    """A stream with these very bytes."""

    def act(handler: Handler) -> None:
        handler.open_stream()
        handler.send(text)
        handler.wfile.write(b"0\r\n\r\n")

    return act
