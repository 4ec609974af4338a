from benchmark import result_views
from benchmark.parsing import Parser, Verdict
from benchmark.run_views import live_panel
from benchmark.runner import State, Status
from benchmark.scoring import Response, score
from benchmark.statistics import score_estimates

EVIL = "<script>alert(1)</script>"


def pair(subtask="OCR", said=("yes", "no"), image=f"{EVIL}.png"):
    return [
        Response(subtask, image, n, f"q{EVIL}", truth, text)
        for n, truth, text in zip((1, 2), (Verdict.YES, Verdict.NO), said, strict=True)
    ]


def test_whatever_comes_from_outside_is_escaped():
    card = result_views.image_card(pair(said=(EVIL, "no")), Parser.OFFICIAL, 1, 3, "", EVIL)
    live = live_panel(Status(State.FAILED, EVIL))
    assert "<script>" not in card + live
    assert card.count("&lt;script&gt;") == 5


def test_a_card_shows_both_verdicts_and_the_points():
    card = result_views.image_card(pair(said=("Yes, it is", "")), Parser.OFFICIAL, 2, 10, "")
    assert "Picture <b>2</b> of 10 · 50 points" in card
    assert "read as <b>yes</b>, true answer <b>yes</b>" in card
    assert "read as <b>unclear</b>, true answer <b>no</b>" in card and "(empty)" in card


def test_the_results_table_labels_parts_and_leaves_out_what_was_not_asked():
    table = result_views.results_table(score(pair()), {"OCR": (1, 20)})
    assert "1 of 20 images" in table and "<b>200.0</b>" in table
    assert "Existence" not in table and "Cognition" not in table


def test_every_score_has_its_error_and_the_mark_of_always_saying_yes():
    scores = score([*pair(image="a.png"), *pair(image="b.png", said=("no", "yes"))])
    estimates = score_estimates(scores)
    table = result_views.results_table(scores, {"OCR": (2, 2)}, estimates)
    assert "<b>100.0</b>" in table and f"± {estimates['OCR'].error:.1f}" in table
    assert '<u style="left:25.0%"' in table
    assert "± " not in result_views.results_table(score(pair()), {"OCR": (1, 1)}, score_estimates(score(pair())))


def test_tiles_say_what_the_sum_is_of():
    tiles = result_views.tiles(score(pair()))
    assert "<dd>200.0</dd><dd>of 200 · 1 of 10 subtasks</dd>" in tiles
    assert "<dd>–</dd><dd>not asked yet</dd>" in tiles
