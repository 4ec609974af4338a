import html
import re

import pytest
from answered import image, of_points
from test_compare_views import row
from test_result_views import EVIL

from benchmark import audit_views, compare_views
from benchmark.audits import always_said, blank_audit, fresh_suite_audit, order_consistency
from benchmark.parsing import Verdict
from benchmark.scoring import score


@pytest.fixture(scope="module")
def looked():
    """OCR: 175 points seen and 50 gray on two pictures; cognition: one picture, the same without seeing."""
    seen = of_points("OCR", [200, 200, 200, 50]) + of_points("code_reasoning", [50])
    return blank_audit(seen, of_points("OCR", [50, 50, 50, 50]) + of_points("code_reasoning", [50]))


def test_always_the_same_by_hand():
    run = of_points("OCR", [200, 0])
    found = always_said(run, Verdict.YES)
    assert (found.subtasks["OCR"].score, found.yes_rate) == (50, 1)
    assert score(run).subtasks["OCR"].score == 100  # the run itself is as it was


def test_totals_side_by_side():
    run = of_points("OCR", [200, 0])
    table = audit_views.baselines({EVIL: score(run), "always yes": always_said(run, Verdict.YES)})
    assert "Perception <small>of 200</small>" in table and "Cognition" not in table  # none of it was asked
    assert table.index("<b>100.0</b>") < table.index("always yes") < table.index("<b>50.0</b>")
    assert '<i style="width:50.0%">' in table and '<i style="width:25.0%">' in table and "<script>" not in table


def test_a_total_that_another_lacks_stays_empty():
    table = audit_views.baselines({"run": score(of_points("OCR", [200])), "less": score([])})
    assert table.endswith('<tr><th scope="row">less</th><td>–</td></tr></tbody></table>')


def test_what_seeing_adds_in_sentences(looked):
    text = audit_views.blank_summary(looked)
    assert "<b>Perception</b>: 50.0 points without the pictures, 162.5 with them. Seeing adds <b>+112.5</b>" in text
    assert (
        "<b>Cognition</b>: 50.0 points without" in text
        and "(one picture only): the same points on every picture." in text
    )
    assert "7 of 10 answers were the same with and without the picture." in text
    assert "5 pictures, compared one by one.</p>" in text


def test_pictures_that_only_one_run_was_asked_are_told():
    both = of_points("OCR", [200])
    text = audit_views.blank_summary(blank_audit(both + of_points("OCR", [50, 50], first=5), both))
    assert "1 picture, compared one by one. Left out: 2 asked only as they are.</p>" in text
    text = audit_views.blank_summary(blank_audit(both, both + of_points("OCR", [50], first=5)))
    assert "Left out: 1 asked only with gray.</p>" in text


def test_the_table_of_seeing_has_totals_first(looked):
    table = audit_views.blank_table(looked)
    assert table.index(">Perception<") < table.index(">Cognition<") < table.index(">OCR<")
    assert "62 % same answers" in table and "100 % same answers" in table
    assert table.count("class=bench-total") == 2 and "<b>+112.5</b>" in table


@pytest.mark.parametrize(
    ("found", "tone", "words"),
    [
        (row(p=0.01), "bench-up", "-2.0 to +18.0"),
        (row(p=0.01, difference=-8.0), "bench-down", "-18.0 to +2.0"),
        (row(p=0.01, holm=0.2, name="OCR"), '"bench-change "', "could be chance"),
        (row(p=0.01, changed=0), '"bench-change "', "the same points on every picture"),
    ],
)
def test_a_change_is_coloured_only_when_it_is_unlikely_to_be_chance(found, tone, words):
    cell = compare_views.change_cell(found)
    assert tone in cell and words in cell


def test_a_total_of_single_pictures_has_its_range():
    (ocr, count, perception) = blank_audit(
        of_points("OCR", [200]) + of_points("count", [200]), of_points("OCR", [50]) + of_points("count", [200])
    ).comparison.rows
    assert {compare_views.range_words(ocr), compare_views.range_words(count)} == {"one picture only"}
    assert perception.error is None and " to +" in compare_views.range_words(perception)


def test_a_suite_that_is_known_is_seen():
    shipped = of_points("OCR", [200] * 30) + of_points("count", [50] * 30)
    found = fresh_suite_audit(shipped, of_points("OCR", [0] * 20 + [50] * 10) + of_points("count", [50] * 30))
    assert "better at perception than on fresh ones" in audit_views.fresh_summary(found)
    table = audit_views.fresh_table(found)
    assert table.index(">Perception<") < table.index(">OCR<") and "30 and 30 pictures" in table
    assert table.count("bench-up") == 2 and table.count("unlikely to be chance") == 2 and "<b>+183.3</b>" in table


def test_a_suite_that_is_not_known_is_no_alarm():
    run = of_points("OCR", [200, 50, 0, 50])
    for fresh in (run, of_points("OCR", [200] * 40)):  # as good, and far better on fresh ones
        assert audit_views.fresh_summary(fresh_suite_audit(run, fresh)).startswith("<p>No sign that it knows")
    assert "one picture only" in audit_views.fresh_table(fresh_suite_audit(run, of_points("OCR", [50])))


def test_a_subtask_of_fresh_pictures_is_judged_by_its_corrected_p():
    subtasks = ("OCR", "count", "color", "scene")
    shipped = [r for name in subtasks for r in of_points(name, [200] * 4 if name == "OCR" else [50] * 4)]
    found = fresh_suite_audit(shipped, [r for name in subtasks for r in of_points(name, [50] * 4)]).set_index("name")
    assert found.loc["OCR", "p"] < 0.05 < found.loc["OCR", "holm"] == pytest.approx(4 * found.loc["OCR", "p"])
    assert found["holm"].isna()["perception"] and found.loc["count", "holm"] == 1
    table = audit_views.fresh_table(found.reset_index())
    assert table[table.index(">OCR<") :].count("unlikely") == 0


def test_the_order_of_the_questions():
    plain = image("OCR", "a", "yes", "no") + image("OCR", "b", "yes", "no")
    swapped = image("OCR", "a", "yes", "no", swapped=True) + image("OCR", "b", "no", "no", swapped=True)
    text = audit_views.order_text(order_consistency(plain, swapped))
    assert "Checked here: 3 of 4 answers stayed the same." in text
    assert "Checked" not in audit_views.order_text(None) and "cannot change an answer" in audit_views.order_text(None)


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (("scout-3m", "none", "embedded", "runs/a"), "--model scout-3m --suite embedded --out runs/a"),
        (
            ("scout-3m", "int8", "my suite", "FOLDER", 4),
            "--model scout-3m --suite 'my suite' --quantization int8 --kinds blank,swapped --images 4 --out FOLDER",
        ),
    ],
)
def test_the_command_can_be_copied(arguments, command):
    shown = re.search(r'<pre class="bench-code">(.*)</pre>', audit_views.command_text(*arguments)).group(1)
    assert html.unescape(shown) == f"python -m benchmark audit {command}"


def test_a_command_for_a_suite_with_a_bad_name_runs_nothing_else():
    text = audit_views.command_text("m", "", "x; ls / <b>", "FOLDER")
    assert "<b>" not in text
    assert "&#x27;x; ls / &lt;b&gt;&#x27;" in text
