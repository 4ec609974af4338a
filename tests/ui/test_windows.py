"""A window closes when no event is at work any more, whatever became of the streams that events come in."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from windows import window

PAGE = b"""<!doctype html><title>events</title><script>
async function ask(reads) {
  document.title = (await fetch("/queue/join", { method: "POST" })).ok ? "joined" : "refused";
  const stream = await fetch("/queue/data");
  if (reads) stream.text().then(JSON.parse);
}
</script>"""


class Events(BaseHTTPRequestHandler):
    """A page, a queue that takes an event or refuses it, and the end of the event once it is let go."""

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        if self.path != "/queue/data":
            self.wfile.write(PAGE)
            return
        assert self.server.let_go.wait(60)
        self.wfile.write(b'{"msg": "process_completed"}')

    def do_POST(self):
        self.send_response(self.server.answers)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def events():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Events)
    server.answers, server.let_go = 200, threading.Event()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.let_go.set()
    server.shutdown()
    thread.join()
    server.server_close()


def asking(context, server, reads: bool = True, becomes: str = "joined"):
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{server.server_port}/")
    page.evaluate(f"() => void ask({str(reads).lower()}).catch(() => null)")
    page.wait_for_function(f"document.title === '{becomes}'")
    return page


def test_a_window_closes_once_its_events_ended(browser, events):
    with window(browser, 400) as context:
        for _ in range(2):
            asking(context, events)
        events.let_go.set()


def test_a_window_does_not_close_in_the_middle_of_an_event(browser, events):
    with pytest.raises(AssertionError, match="events that did not end"), window(browser, 400, seconds=2) as context:
        asking(context, events)


def test_an_end_that_the_page_did_not_read_is_none(browser, events):
    events.let_go.set()
    with pytest.raises(AssertionError, match="events that did not end"), window(browser, 400, seconds=2) as context:
        asking(context, events, reads=False)


def test_what_is_left_open_without_an_event_is_not_waited_for(browser, events):
    events.answers = 503
    with window(browser, 400) as context:
        asking(context, events, becomes="refused")
    assert not events.let_go.is_set()  # its stream was open to the last


@pytest.mark.parametrize("leave", [lambda page: page.reload(), lambda page: page.close()], ids=["reload", "close"])
def test_a_page_that_was_left_is_not_waited_for(browser, events, leave):
    with window(browser, 400) as context:
        leave(asking(context, events))
    assert not events.let_go.is_set()


def test_an_error_of_a_page_is_an_error_of_the_test(browser, events):
    with pytest.raises(AssertionError, match="of no use"), window(browser, 400) as context:
        page = context.new_page()
        with page.expect_event("pageerror"):
            page.goto(f"http://127.0.0.1:{events.server_port}/")
            page.evaluate("() => void setTimeout(() => { throw new Error('of no use') })")
