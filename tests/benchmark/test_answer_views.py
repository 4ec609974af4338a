from dataclasses import replace

import pytest
from test_result_views import EVIL, pair

from benchmark import answer_views
from benchmark.audits import confusion, disagreements
from benchmark.following import instruction_following
from benchmark.records import FULL_ANSWER, VERDICT_FIXED, ModelRecord, RunSettings, SuiteRecord

RESPONSES = [
    *pair("OCR", ("Yes, it is", "nope"), "a.png"),
    *pair("OCR", ("The answer is yes", f"no {EVIL}"), "b.png"),
    *pair("count", ("yes", "yes"), "c.png"),
]


def test_the_tiles_say_how_it_answers():
    tiles = answer_views.answer_tiles(instruction_following(RESPONSES), 0.5, 2)
    assert "<dd>50 %</dd><dd>half would be balanced</dd>" in tiles
    assert "<dd>2</dd><dd>of 6 answers, by the three tools</dd>" in tiles


def test_the_confusion_counts_stand_under_what_was_true():
    table = answer_views.confusion_table(confusion(RESPONSES))
    count = table[table.index("Count") : table.index("OCR")]
    assert [part.split("</td>")[0] for part in count.split('">')[1:]][:6] == ["1", "0", "0", "1", "0", "0"]
    assert "All together" in table


def test_answers_read_differently_are_shown_with_each_verdict_and_escaped():
    rows = disagreements(RESPONSES)
    shown = answer_views.disagreement_table(rows)
    assert "The answer is yes" in shown and "VLMEvalKit: <b>yes</b>" in shown and "lmms-eval: <b>unclear</b>" in shown
    assert "<script>" not in shown
    assert "read every answer the same way" in answer_views.disagreement_table(rows.head(0))


def test_a_long_list_of_disagreements_is_cut_and_says_so():
    many = [r for n in range(60) for r in pair("OCR", ("The answer is yes", "no"), f"{n}.png")]
    shown = answer_views.disagreement_table(disagreements(many))
    assert shown.count("bench-qa") == answer_views.ROWS_SHOWN and "The first 40 of 60." in shown


def test_the_following_table_has_a_row_for_each_subtask():
    table = answer_views.following_table(instruction_following(RESPONSES))
    assert [name in table for name in ("Count", "OCR", "All together", "Scene")] == [True, True, True, False]


@pytest.mark.parametrize(
    ("stop", "recorded", "told"),
    [(VERDICT_FIXED, False, True), (FULL_ANSWER, False, False), (VERDICT_FIXED, True, False)],
)
def test_answers_that_were_cut_short_are_told(stop, recorded, told):
    suite = SuiteRecord("embedded", "embedded", "f" * 64, False, {"OCR": 2})
    settings = RunSettings(ModelRecord("m", "M"), suite, ("OCR",))
    note = answer_views.cut_note(replace(settings, stop=stop, recorded=recorded))
    assert ("ended each answer" in note) is told
