"""A server that is asked about pictures and misbehaves on purpose: one scripted act a request, the last for ever."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class FakeModerator:
    """`requests` holds (headers, body) of what came."""

    def __init__(self, *acts):
        self.acts, self.requests, self.lock = list(acts), [], threading.Lock()
        self.release = threading.Event()  # set at the end: acts that wait come to an end
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self.server.daemon_threads = True
        self.server.fake = self
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_address[1]}/check"

    def close(self):
        self.release.set()
        self.server.shutdown()
        self.server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        fake = self.server.fake
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with fake.lock:
            fake.requests.append(({name.lower(): value for name, value in self.headers.items()}, body))
            act = fake.acts[min(len(fake.requests), len(fake.acts)) - 1]
        try:
            act(self)
        except OSError:
            self.close_connection = True

    def log_message(self, *args):
        pass


def reply(status, body):
    """An act that answers; body is bytes, or anything that JSON can hold."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()

    def act(handler):
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    return act


def hang(handler):
    """An act that never answers."""
    handler.server.fake.release.wait(30)


def drip(handler):
    """An act that sends a byte now and then, so that no single read takes long."""
    handler.send_response(200)
    handler.end_headers()
    while not handler.server.fake.release.wait(0.05):
        handler.wfile.write(b" ")
        handler.wfile.flush()


def hang_up(handler):
    handler.connection.close()
