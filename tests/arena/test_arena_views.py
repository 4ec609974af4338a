from html.parser import HTMLParser

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena import views
from arena.answers import Progress
from arena.plots import forest_plot
from arena.service import RatingChange, Reveal, Revealed
from arena.votes import Axis

ATTACKS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</p></section><b>", "${alert(1)}", "{{value}}", "`x`",
    "&lt;script&gt;", "\"onload='x'",
]  # fmt: skip


class Reader(HTMLParser):
    """The tags of a page and its text."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.tags, self.text = [], ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)

    def handle_data(self, data):
        self.text += data


HARMLESS = Reader(views.answer_card("A", "harmless", True)).tags


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_a_model_writes_is_shown_and_never_run(attack):
    card = views.answer_card("A", attack, True)
    assert Reader(card).tags == HARMLESS and attack in Reader(card).text
    assert "${" not in card and "{{" not in card and "`" not in card


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), min_size=1).filter(str.strip))
def test_any_answer_is_shown_as_it_is(text):
    read = Reader(views.answer_card("B", text, False))
    assert text in read.text and read.tags == HARMLESS


def test_the_state_of_an_answer_is_visible():
    assert "thinking…" in views.waiting_card("A")
    writing, complete = views.cards(Progress("some", "all", False, True))
    assert "writing…" in writing and 'aria-busy="true"' in writing
    assert "complete" in complete and 'aria-busy="false"' in complete
    assert "Getting ready: 5 %" in views.answer_card("A", "", False, "Getting ready: 5 %")
    assert "Getting ready" not in views.answer_card("A", "text", False, "Getting ready: 5 %")
    assert "wrote nothing" in views.answer_card("A", " ", True)


def test_the_reveal_names_both_and_says_what_changed():
    change = [RatingChange(Axis.HALLUCINATION, 1000.4, 1012.0), RatingChange(Axis.INSTRUCTION, 990.0, 979.6)]
    page = views.revealed(Reveal(
        Revealed("one", "One <b>", "x", tuple(change)), Revealed("two", "Two", "y", tuple(change)), 1234,
    ))  # fmt: skip
    read = Reader(page)
    assert "A was One <b>, B was Two" in read.text and "number 1,234" in read.text
    assert "1012 +12" in read.text and "980 \N{MINUS SIGN}10" in read.text


@pytest.fixture
def table():
    return pd.DataFrame({
        "model": ["x", "y"], "title": ["Ex <i>", "Why"], "rating": [1050.4, 949.6], "low": [1000.0, 900.0],
        "high": [1101.0, 999.0], "battles": [12, 12], "wins": [8, 2], "ties": [2, 2], "losses": [2, 8],
    })  # fmt: skip


def test_the_table_has_a_row_for_each_model_and_escapes_titles(table):
    read = Reader(views.ratings_table(table))
    assert read.tags.count("tr") == 3 and "i" not in read.tags
    assert "1Ex <i>10501000 to 110112822" in read.text


def test_the_forest_plot_has_a_dot_and_a_bar_for_each_model(table):
    figure = forest_plot(table)
    (dots,) = figure.data
    assert list(dots.y) == ["Ex <i>", "Why"]
    assert list(dots.x) == [1050.4, 949.6]
    assert list(dots.error_x.array) == pytest.approx([50.6, 49.4])
    assert list(dots.error_x.arrayminus) == pytest.approx([50.4, 49.6])
    assert figure.layout.yaxis.autorange == "reversed"


def test_the_empty_state_says_what_to_do():
    assert "No votes yet: fight a battle" in views.no_votes(["Alpha"])
    assert views.unjudged_note([]) == ""
