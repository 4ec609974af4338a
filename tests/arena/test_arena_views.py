import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena import views
from arena.answers import Progress
from arena.battle import Turn
from arena.challenges.verdicts import AxisResult, CheckResult, Finding, Verdict
from arena.guard import CONSENT
from arena.service import RatingChange, Reveal, Revealed
from arena.votes import Axis
from models.escaping import text_of

ATTACKS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</p></section><b>", "${alert(1)}", "{{value}}", "`x`",
    "&lt;script&gt;", "\"onload='x'",
]  # fmt: skip


class Reader(HTMLParser):
    """The tags of a page and its text."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.text = [], [], ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [name for name, _ in attributes]

    def handle_data(self, data):
        self.text += data


HARMLESS = Reader(views.answer_card("A", "harmless", True)).tags


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_a_model_writes_is_shown_and_never_run(attack):
    card = views.answer_card("A", attack, True)
    assert Reader(card).tags == HARMLESS and attack in Reader(card).text
    assert "${" not in card and "{{" not in card and "`" not in card


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_a_person_asks_is_shown_and_never_run(attack):
    for page in (views.asked(attack, 1, "ab12"), views.earlier([Turn(attack, attack, attack)], "ab12")):
        harmless = page.replace(text_of(attack), "harmless")
        assert Reader(page).tags == Reader(harmless).tags and attack in Reader(page).text
        assert not {"onerror", "onload"} & set(Reader(page).attributes)
    named = views.answer_card("A", "text", True, title=attack)
    assert attack in Reader(named).text and Reader(named).tags == [*HARMLESS[:3], "span", *HARMLESS[3:]]


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), min_size=1).filter(str.strip))
def test_any_answer_is_shown_as_it_is(text):
    read = Reader(views.answer_card("B", text, False))
    assert text in read.text and read.tags == HARMLESS


@given(st.text(min_size=1).filter(str.strip))
def test_offsets_on_the_page_are_offsets_in_the_stored_text(text):
    """The element of a text holds nothing else, one code point for each; what cannot be sent has one in its place."""
    (found,) = re.findall(r'<p class="arena-text" data-text="a" data-turn="3">(.*)</p>',
                          views.answer_card("A", text, True, turn=3), re.DOTALL)  # fmt: skip
    assert "\r" not in found  # a browser makes it a line feed, and both of \r\n one; as a reference it stays
    shown = Reader(found.replace("&#13;", "\r")).text
    assert len(shown) == len(text)
    assert all(one == other or one == "\N{REPLACEMENT CHARACTER}" for one, other in zip(shown, text, strict=True))
    shown.encode("utf-8")


def test_the_state_of_an_answer_is_visible():
    assert "thinking…" in views.waiting_card("A")
    early_a, early_b = views.cards(Progress("some", "all", False, True))
    assert "writing…" in early_a and "writing…" in early_b and 'aria-busy="true"' in early_b
    done_a, done_b = views.cards(Progress("some", "all", True, True))
    assert "complete" in done_a and "complete" in done_b and 'aria-busy="false"' in done_a
    assert "Getting ready: 5 %" in views.answer_card("A", "", False, "Getting ready: 5 %")
    assert "Getting ready" not in views.answer_card("A", "text", False, "Getting ready: 5 %")
    assert "wrote nothing" in views.answer_card("A", " ", True)


@given(st.text(max_size=40), st.text(max_size=40), st.booleans(), st.booleans(), st.text(max_size=10))
def test_two_cards_differ_in_side_and_text_only(text_a, text_b, done_a, done_b, note):
    one, other = views.cards(Progress(text_a, text_b, done_a, done_b, note), 2)
    swapped, _ = views.cards(Progress(text_b, text_a, done_b, done_a, note), 2)
    assert other == swapped.replace("Answer A", "Answer B").replace('data-text="a"', 'data-text="b"')
    assert len(views.waiting_card("A")) == len(views.waiting_card("B")) and one.count("Answer A") == 2


def test_earlier_turns_show_each_question_with_both_answers():
    page = views.earlier([Turn("What?", "One.", "Two."), Turn("And?", "Three.", " ")], "ab12")
    assert "You askedWhat?AOne.BTwo.Then you askedAnd?AThree.BThis model wrote nothing." in Reader(page).text
    assert 'data-text="b" data-turn="0">Two.' in page and 'data-text="instruction" data-turn="1">And?' in page
    assert views.earlier([], "ab12") == ""


def test_the_state_of_the_moderation_is_told_where_pictures_are_uploaded():
    assert text_of(CONSENT) in views.consent()  # the words that the card of an export quotes
    assert views.consent("Checked <b>here</b>.").endswith(f"{text_of(CONSENT)} Checked &lt;b&gt;here&lt;/b&gt;.</p>")


CHANGES = (RatingChange(Axis.HALLUCINATION, 1000.4, 1012.0), RatingChange(Axis.INSTRUCTION, 990.0, 979.6))
BOTH = (Revealed("one", "One <b>", "x", CHANGES), Revealed("two", "Two", "y", CHANGES))


def test_the_reveal_names_both_and_says_what_changed():
    read = Reader(views.revealed(Reveal(*BOTH, 1234)))
    assert "A was One <b>, B was Two" in read.text and "number 1,234" in read.text
    assert "1012 +12" in read.text and "980 \N{MINUS SIGN}10" in read.text
    assert "checker" not in read.text


@pytest.mark.parametrize(
    ("judgment", "words"),
    [("a", "agrees"), ("b", "sees it differently"), ("cant_tell", "says"),
     ("both_good", "sees it differently"), (None, "says")],
)  # fmt: skip
def test_the_reveal_says_what_the_checker_found(judgment, words):
    found = AxisResult(Axis.INSTRUCTION, Finding(Verdict.PASS, "5 words <i>"), Finding(Verdict.FAIL, "7 words"))
    unsure = AxisResult(Axis.HALLUCINATION, Finding(Verdict.UNDECIDED, "?"), Finding(Verdict.FAIL, "a star"))
    checked = CheckResult("en-five-words", "en", True, (unsure, found))
    page = views.revealed(Reveal(*BOTH, 3, checked), {Axis.INSTRUCTION: judgment, Axis.HALLUCINATION: "a"})
    assert f"On following the instruction, the checker {words}✓ A 5 words <i>✗ B 7 words" in Reader(page).text
    assert "a star" not in page and page.count("arena-checked") == 1


def test_a_battle_that_does_not_count_says_so_and_shows_no_change():
    left_out = Reader(views.revealed(Reveal(*BOTH, 3, rated=False))).text
    assert "does not change the ratings" in left_out and "New rating" not in left_out
    named = Reader(views.revealed(Reveal(*BOTH, 3, rated=False), named=True)).text
    assert "kept apart from the ratings" in named and "New rating" not in named
