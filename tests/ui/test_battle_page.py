"""Battles in a real browser: judged by keyboard alone, with marked words, further questions, and hostile text."""

import re

import pytest
from playwright.sync_api import Page, expect

from arena.store import Store
from tests.models.fake_openai import FakeOpenAI, says

MODELS = """
- {{name: left, title: Left, endpoint: {{urls: ["{url}"], model: left}}}}
- {{name: right, title: Right, endpoint: {{urls: ["{url}"], model: right}}}}
"""
HOSTILE = "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>"
STRANGE = (
    "一只🎈红色的气球 and 👩‍👩‍👧 at a <b>wooden</b> table.\r\n\r\n"
    f"Tabs\there, ends\rthere; &amp; ${{7*7}} `x`. {HOSTILE} Two small dogs 🐶🐶 sleep.\n"
)


@pytest.fixture(scope="module")
def fake():
    server = FakeOpenAI(says("A dog."))
    yield server
    server.close()


@pytest.fixture(scope="module")
def arena(start_server, fake, tmp_path_factory):
    """The app with two models that the fake server answers for."""
    folder = tmp_path_factory.mktemp("arena")
    models = folder / "models.yaml"
    models.write_text(MODELS.format(url=fake.url))
    with start_server(folder / "data", ["--lineup", "left,right"], {"MME_ARENA_MODELS": str(models)}) as server:
        yield server


def votes(server) -> list:
    """Every stored vote as a record, oldest first."""
    store = Store(server.data / "arena.sqlite")
    try:
        return list(store.records())
    finally:
        store.close()


def ready(page: Page) -> None:
    """The page has offered a picture and a challenge."""
    expect(page.locator("#arena-picture img")).to_be_visible()
    expect(page.locator("#arena-instruction textarea")).not_to_have_value("")


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def judge_with_keys(page: Page, keys: str = "1e") -> None:
    for key in keys:
        page.keyboard.press(key)
    expect(page.locator("#arena-submit")).to_be_enabled()
    page.keyboard.press("Enter")
    expect(page.locator("#arena-revealed")).to_be_visible()


def drag_over(page: Page, text: str, words: str) -> None:
    """Select words of a text on the page with the mouse, from inside their first letter to inside their last."""
    (x1, y1), (x2, y2) = page.locator(text).evaluate(
        """(element, words) => {
            const node = element.firstChild, start = node.data.indexOf(words), range = document.createRange();
            const middle = (from, to) => {
                range.setStart(node, from); range.setEnd(node, to);
                const box = range.getBoundingClientRect();
                return [box, box.top + box.height / 2];
            };
            element.scrollIntoView({ block: "center" });
            const end = start + words.length;
            const [first, y1] = middle(start, start + 1), [last, y2] = middle(end - 1, end);
            return [[first.left + 1, y1], [last.right - 1, y2]];
        }""",
        words,
    )
    page.mouse.move(x1, y1)
    page.mouse.down()
    page.mouse.move((x1 + x2) / 2, (y1 + y2) / 2, steps=3)
    page.mouse.move(x2, y2, steps=3)
    page.mouse.up()
    expect(page.locator("#arena-mark-box")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 390], ids=lambda width: f"{width}px")
def test_a_whole_battle_by_keyboard_alone(arena, fake, open_page, width):
    before = len(votes(arena))
    fake.acts[:] = [says("Two dogs ", "on a red sofa.")]
    page = open_page(arena, width)
    ready(page)
    assert fits(page)
    page.keyboard.press("Enter")
    expect(page.locator("#arena-submit")).to_be_visible()
    assert fits(page)
    expect(page.get_by_role("tabpanel").filter(visible=True)).not_to_contain_text(re.compile("Left|Right"))
    page.keyboard.press("Enter")  # too soon: nothing is chosen
    page.locator("#arena-comment textarea").focus()
    page.keyboard.type("12 dogs, quite sure")  # letters and digits are text here
    expect(page.locator("#arena-judge input[type=radio]:checked")).to_have_count(0)
    page.locator('[data-text="a"]').focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#arena-mark-box")).to_contain_text("“Two dogs”")
    page.keyboard.press("3")
    page.keyboard.type("one dog")
    page.keyboard.press("Enter")
    expect(page.locator("#arena-mark-box")).to_be_hidden()
    expect(page.locator("#arena-marks")).to_contain_text("A: Wrong number “Two dogs” → one dog")
    page.keyboard.press("2")
    page.keyboard.press("5")
    page.keyboard.press("r")
    judge_with_keys(page, "4w")
    assert fits(page)
    expect(page.locator("#arena-cards")).to_contain_text("Left")
    expect(page.locator("#arena-revealed")).to_contain_text("Your judgment is saved")
    page.keyboard.press("n")
    ready(page)
    expect(page.locator("#arena-start")).to_be_visible()
    stored = votes(arena)
    assert len(stored) == before + 1
    ballot = stored[-1].ballot
    assert (ballot.hallucination.value, ballot.instruction.value) == ("both_bad", "b")
    assert ballot.remarks.comment == "12 dogs, quite sure"
    (span,) = ballot.remarks.spans
    assert (span.side, span.start, span.end, span.kind.value, span.correction) == ("a", 0, 8, "number", "one dog")


def test_marked_words_are_where_they_were_marked_whatever_the_text(arena, fake, open_page):
    fake.acts[:] = [says(*STRANGE)]
    page = open_page(arena, 1280)
    dialogs = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message) or dialog.dismiss())
    ready(page)
    page.locator("#arena-instruction textarea").fill(f"说明🎈 {HOSTILE} in two words")
    page.locator("#arena-start").click()
    expect(page.locator("#arena-submit")).to_be_visible()
    answer_a, answer_b, asked = ('[data-text="a"]', '[data-text="b"]', '[data-text="instruction"]')
    assert page.locator(answer_b).evaluate("element => element.textContent") == STRANGE
    assert page.locator("#arena-cards :is(script, img, b:not(.arena-reveal b))").count() == 0

    drag_over(page, answer_a, "红色的")
    page.locator("#arena-mark-box button", has_text="Wrong look").click()
    page.locator("#arena-mark-box input").fill(HOSTILE)
    page.locator("#arena-mark-box .arena-mark-done").click()
    drag_over(page, answer_b, "wo small do")  # half words become whole ones
    page.keyboard.press("1")
    page.keyboard.press("Escape")
    drag_over(page, answer_b, "🐶🐶")
    page.locator("#arena-mark-box button", has_text="Not there").click()
    page.keyboard.press("Enter")
    drag_over(page, answer_b, "wooden")
    page.locator("#arena-mark-box button", has_text="Wrong fact").click()
    page.locator("#arena-mark-box button", has_text="Remove").click()
    drag_over(page, asked, "two words")
    page.locator("#arena-mark-box button", has_text="Both missed this").click()
    page.locator("#arena-mark-box .arena-mark-done").click()
    expect(page.locator("#arena-marks li")).to_have_count(4)
    page.get_by_label("Remove the mark on “🐶🐶”").click()
    expect(page.locator("#arena-marks li")).to_have_count(3)
    assert page.evaluate("['wrong', 'missed'].map(name => CSS.highlights.get(`arena-${name}`).size)") == [2, 1]

    page.locator("#arena-hallucination").get_by_text("B", exact=True).click()
    page.locator("#arena-following").get_by_text("Can't tell", exact=True).click()
    page.locator("#arena-submit").click()
    expect(page.locator("#arena-revealed")).to_be_visible()
    record = votes(arena)[-1]
    turn = record.battle.turns[0]
    assert turn.response_a == turn.response_b == STRANGE
    marked = [
        (span.side, (turn.instruction if span.kind == "missed" else STRANGE)[span.start : span.end], span.kind.value)
        for span in record.ballot.remarks.spans
    ]
    assert sorted(marked) == [
        ("a", "two words", "missed"), ("a", "红色的", "attribute"),
        ("b", "Two small dogs", "object"), ("b", "two words", "missed"),
    ]  # fmt: skip
    assert HOSTILE in {span.correction for span in record.ballot.remarks.spans}
    assert dialogs == [] and page.evaluate("window.hacked") is None


def test_further_questions_new_answers_skipping_and_the_same_picture(arena, fake, open_page):
    before = len(votes(arena))
    fake.acts[:] = [says("A dog.")]
    page = open_page(arena, 390)
    ready(page)
    instruction = page.locator("#arena-instruction textarea")
    page.locator("#arena-language").get_by_text("中文").click()
    expect(instruction).to_have_value(re.compile("[\u4e00-\u9fff]{3}"))
    instruction.fill("What is this?")
    page.locator("#arena-language").get_by_text("English").click()
    expect(page.locator("#arena-language input").first).to_be_checked()
    page.locator("#arena-start").click()  # one's own words stay when the language of the challenges changes
    expect(page.locator("#arena-asked")).to_contain_text("What is this?")
    expect(page.locator("#arena-submit")).to_be_visible()
    drag_over(page, '[data-text="a"]', "dog")
    page.locator("#arena-mark-box button", has_text="Not there").click()
    page.locator("#arena-mark-box .arena-mark-done").click()

    page.locator("#arena-question textarea").fill("Are you sure?")
    page.keyboard.press("Enter")
    expect(page.locator("#arena-past")).to_contain_text("A dog.")
    expect(page.locator("#arena-asked")).to_contain_text("Are you sure?")
    expect(page.locator("#arena-submit")).to_be_visible()
    expect(page.locator("#arena-marks li")).to_have_count(1)  # marks of an earlier answer stay
    assert [message["role"] for message in fake.bodies[-1]["messages"]][-3:] == ["user", "assistant", "user"]

    page.locator("#arena-regenerate").click()
    expect(page.locator("#arena-past")).not_to_contain_text("A dog.")
    expect(page.locator("#arena-asked")).to_contain_text("What is this?")
    expect(page.locator("#arena-submit")).to_be_visible()
    expect(page.locator("#arena-marks li")).to_have_count(0)
    judge_with_keys(page, "1q")
    stored = votes(arena)
    assert len(stored) == before + 1 and stored[-1].battle.follows is not None

    page.locator("#arena-same").click()
    expect(page.locator("#arena-start")).to_be_visible()
    page.locator("#arena-instruction textarea").fill("Name one colour.")
    page.locator("#arena-start").click()
    expect(page.locator("#arena-submit")).to_be_visible()
    judge_with_keys(page, "3t")
    again = votes(arena)[-1].battle
    assert again.picture_sha256 == stored[-1].battle.picture_sha256 and again.instruction == "Name one colour."

    page.keyboard.press("n")
    ready(page)
    page.locator("#arena-start").click()
    expect(page.locator("#arena-submit")).to_be_visible()
    page.keyboard.press("s")
    expect(page.locator("#arena-start")).to_be_visible()
    ready(page)
    assert len(votes(arena)) == before + 2
