"""The log of judged battles: what strangers may see of them, and nothing else."""

import base64
import io
from dataclasses import replace

import pytest
from ballot_box import BallotBox, pixel
from conftest import NAMES, START, new_battle
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tab_calls import battles_in, opened
from test_arena_views import Reader

from arena import log_views as views
from arena.battle import Mark, Source, Turn, complete, start_answering
from arena.challenges.verdicts import AxisResult, CheckResult, Finding, Verdict
from arena.guard import clean_picture
from arena.log_ui import log_tab
from arena.records import Record, Wanted
from arena.thumbnails import Thumbnails
from arena.votes import Axis, Ballot, Judgment, Remarks, Span, SpanKind

NASTY = "<script>x</script>"


@pytest.fixture
def box(tmp_path):
    box = BallotBox(tmp_path)
    yield box
    box.close()


@pytest.fixture
def store(box):
    return box.store


def record_of(a="one", b="two", asked="What?", *, spans=(), comment="", judgments=("a", "both_bad"), **facts):
    battle = replace(new_battle(), instruction=asked, response_a=a, response_b=b, **facts)
    ballot = Ballot(*map(Judgment, judgments), Remarks(tuple(spans), comment))
    return Record(7, battle, ballot, START, False)


def read(record, thumbnail=None):
    return Reader(views.entry(record, str.title, thumbnail))


PLAIN = read(record_of()).tags


def test_an_entry_says_who_was_who_and_what_was_judged():
    text = read(record_of("A dog.", "A cat.", "What is it?")).text
    assert "Battle 7" in text and "2 Jan 2026, 03:04 UTC" in text and "What is it?" in text
    assert "A AlphaA dog." in text and "B BetaA cat." in text
    assert "Fewer hallucinationsA (Alpha)" in text and "Follows the instructionboth bad" in text


def test_a_comment_is_for_the_site_and_not_for_strangers():
    assert "secret" not in views.entry(record_of(comment="secret"), str, None)


@settings(deadline=None)
@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_no_text_of_a_person_or_a_model_becomes_a_tag(asked, a, b):
    page = read(record_of(a if a.strip() else "x", b if b.strip() else "y", asked))
    assert page.tags == PLAIN


@pytest.mark.parametrize("where", ["asked", "a", "b"])
def test_hostile_text_is_shown_as_text(where):
    page = views.entry(record_of(**{where: NASTY}), lambda name: NASTY, NASTY + "'\"")
    assert NASTY not in page and NASTY in Reader(page).text and Reader(page).tags.count("script") == 0


def test_a_long_answer_is_cut_and_can_be_opened():
    page = views.entry(record_of("word " * 100), str, None)
    assert page.count("<details>") == 1 and "All 500 characters" in page
    assert Reader(page).text.count("word ") >= 180


def test_every_turn_is_shown_in_order():
    text = read(record_of(earlier=(Turn("First?", "One.", "Two."),))).text
    assert text.index("First?") < text.index("One.") < text.index("Two.") < text.index("What?") < text.index("one")


def test_marked_words_are_marked_where_they_stand_and_named():
    spans = (
        Span("b", 2, 5, SpanKind.NUMBER, correction=NASTY), Span("b", 4, 7, SpanKind.OBJECT),
        Span("a", 0, 4, SpanKind.MISSED),
    )  # fmt: skip
    page = views.entry(record_of(b="🐶 two dogs", spans=spans), str, None)
    assert "<mark>two d</mark>" in page and "<mark>What</mark>" in page, "overlapping marks are one"
    text = Reader(page).text
    assert f"B Wrong number: “two” → {NASTY}" in text and "A Missed: “What”" in text and NASTY not in page


def test_the_checker_has_its_say():
    found = AxisResult(Axis.HALLUCINATION, Finding(Verdict.FAIL, "says <3>"), Finding(Verdict.PASS, "says 2"))
    checked = CheckResult("en-count", "en", True, (found,)).to_json()
    text = read(record_of(checker=checked)).text
    assert "On hallucinations, the checker sees it differently" in text and "says <3>" in text
    assert "checker" not in read(record_of(checker="{broken")).text


@pytest.mark.parametrize(
    ("facts", "why"),
    [({"blind": False}, "the models were chosen by name"), ({"mark_a": Mark.CUT_OFF}, "an answer was cut off"),
     ({"mark_b": Mark.EMPTY}, "an answer was empty"),
     ({"mark_b": Mark.NAMES_ITSELF}, "an answer told its model’s name")],
)  # fmt: skip
def test_a_battle_that_does_not_count_says_why(facts, why):
    assert f"not rated: {why}" in read(record_of(**facts)).text and "not rated" not in read(record_of()).text


@pytest.mark.parametrize("result", ["", None, 3, "hallucination", "hallucination=best", "x=better", "=", "=better"])
def test_a_judgment_that_is_not_offered_is_left_out(result):
    assert views.wanted("m", result, "en") == Wanted("m", "en")
    assert views.wanted(None, result, ["en"]) == Wanted()


def test_every_judgment_that_is_offered_is_looked_for():
    found = [views.wanted("", key, "") for _, key in views.RESULTS]
    assert found[0] == Wanted() and found[1] == Wanted("", "", Axis.HALLUCINATION, (Judgment.A, Judgment.B))
    assert {judgment for one in found for judgment in one.judgments} == set(Judgment) and len(found) == 9


# Thumbnails


def test_a_thumbnail_is_small_and_of_that_picture(box):
    clean = clean_picture(Image.new("RGB", (2000, 500), "teal"))
    box.pictures.save(clean)
    battle = box.store.battle(box.cast(picture_sha256=clean.sha256))
    url = Thumbnails(box.store, box.pictures).public(battle)
    kind, _, data = url.partition(",")
    small = Image.open(io.BytesIO(base64.b64decode(data)))
    assert kind == "data:image/jpeg;base64" and small.size == (240, 60)
    assert pixel(small) == pytest.approx((0, 128, 128), abs=4)


def test_a_picture_that_may_not_be_published_is_shown_to_nobody_else(box):
    hidden = box.store.battle(box.cast(source=Source.OWN, publish=False))
    same = box.store.battle(box.cast(source=Source.OWN))
    thumbnails = Thumbnails(box.store, box.pictures)
    assert thumbnails.public(hidden) is None and thumbnails.public(same) is None
    assert thumbnails.own(hidden).startswith("data:image/jpeg;base64,")


def test_a_picture_that_is_gone_is_no_picture(box):
    assert Thumbnails(box.store, box.pictures).public(box.store.battle(box.cast(colour=None))) is None


def test_no_is_heard_after_the_picture_was_shown(box):
    thumbnails = Thumbnails(box.store, box.pictures)
    battle = box.store.battle(box.cast(source=Source.OWN))
    assert thumbnails.public(battle) is not None
    box.cast(source=Source.OWN, publish=False, voter="its owner")
    assert thumbnails.public(battle) is None


# The tab


def test_ten_battles_a_page_to_and_fro(box, make_service):
    for _ in range(23):
        box.cast()
    call = opened(make_service(), log_tab)
    every = ("", "", "")
    pages = [battles_in(call("tab", *every)), battles_in(call("log-older", *every)),
             battles_in(call("log-older", *every))]  # fmt: skip
    assert pages == [list(range(23, 13, -1)), list(range(13, 3, -1)), [3, 2, 1]]
    assert battles_in(call("log-newer", *every)) == pages[1] and battles_in(call("log-newer", *every)) == pages[0]
    assert battles_in(call("log-newer", *every)) == pages[0], "there is nothing newer than the newest"


def test_filters_narrow_the_log_from_its_start(box, make_service):
    for number in range(12):
        box.cast("ab"[number % 2], models=("alpha", "gamma") if number < 2 else ("alpha", "beta"))
    call = opened(make_service(), log_tab)
    call("tab", "", "", "")
    call("log-older", "", "", "")
    assert battles_in(call("log-model", "gamma", "", "")) == [2, 1]
    assert battles_in(call("log-result", "", "hallucination=both_good", "")) == []
    assert "No such battles" in call("log-language", "", "", "zh")


def test_a_running_battle_and_its_models_are_not_in_the_log(box, make_service):
    service = make_service()
    call = opened(service, log_tab)
    assert "No such battles" in call("tab", "", "", "")
    running = new_battle("running", *NAMES[:2], box.store.voter_hash("visitor"))
    answering = start_answering(running, START)
    box.store.add_battle(complete(answering, running.a, running.b, "unheard", "unseen", START))
    page = call("tab", "", "", "")
    assert "No such battles" in page and "unheard" not in page and "running" not in page
