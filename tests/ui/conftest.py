"""A real server of this repository and a real browser; both end with the tests."""

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from windows import arrive, window

ROOT = Path(__file__).parents[2]
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
START_SECONDS = 120
expect.set_options(timeout=60_000)  # milliseconds: a busy machine is slow, not wrong


@dataclass(frozen=True)
class Server:
    """A running app and its data folder."""

    url: str
    data: Path


@contextmanager
def serve(data: Path, arguments: Sequence[str] = (), environment: Mapping[str, str] | None = None) -> Iterator[Server]:
    """``python app.py`` on a free port, with its data in `data`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-u", "app.py", "--port", str(port), "--data", str(data), *arguments],
        cwd=ROOT,
        env={**os.environ, "GRADIO_SERVER_NAME": "127.0.0.1", **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said: list[str] = []
    watchdog = threading.Timer(START_SECONDS, process.kill)
    watchdog.start()
    for line in process.stdout:
        said.append(line)
        if f"http://127.0.0.1:{port}" in line:
            break
    else:
        pytest.fail("the app ended or was not up in time:\n" + "".join(said))
    watchdog.cancel()
    # A pipe that nobody reads would block the server once it is full.
    drain = threading.Thread(target=lambda: said.extend(process.stdout), daemon=True)
    drain.start()
    try:
        yield Server(f"http://127.0.0.1:{port}", data)
    finally:
        process.terminate()
        process.wait(timeout=30)
    assert "Traceback" not in "".join(said), "".join(said)


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The app with an empty data folder."""
    with serve(tmp_path_factory.mktemp("data")) as running:
        yield running


@pytest.fixture(scope="session")
def start_server():
    """`start_server(data, arguments, environment)`: one more app, set up in another way."""
    return serve


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """Debian's Chromium; a machine without one fails these tests rather than skipping them."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.fail("no Chromium found for the browser tests; install it: apt-get install chromium (.ci/run does)")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=list(QUIET))
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser):
    """`open_page(server, width)`: the app's page in a window of its own."""
    with ExitStack() as windows:
        yield lambda server, width: arrive(windows.enter_context(window(browser, width)), server.url)


@pytest.fixture(params=[1280, 390], ids=lambda width: f"{width}px")
def page(request, open_page, server: Server) -> Page:
    """The usual app's page, wide and narrow."""
    return open_page(server, request.param)
