import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmark.errors import UnknownNameError
from benchmark.official import load_official
from benchmark.parsing import Verdict
from benchmark.scoring import Response, Tally, score, whole_pairs
from benchmark.subtasks import SUBTASKS, Group, find_subtask, in_group, select

YES, NO = Verdict.YES, Verdict.NO


def answered(subtask: str, *images: tuple[str, str]) -> list[Response]:
    """Each image: what was said to its Yes question, and to its No question."""
    return [
        Response(subtask, f"{number}.png", place, f"q{place}", truth, said)
        for number, pair in enumerate(images)
        for place, (truth, said) in enumerate(zip((YES, NO), pair, strict=True), start=1)
    ]


def test_the_fourteen_subtasks_are_those_of_mme():
    assert len(SUBTASKS) == 14
    assert sum(subtask.images for subtask in SUBTASKS) == 1187
    assert sum(s.maximum for s in in_group(Group.PERCEPTION)) == 2000
    assert sum(s.maximum for s in in_group(Group.COGNITION)) == 800
    assert [s.name for s in select(["OCR", "count", "OCR"])] == ["count", "OCR"]


def test_lavin_scores_to_the_last_digit(mme_dir):
    recorded = load_official(mme_dir / "recorded" / "LaVIN")
    scores = score(recorded.responses)
    assert scores.perception == 963.6114445778312
    assert scores.cognition == 249.64285714285714
    assert scores.questions == 2374
    assert scores.subtasks["existence"].score == 185.0


def test_acc_and_acc_plus_by_hand():
    # right+right, right+wrong, wrong+wrong, other+right: 4 of 8 questions, 1 of 4 images
    responses = answered("color", ("Yes", "No"), ("yes", "yes"), ("no", "yes"), ("perhaps", "no."))
    color = score(responses).subtasks["color"]
    assert (color.acc, color.acc_plus, color.score) == (0.5, 0.25, 75.0)
    assert (color.images, color.questions, color.other, color.yes_rate) == (4, 8, 1, 0.5)


def test_always_yes_scores_500_and_200():
    responses = [r for s in SUBTASKS for r in answered(s.name, *[("Yes", "Yes")] * 3)]
    scores = score(responses)
    assert (scores.perception, scores.cognition, scores.yes_rate, scores.other) == (500, 200, 1.0, 0)


def test_sums_are_over_present_subtasks_only_and_say_so():
    scores = score(answered("count", ("yes", "no")) + answered("OCR", ("no", "no")))
    assert (scores.perception, scores.cognition) == (250.0, None)
    assert scores.present(Group.PERCEPTION) == 2
    assert scores.as_dict()["partial"] == ["perception", "cognition"]
    assert score([]).perception is None


def test_half_an_image_is_in_no_figure():
    responses = answered("scene", ("yes", "no"), ("yes", "no"))[:3]
    scores = score(responses)
    assert (scores.subtasks["scene"].images, scores.unpaired) == (1, 1)
    assert [pair[0].image for pair in whole_pairs(responses)] == ["0.png"]


def test_unknown_names_are_refused():
    with pytest.raises(UnknownNameError, match="unknown parser 'x'"):
        score([], "x")
    with pytest.raises(UnknownNameError, match=r"unknown subtask 'ocr'.*OCR"):
        find_subtask("ocr")
    with pytest.raises(UnknownNameError, match="unknown subtask 'ocr'"):
        score(answered("ocr", ("yes", "no")))


words = st.sampled_from(["yes", "no", "Yes.", "No", "none", "perhaps", "", " yes", "\tno"])
runs = st.dictionaries(
    st.sampled_from([s.name for s in SUBTASKS]), st.lists(st.tuples(words, words), min_size=1, max_size=6)
)


@settings(deadline=None)
@given(runs, st.randoms(use_true_random=False))
def test_scores_stay_in_bounds_and_ignore_the_order(run, rng):
    responses = [r for name, images in run.items() for r in answered(name, *images)]
    shuffled = rng.sample(responses, len(responses))
    scores = score(responses)
    assert score(shuffled) == scores
    for name, images in run.items():
        s = scores.subtasks[name]
        assert 0 <= s.acc_plus <= s.acc <= 1 and 0 <= s.score <= 200
        per_image = [  # 0, 50 or 200 points: none, one or both right
            (0, 50, 200)[sum(r.truth == said for r, said in zip(answered("OCR", i), _said(i), strict=True))]
            for i in images
        ]
        assert s.score == pytest.approx(sum(per_image) / len(per_image))


def _said(image):
    return [(s.yes and YES) or (Verdict.OTHER if s.other else NO) for s in map(_single, image)]


def _single(word):
    tally = Tally()
    tally.add(Response("OCR", "i", 1, "q", YES, word))
    tally.add(Response("OCR", "i", 2, "q", YES, word))
    return tally.scores().subtasks["OCR"]
