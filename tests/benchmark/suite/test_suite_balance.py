"""What the question texts alone give away: nothing."""

from collections import Counter, defaultdict

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.subtasks import SUBTASK_NAMES
from benchmark.suite import build
from benchmark.suite.items import deranged

SHAPES = build.SHAPE_SUBTASKS


@pytest.fixture(scope="module")
def rows() -> list[dict]:
    columns = ["question_id", "question", "answer", "category"]
    return pq.read_table(build.SHIPPED_FOLDER / build.PARQUET_NAME, columns=columns).to_pylist()


def of(rows: list[dict], subtask: str) -> list[dict]:
    return [row for row in rows if row["category"] == subtask]


@pytest.mark.parametrize("subtask", [name for name in SUBTASK_NAMES if name not in SHAPES])
def test_each_text_is_as_often_true_as_false(rows, subtask):
    # So that any rule from question text to answer is right in exactly half of the questions.
    true, false = (
        Counter(row["question"] for row in of(rows, subtask) if row["answer"] == answer) for answer in ("Yes", "No")
    )
    assert true == false


@pytest.mark.parametrize("subtask", SHAPES)
def test_the_best_rule_from_text_to_answer_gains_little_on_shapes(rows, subtask):
    # The rule that knows each text's majority in this very suite: an upper bound on what texts give away.
    answers = defaultdict(Counter)
    for row in of(rows, subtask):
        answers[row["question"]][row["answer"]] += 1
    repeated = [counter for counter in answers.values() if counter.total() > 1]
    right = sum(max(counter.values()) for counter in repeated) / sum(counter.total() for counter in repeated)
    assert right <= 0.62


@pytest.mark.parametrize("subtask", SUBTASK_NAMES)
def test_length_and_order_give_nothing_away(rows, subtask):
    part = of(rows, subtask)
    first = sum(row["answer"] == "Yes" for row in part[::2]) / (len(part) / 2)
    assert first == 0.5
    pairs = list(zip(part[::2], part[1::2], strict=True))
    longer = [
        max(pair, key=lambda row: len(row["question"]))["answer"]
        for pair in pairs
        if len(pair[0]["question"]) != len(pair[1]["question"])
    ]
    if len(longer) >= 10:
        share = longer.count("Yes") / len(longer)
        assert abs(share - 0.5) <= 2 * 0.5 / np.sqrt(len(longer)), f"the longer question is Yes in {share:.0%}"


@pytest.mark.parametrize("subtask", SUBTASK_NAMES)
def test_first_and_last_words_give_nothing_away(rows, subtask):
    for word in (lambda text: text.split()[0], lambda text: text.removesuffix(" Please answer yes or no.").split()[-1]):
        seen = defaultdict(Counter)
        for row in of(rows, subtask):
            seen[word(row["question"])][row["answer"]] += 1
        for value, counter in seen.items():
            total = counter.total()
            if total >= 8:
                assert abs(counter["Yes"] / total - 0.5) <= 2 * 0.5 / np.sqrt(total), f"{value}: {dict(counter)}"


@given(st.lists(st.sampled_from("abcdefg"), min_size=2, max_size=30), st.integers(0, 2**32 - 1))
def test_deranged_values_are_the_same_values_elsewhere(values, seed):
    rng = np.random.default_rng(seed)
    if 2 * max(Counter(values).values()) > len(values):
        with pytest.raises(ValueError, match="no derangement"):
            deranged(rng, values)
        return
    wrong = deranged(rng, values)
    assert Counter(wrong) == Counter(values)
    assert all(a != b for a, b in zip(wrong, values, strict=True))
