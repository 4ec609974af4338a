"""Windows of the browser that close at the right moment."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Frame, Page, Request, Response

JOINED = "/queue/join"
DRAWN_ONCE = "() => new Promise(requestAnimationFrame)"
TELL_WHAT_ENDED = """
const parse = JSON.parse;
JSON.parse = (...given) => {
  const read = parse(...given);
  if (read?.msg === "process_completed") window.eventEnded();
  return read;
};
"""


@contextmanager
def window(browser: Browser, width: int, seconds: float = 60) -> Iterator[BrowserContext]:
    """A browser window of its own, in which no page may have an error. It closes once no event is at work.

    Gradio can print a traceback when the reader of an event leaves in the middle of it. The streams that events come
    in tell nothing: where an event ends before its page knows its number, the page opens one more, which stays open.
    So every event that a page sent is counted, and every end that the page read. The counts are looked at each time
    that a page has drawn; meanwhile they go on.
    """
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme="light")
    context.set_default_timeout(1000 * seconds)
    errors: list[str] = []
    at_work: Counter[Page] = Counter()

    def sent(request: Request) -> None:
        if JOINED in request.url:
            at_work[request.frame.page] += 1

    def refused(response: Response) -> None:
        if JOINED in response.url and not response.ok:
            at_work[response.frame.page] -= 1

    def look_after(page: Page) -> None:
        page.on("framenavigated", forget_events)
        page.on("close", lambda closed: at_work.pop(closed, None))

    def forget_events(frame: Frame) -> None:
        if frame.parent_frame is None:
            at_work.pop(frame.page, None)

    context.on("weberror", lambda error: errors.append(str(error.error)))
    context.on("page", look_after)
    context.on("request", sent)
    context.on("response", refused)
    context.expose_binding("eventEnded", lambda source: at_work.subtract([source["page"]]))
    context.add_init_script(TELL_WHAT_ENDED)
    try:
        yield context
        last = time.monotonic() + seconds
        while any(at_work.values()):
            context.pages[0].evaluate(DRAWN_ONCE)
            assert time.monotonic() < last, f"events that did not end, by page: {list(at_work.values())}"
        assert errors == [], f"errors on the page: {errors}"
    finally:
        context.close()


def arrive(context: BrowserContext, address: str) -> Page:
    """The app's page in a new tab of the window, once it is drawn."""
    page = context.new_page()
    page.goto(address)
    page.get_by_role("heading", name="MME Arena").wait_for()
    return page
