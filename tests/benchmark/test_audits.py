from collections import Counter

import numpy as np
import pytest
from answered import drawn, image, of_points
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmark.audits import always, blank_audit, confusion, disagreements, fresh_suite_audit, order_consistency
from benchmark.data import ImagePair, Question, open_suite
from benchmark.errors import ComparisonError
from benchmark.official import load_official
from benchmark.parsing import Verdict
from benchmark.scoring import score
from benchmark.subtasks import find_subtask


def official_pairs(folder):
    """The published questions, without their pictures."""
    for path in sorted(folder.glob("*.txt")):
        lines = [line.split("\t") for line in path.read_text(encoding="utf-8-sig").splitlines()]
        for (name, *first), (_, *second) in zip(lines[::2], lines[1::2], strict=True):
            questions = (
                Question(n, q, Verdict(a.strip().lower())) for n, (q, a) in enumerate((first, second), start=1)
            )
            yield ImagePair(find_subtask(path.stem), name, tuple(questions), None, None)


@pytest.mark.parametrize("said", [Verdict.YES, Verdict.NO])
def test_always_the_same_scores_500_and_200_on_mme(mme_dir, said):
    found = always(official_pairs(mme_dir / "questions"), said)
    assert (found.perception, found.cognition, found.questions) == (500, 200, 2374)
    assert found.yes_rate == (said is Verdict.YES)


@pytest.mark.parametrize(("said", "points"), [(Verdict.YES, 50), (Verdict.NO, 50), (Verdict.OTHER, 0)])
def test_always_the_same_on_any_suite(parquet, said, points):
    found = always(open_suite(parquet).pairs, said, "vlmevalkit")
    assert {name: s.score for name, s in found.subtasks.items()} == dict.fromkeys(
        ["existence", "OCR", "code_reasoning"], points
    )


def test_confusion_by_hand():
    answers = (
        image("OCR", "a", "yes", "yes") + image("OCR", "b", "no", "perhaps") + image("count", "c", "yes", "no")[:1]
    )
    found = confusion(answers).set_index("name")
    assert found.loc["OCR"].to_dict() == {
        "answers": 4,
        "yes_when_yes": 1,
        "no_when_yes": 1,
        "other_when_yes": 0,
        "yes_when_no": 1,
        "no_when_no": 0,
        "other_when_no": 1,
        "yes_rate": 0.5,
        "no_rate": 0.25,
        "other_rate": 0.25,
    }
    assert list(found.index) == ["count", "OCR", "all"]
    assert (found.loc["all", "answers"], found.loc["all", "yes_rate"]) == (5, 0.6)
    assert confusion([]).empty and "other_rate" in confusion([])


def test_confusion_agrees_with_the_scores_of_lavin(mme_dir):
    answers = load_official(mme_dir / "recorded" / "LaVIN").responses
    found, scores = confusion(answers).set_index("name"), score(answers)
    for name, s in scores.subtasks.items():
        assert found.loc[name, "yes_when_yes"] + found.loc[name, "no_when_no"] == s.correct
        assert found.loc[name, "yes_rate"] == s.yes_rate
    assert found.loc["all", "yes_rate"] == scores.yes_rate


def test_rows_on_which_the_parsers_disagree():
    answers = image("OCR", "a", "Yes", "The answer is no") + image("OCR", "b", "nope", "No")
    found = disagreements(answers)
    assert found[["image", "number", "truth", "response", "official", "lmms-eval", "vlmevalkit"]].values.tolist() == [
        ["a", 2, "no", "The answer is no", "other", "other", "no"],
        ["b", 1, "yes", "nope", "no", "no", "other"],
    ]
    assert disagreements(image("OCR", "a", "Yes", "No")).empty


def test_answers_that_depend_on_the_order():
    plain = image("OCR", "a", "yes", "no") + image("OCR", "b", "yes", "yes") + image("count", "c", "no", "no")
    swapped = (
        image("OCR", "a", "yes", "no.", swapped=True)
        + image("OCR", "b", "no", "yes", swapped=True)
        + image("count", "c", "no", "no", swapped=True)
    )
    found = order_consistency(plain, swapped)
    assert found.table()[["name", "answers", "same"]].values.tolist() == [["count", 2, 2], ["OCR", 4, 3], ["all", 6, 5]]
    (flip,) = found.flips
    assert (flip.image, flip.before, flip.after, flip.lost) == ("b", Verdict.YES, Verdict.NO, True)
    with pytest.raises(ComparisonError, match="about count/c in the same order; give a run with the order swapped"):
        order_consistency(plain, plain)


def test_what_the_pictures_add():
    seen = of_points("OCR", [200, 200, 50, 200]) + of_points("count", [200], first=7)
    blank = of_points("OCR", [50, 200, 50, 50])
    found = blank_audit(seen, blank)
    row = found.table().set_index("name").loc["OCR"]
    assert (row.seen, row.blank, row.added, row.same_answers) == (162.5, 87.5, 75, 0.75)
    assert row.low < 75 < row.high and row.p == 0.5
    assert (found.seen["OCR"].value, found.blank["OCR"].value) == (162.5, 87.5)
    assert "count" not in found.seen and found.comparison.only_b == 1
    assert found.table().set_index("name").loc["perception", "same_answers"] == 0.75


def test_a_model_that_looks_away_gains_nothing_from_pictures():
    run = of_points("OCR", [50] * 20)
    row = blank_audit(run, run).table().loc[0]
    assert (row.added, row.p, row.same_answers) == (0, 1, 1)


def test_a_model_that_knows_the_shipped_suite_is_seen():
    rng = np.random.default_rng(4)
    shipped = drawn(rng, "OCR", 40, (0.0, 0.1, 0.9)) + drawn(rng, "code_reasoning", 40, (0.2, 0.4, 0.4))
    fresh = drawn(rng, "OCR", 60, (0.3, 0.4, 0.3)) + drawn(rng, "code_reasoning", 60, (0.2, 0.4, 0.4))
    found = fresh_suite_audit(shipped, fresh).set_index("name")
    assert list(found.index) == ["OCR", "code_reasoning", "perception", "cognition"]
    ocr, code = found.loc["OCR"], found.loc["code_reasoning"]
    assert ocr.p < 0.001 and ocr.low > 50 and (ocr.images_shipped, ocr.images_fresh) == (40, 60)
    assert code.p > 0.05 and code.low < 0 < code.high
    assert found.loc["perception", "difference"] == ocr.difference == pytest.approx(ocr.shipped - ocr.fresh)


def test_two_suites_without_a_common_subtask_are_refused():
    with pytest.raises(ComparisonError, match=r"share no subtask \(OCR and count\)"):
        fresh_suite_audit(of_points("OCR", [50]), of_points("count", [50]))
    with pytest.raises(ComparisonError, match="share no picture"):
        blank_audit(of_points("OCR", [50]), of_points("count", [50]))


def test_unpaired_intervals_cover_and_p_is_uniform_when_both_suites_are_alike():
    rng, chances, simulations = np.random.default_rng(6), (0.1, 0.2, 0.7), 100
    covered, found = Counter(), []
    for _ in range(simulations):
        runs = [drawn(rng, "count", 30, chances) + drawn(rng, "OCR", 20, chances) for _ in range(2)]
        table = fresh_suite_audit(*runs, rng=rng, permutations=200)
        for row in table.itertuples():
            covered[row.name] += row.low <= 0 <= row.high
        found.append(table.p.iloc[-1])
    assert min(covered.values()) / simulations >= 0.92
    for level in (0.1, 0.5, 0.9):
        assert np.mean(np.array(found) <= level) == pytest.approx(level, abs=0.1)


said = st.sampled_from(["yes", "No", "perhaps", "The answer is yes", "y", ""])


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(["OCR", "count"]), said, said), min_size=1, max_size=10))
def test_counts_add_up(answers):
    run = [r for n, (name, yes, no) in enumerate(answers) for r in image(name, str(n), yes, no)]
    swapped = [r for n, (name, yes, no) in enumerate(answers) for r in image(name, str(n), yes, no, swapped=True)]
    table = confusion(run)
    assert (table.filter(like="_when_").sum(axis=1) == table.answers).all()
    assert table.filter(like="_rate").sum(axis=1).to_numpy() == pytest.approx(1)
    assert table.answers.iloc[-1] == len(run)
    consistency = order_consistency(run, swapped)
    assert consistency.same == consistency.answers and consistency.flips == ()
