import pytest
from test_result_views import EVIL, pair

from benchmark import compare_views
from benchmark.comparison import Row, compare
from benchmark.parsing import Verdict


def row(p=0.5, holm=None, changed=3, difference=8.0, name="perception"):
    return Row(name, 100.0, 100.0 + difference, difference, 5.0, difference - 10, difference + 10, p, holm, 20, changed)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (row(p=0.31), "could be chance (p = 0.31)"),
        (row(p=0.05), "could be chance (p = 0.050)"),
        (row(p=0.049), "unlikely to be chance (p = 0.049)"),
        (row(p=0.0004), "unlikely to be chance (p &lt; 0.001)"),
        (row(p=0.01, holm=0.14, name="OCR"), "could be chance (p = 0.14)"),  # corrected for looking at all of them
        (row(p=1.0, changed=0), "the same points on every picture"),
    ],
)
def test_chance_in_plain_words(found, words):
    assert compare_views.chance_words(found).replace("\N{NO-BREAK SPACE}", " ") == words


@pytest.fixture(scope="module")
def found():
    """Existence: both runs alike; OCR: three pictures become right, one wrong."""
    before, after = [], []
    for n in range(8):
        before += pair("existence", image=f"{n}.png") + pair("OCR", ("yes", "no" if n == 3 else "yes"), f"{n}.png")
        after += pair("existence", image=f"{n}.png") + pair("OCR", ("yes", "no" if n < 3 else "yes"), f"{n}.png")
    return compare(before, after)


def test_the_summary_says_how_many_answers_flipped(found):
    text = compare_views.summary(found, EVIL, "B")
    assert "16 pictures were asked in both runs. 4 answers flipped: 3 became right, 1 became wrong." in text
    assert "B has 37.5 points more than A" in text and "could be chance" in text
    assert "<script>" not in text


def test_the_table_shows_totals_first_and_what_did_not_change(found):
    table = compare_views.comparison_table(found)
    assert table.index("Perception") < table.index("Existence") < table.index("OCR")
    assert "4 of 8 pictures changed" in table and "the same points on every picture" in table
    assert "<b>+37.5</b>" in table


def test_a_flip_shows_both_answers_and_is_escaped(found):
    flip = found.flips[0]
    assert (flip.before, flip.after, flip.truth) == (Verdict.YES, Verdict.NO, Verdict.NO)
    card = compare_views.flip_card(flip, 1, 4, "", EVIL)
    assert "Answer <b>1</b> of 4 that flipped · now right" in card
    assert card.index("✗ wrong") < card.index("✓ right") and "<script>" not in card


def test_runs_that_share_only_some_pictures_say_so():
    whole = pair("OCR", image="a.png") + pair("OCR", image="b.png")
    text = compare_views.summary(compare(whole, whole[:2]), "A", "B")
    assert "1 picture was asked in both runs. 0 answers flipped" in text and "1 only in run A left out" in text
