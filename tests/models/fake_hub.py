"""A Hugging Face Hub on localhost: as much of its HTTP interface as fetching a model needs, and its refusals."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"
LICENSED = "owner/licensed"  # as a gated model is to somebody without a token: everyone sees it, nobody gets its files
REFUSALS = {  # repository -> status and the Hub's own error code
    "owner/missing": (401, "RepoNotFound"),
    "owner/gated": (403, "GatedRepo"),
    "owner/broken": (502, ""),
}


class FakeHub(ThreadingHTTPServer):
    """Serves `repositories` ({"owner/name": folder}) at `endpoint`; remembers which files were fetched."""

    daemon_threads = True

    def __init__(self, repositories: dict[str, Path]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.repositories = repositories
        self.fetched: set[str] = set()
        self.endpoint = f"http://127.0.0.1:{self.server_port}"


@contextmanager
def fake_hub(repositories: dict[str, Path]) -> Iterator[FakeHub]:
    with FakeHub(repositories) as hub:
        thread = threading.Thread(target=hub.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield hub
        finally:
            hub.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: FakeHub

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def log_message(self, *_arguments) -> None:
        """Nothing on the console."""

    def _answer(self, *, with_body: bool) -> None:
        parts = unquote(urlsplit(self.path).path).strip("/").split("/")
        is_api = parts[0] == "api"
        if not is_api and parts[0] == "spaces":  # a Space's files, at .../spaces/owner/name/resolve/...
            del parts[0]
        name, rest = "/".join(parts[2:4] if is_api else parts[:2]), parts[4:] if is_api else parts[2:]
        if name in REFUSALS:
            status, code = REFUSALS[name]
            return self._send(status, b"{}", {"X-Error-Code": code, "X-Error-Message": "refused"}, with_body)
        folder = self.server.repositories.get(name)
        if folder is None:
            return self._send(404, b"{}", {"X-Error-Code": "RepoNotFound"}, with_body)
        if rest[1:2] not in (["main"], [COMMIT]):
            return self._send(404, b"{}", {"X-Error-Code": "RevisionNotFound"}, with_body)
        if name == LICENSED and not is_api:
            return self._send(401, b"{}", {"X-Error-Code": "GatedRepo", "X-Error-Message": "refused"}, with_body)
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        if rest[0] == "revision":
            siblings = [{"rfilename": str(path.relative_to(folder))} for path in files]
            return self._json({"_id": "0", "id": name, "sha": COMMIT, "siblings": siblings}, with_body)
        if rest[0] == "tree":
            return self._json([_tree_entry(path, folder) for path in files], with_body)
        path = folder.joinpath(*rest[2:])
        if not path.is_file():
            return self._send(404, b"", {"X-Error-Code": "EntryNotFound"}, with_body)
        if with_body:
            self.server.fetched.add("/".join(rest[2:]))
        data = path.read_bytes()
        return self._send(200, data, {"ETag": f'"{_digest(data)}"', "X-Repo-Commit": COMMIT}, with_body)

    def _json(self, value, with_body: bool) -> None:
        self._send(200, json.dumps(value).encode(), {"Content-Type": "application/json"}, with_body)

    def _send(self, status: int, body: bytes, headers: dict[str, str], with_body: bool) -> None:
        self.send_response(status)
        for key, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(key, value)
        self.end_headers()
        if with_body:
            self.wfile.write(body)


def _digest(data: bytes) -> str:
    return hashlib.sha1(data).hexdigest()


def _tree_entry(path: Path, folder: Path) -> dict:
    data = path.read_bytes()
    return {"type": "file", "oid": _digest(data), "size": len(data), "path": str(path.relative_to(folder))}
