from benchmark import views
from benchmark.boards import board_table
from benchmark.parsing import Parser, Verdict
from benchmark.runner import State, Status
from benchmark.scoring import Response, score

EVIL = "<script>alert(1)</script>"


def pair(subtask="OCR", said=("yes", "no")):
    return [
        Response(subtask, f"{EVIL}.png", n, f"q{EVIL}", truth, text)
        for n, truth, text in zip((1, 2), (Verdict.YES, Verdict.NO), said, strict=True)
    ]


def test_durations_in_words():
    assert [views.clock_text(s) for s in (0, 59.4, 65, 7800)] == ["0 s", "59 s", "1 min 05 s", "2 h 10 min"]


def test_whatever_comes_from_outside_is_escaped():
    card = views.image_card(pair(said=(EVIL, "no")), Parser.OFFICIAL, 1, 3, "", EVIL)
    live = views.live_panel(Status(State.FAILED, EVIL))
    assert "<script>" not in card + live
    assert card.count("&lt;script&gt;") == 5


def test_a_card_shows_both_verdicts_and_the_points():
    card = views.image_card(pair(said=("Yes, it is", "")), Parser.OFFICIAL, 2, 10, "")
    assert "Picture <b>2</b> of 10 · 50 points" in card
    assert "read as <b>yes</b>, true answer <b>yes</b>" in card
    assert "read as <b>unclear</b>, true answer <b>no</b>" in card and "(empty)" in card


def test_the_results_table_labels_parts_and_leaves_out_what_was_not_asked():
    table = views.results_table(score(pair()), {"OCR": (1, 20)})
    assert "1 of 20 images" in table and "<b>200.0</b>" in table
    assert "Existence" not in table and "Cognition" not in table


def test_tiles_say_what_the_sum_is_of():
    tiles = views.tiles(score(pair()))
    assert "<dd>200.0</dd><dd>of 200 · 1 of 10 subtasks</dd>" in tiles
    assert "<dd>–</dd><dd>not asked yet</dd>" in tiles


def test_a_board_shows_medals_for_the_first_three_ranks():
    section = views.board_section(board_table("existence"), 200)
    assert [section.count(f'title="{m} medal"') for m in ("gold", "silver", "bronze")] == [2, 1, 1]
