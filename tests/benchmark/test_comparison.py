import json
import math
from dataclasses import replace

import numpy as np
import pytest
from answered import drawn, image, of_points
from hypothesis import given, settings
from hypothesis import strategies as st
from small_suites import NOW

from benchmark.comparison import change_interval, compare, compare_runs
from benchmark.errors import ComparisonError, UnknownNameError
from benchmark.official import load_official
from benchmark.parsing import Parser, Verdict
from benchmark.permutation import holm, paired_p, unpaired_p
from benchmark.records import ModelRecord, RunSettings, SuiteRecord
from benchmark.results import RunFolder
from benchmark.scoring import score

points = st.lists(st.sampled_from([0, 50, 200]), min_size=1, max_size=12)
both_runs = st.dictionaries(
    st.sampled_from(["count", "OCR", "scene", "code_reasoning"]),
    st.lists(st.tuples(*[st.sampled_from([0, 50, 200])] * 2), min_size=1, max_size=9),
    min_size=1,
)


def runs_of(drawn_points, which):
    return [r for name, both in drawn_points.items() for r in of_points(name, [pair[which] for pair in both])]


def test_a_change_by_hand():
    # OCR: +150, 0, -50, +200; count: no change
    before = of_points("OCR", [50, 200, 50, 0]) + of_points("count", [200, 0])
    after = of_points("OCR", [200, 200, 0, 200]) + of_points("count", [200, 0])
    found = compare(before, after)
    assert [row.name for row in found.rows] == ["count", "OCR", "perception"]
    ocr, perception = found.row("OCR"), found.row("perception")
    assert (ocr.before, ocr.after, ocr.difference, ocr.images, ocr.changed) == (75, 150, 75, 4, 3)
    assert ocr.error == pytest.approx(math.sqrt((75**2 + 75**2 + 125**2 + 125**2) / 3 / 4))
    # sums of the signed 150, 50 and 200 that reach 300 either way: 4 of 8 patterns (400, 300, -300, -400)
    assert ocr.p == 0.5
    assert (found.row("count").p, found.row("count").error, ocr.holm) == (1, 0, 1)
    assert (perception.difference, perception.error, perception.p, perception.holm) == (75, ocr.error, 0.5, None)
    assert (perception.before, perception.after, perception.images, perception.changed) == (175, 250, 6, 3)
    # as if two more images had changed by 150, one each way
    mean, variance = 300 / 6, (65_000 + 45_000) / 6 - 50**2
    assert ocr.high == pytest.approx(mean + 1.959964 * math.sqrt(variance / 6), abs=1e-3)
    assert (found.shared, found.note, found.row("scene")) == (6, "", None)


def test_which_answers_flipped():
    before = image("OCR", "a.png", "Yes", "Yes") + image("OCR", "b.png", "perhaps", "No")
    after = image("OCR", "b.png", "no", "no") + image("OCR", "a.png", "Yes", "No.", swapped=True)
    found = compare(before, after)
    gained, lost = found.flips
    assert (gained.image, gained.question, gained.truth) == ("a.png", "Is it not?", Verdict.NO)
    assert (gained.before, gained.after, gained.gained, gained.lost) == (Verdict.YES, Verdict.NO, True, False)
    assert (lost.before, lost.after, lost.gained, lost.lost) == (Verdict.OTHER, Verdict.NO, False, False)
    assert found.flip_table().loc[0].to_dict() == {
        "subtask": "OCR",
        "image": "a.png",
        "question": "Is it not?",
        "truth": "no",
        "before": "yes",
        "after": "no",
        "said_before": "Yes",
        "said_after": "No.",
    }
    assert json.loads(json.dumps(found.as_dict()))["rows"][0]["changed"] == 1


def test_the_parser_decides():
    before, after = image("OCR", "a.png", "The answer is yes", "No"), image("OCR", "a.png", "yes", "No")
    assert len(compare(before, after).flips) == 1
    assert compare(before, after, "vlmevalkit").flips == ()
    with pytest.raises(UnknownNameError, match="unknown parser 'mine'"):
        compare(before, after, "mine")


def test_parts_are_compared_on_what_they_share_and_say_so():
    found = compare(of_points("OCR", [200] * 3), of_points("OCR", [50] * 4, first=2)[:-1])
    assert (found.shared, found.only_a, found.only_b) == (1, 2, 2)
    assert found.note == (
        "compared on the pictures that both runs answered (1); 2 only in run A and 2 only in run B left out"
    )
    (ocr, _) = found.rows
    assert (ocr.difference, ocr.error, ocr.p) == (-150, None, 1)  # one image proves nothing


def test_what_cannot_be_compared_is_refused():
    run = of_points("OCR", [200, 50])
    with pytest.raises(ComparisonError, match=r"share no picture \(run A has 2 .*, run B 0\)"):
        compare(run, [])
    with pytest.raises(ComparisonError, match="share no picture"):
        compare(run, of_points("count", [200, 50]))
    other = [replace(r, question="Is this a dog?") for r in run]
    with pytest.raises(ComparisonError, match=r"different questions about OCR/000\.png: 'Is it not\?' and 'Is this"):
        compare(run, other)
    assert compare(run, [replace(r, question="IS IT?" if r.number == 1 else "is it  not") for r in run]).flips == ()


def test_runs_on_different_suites_are_refused(tmp_path):
    def run(name, fingerprint, is_mme=False, recorded=False):
        suite = SuiteRecord(name, "", fingerprint * 20, is_mme, {"OCR": 1})
        made = RunFolder.create(
            tmp_path / f"{name}{recorded}",
            RunSettings(ModelRecord("m", "M"), suite, ("OCR",), recorded=recorded),
            NOW,
        )
        with made.writing():
            made.append(of_points("OCR", [50]))
        return made

    one, other, recorded = run("one", "a"), run("other", "b"), run("elsewhere", "c", recorded=True)
    with pytest.raises(ComparisonError, match=r"run A was asked on one \(aaaaaaaaaaaa\), run B on other \(b+\); only"):
        compare_runs(one, other)
    assert compare_runs(one, one).row("OCR").p == 1
    assert compare_runs(one, recorded).shared == 1  # its questions are the same
    assert compare_runs(run("hub", "d", is_mme=True), run("release", "e", is_mme=True)).shared == 1


def test_lavin_against_always_yes(mme_dir):
    recorded = load_official(mme_dir / "recorded" / "LaVIN").responses
    same = compare(recorded, recorded)
    assert {row.p for row in same.rows} == {1} and same.flips == () and same.shared == 1187
    found = compare([replace(r, response="Yes") for r in recorded], recorded)
    assert found.row("perception").difference == pytest.approx(463.6114, abs=1e-4)
    assert found.row("cognition").difference == pytest.approx(49.6429, abs=1e-4)
    assert found.row("perception").p < 0.001 and found.row("existence").holm < 0.001
    assert found.row("perception").low > 380


@settings(deadline=None, max_examples=40)
@given(both_runs)
def test_comparing_the_other_way_round_turns_every_sign(drawn_points):
    a, b = runs_of(drawn_points, 0), runs_of(drawn_points, 1)
    there, back = compare(a, b), compare(b, a)
    for one, other in zip(there.rows, back.rows, strict=True):
        assert (one.difference, one.p, one.holm, one.error) == pytest.approx(
            (-other.difference, other.p, other.holm, other.error)
        )
        assert (one.low, one.high) == (pytest.approx(-other.high), pytest.approx(-other.low))
        assert one.low <= one.difference <= one.high and 0 < one.p <= 1
    assert [(f.before, f.after) for f in there.flips] == [(f.after, f.before) for f in back.flips]
    scores = score(b).subtasks
    assert all(row.after == pytest.approx(scores[row.name].score) for row in there.rows if row.name in scores)


@settings(deadline=None, max_examples=40)
@given(both_runs)
def test_a_run_against_itself_differs_in_nothing(drawn_points):
    run = runs_of(drawn_points, 0)
    for row in compare(run, run, Parser.LMMS_EVAL).rows:
        assert (row.difference, row.p, row.changed) == (0, 1, 0)
        assert row.error in (0, None) and row.low < 0 < row.high


@given(st.lists(st.sampled_from([-200, -150, -50, 0, 50, 150, 200]), min_size=1, max_size=11))
def test_one_subtask_is_exact(changes):
    changes = np.array(changes)
    patterns = np.array(np.meshgrid(*[[-1, 1]] * len(changes))).reshape(len(changes), -1)
    expected = np.mean(np.abs(patterns.T @ changes) >= abs(changes.sum()))
    rng = np.random.default_rng(0)
    assert paired_p([changes], rng, 10) == pytest.approx(expected)
    assert paired_p([changes, np.zeros(3, dtype=int)], rng, 2**11) == pytest.approx(expected)


def test_random_draws_agree_with_the_exact_test():
    rng = np.random.default_rng(5)
    changes = rng.choice([-150, 0, 150, 200], size=60, p=[0.2, 0.5, 0.2, 0.1])
    exact = paired_p([changes], rng, 1)
    drawn_p = paired_p([changes, np.zeros(1, dtype=int)], rng, 40_000)
    assert 0.01 < exact < 0.5 and drawn_p == pytest.approx(exact, abs=0.01)


def test_p_is_uniform_when_nothing_differs():
    rng = np.random.default_rng(7)
    sizes = (30, 147, 20)
    found = np.array(
        [
            paired_p([rng.choice([-200, -150, -50, 0, 50, 150, 200], size=n) for n in sizes], rng, 400)
            for _ in range(1000)
        ]
    )
    for level in (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9):
        assert np.mean(found <= level) == pytest.approx(level, abs=0.04)
    small = np.array([paired_p([rng.choice([-150, 0, 0, 150], size=20)], rng, 1) for _ in range(1000)])
    assert all(np.mean(small <= level) <= level + 0.02 for level in (0.01, 0.05, 0.1, 0.25, 0.5))


def test_a_real_difference_is_found():
    rng = np.random.default_rng(9)
    weak, strong = drawn(rng, "scene", 200, (0.2, 0.3, 0.5)), drawn(rng, "scene", 200, (0.1, 0.2, 0.7))
    (scene, _) = compare(weak, strong, rng=rng).rows
    assert scene.p < 0.01 and scene.low > 0


@pytest.mark.parametrize("images", [20, 70, 200])
@pytest.mark.parametrize("rate", [0.01, 0.03, 0.1, 0.3])
def test_intervals_of_a_change_cover_it(rate, images):
    """Answers turn right or wrong by chance; the true change is known from the chances."""
    rng, values = np.random.default_rng(11), np.array([0, 50, 200])
    start = np.array([0.1, 0.3, 0.6])
    moves = np.array([[1 - rate, rate, 0], [2 * rate, 1 - 3 * rate, rate], [0, 2 * rate, 1 - 2 * rate]])
    truth = float(start @ moves @ values - start @ values)
    kinds = (values[None, :] - values[:, None]).ravel()
    drawn_kinds = rng.multinomial(images, (start[:, None] * moves).ravel(), size=1000)
    limits = np.array([change_interval(np.repeat(kinds, counts)) for counts in drawn_kinds])
    assert np.mean((limits[:, 0] <= truth) & (truth <= limits[:, 1])) >= 0.94


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=14))
def test_holm_keeps_the_order_and_corrects_upwards(p_values):
    found = holm(p_values)
    assert all(p <= corrected <= 1 for p, corrected in zip(p_values, found, strict=True))
    assert max(found) >= max(p_values) and min(found) == pytest.approx(min(1, len(p_values) * min(p_values)))


def test_unpaired_by_hand():
    rng = np.random.default_rng(3)
    # 2 of 2 against 0 of 2: of the 6 ways to deal, one gives this and one the opposite
    assert unpaired_p([np.array([0, 0, 2])], [np.array([2, 0, 0])], rng, 20_000) == pytest.approx(1 / 3, abs=0.02)
    assert unpaired_p([np.array([1, 1, 2])], [np.array([2, 2, 4])], rng, 500) == 1
