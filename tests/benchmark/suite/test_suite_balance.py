"""What the question texts alone give away: nothing. A model that sees nothing gets half of them."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.levels import MANIFEST, PictureKind
from benchmark.subtasks import SUBTASK_NAMES
from benchmark.suite import build
from benchmark.suite.items import deranged
from benchmark.suite.makers import MAKERS
from benchmark.suite.plan import SHAPE_SUBTASKS as SHAPES
from benchmark.suite.plan import parts_of

Rows = list[dict]
PARTS = [(subtask, part.kind.value, part.level) for subtask in SUBTASK_NAMES for part in parts_of(subtask)]
"""Each subtask by its drawn levels, and its photographs."""
TWINNED = [part for part in PARTS if part[0] not in SHAPES or part[1:] != (PictureKind.DRAWN, 1)]
"""The parts in which every text is exactly as often true as false: all but the easy shapes."""


@pytest.fixture(scope="module")
def rows() -> Rows:
    columns = ["question_id", "question", "answer", "category"]
    return pq.read_table(build.SHIPPED_FOLDER / build.PARQUET_NAME, columns=columns).to_pylist()


@pytest.fixture(scope="module")
def facts() -> dict[str, dict]:
    manifest = json.loads((build.SHIPPED_FOLDER / MANIFEST).read_text(encoding="utf-8"))
    return {entry["file"]: entry for entry in manifest["pictures"]}


@pytest.fixture
def part(request, rows, facts) -> Rows:
    """The rows of a part, given as (subtask, kind, level)."""
    subtask, kind, level = request.param
    found = [row for row in of(rows, subtask) if facts[row["question_id"]]["kind"] == kind]
    return [row for row in found if level is None or facts[row["question_id"]]["level"] == level]


def of(rows: Rows, subtask: str) -> Rows:
    return [row for row in rows if row["category"] == subtask]


def words(text: str) -> list[str]:
    return text.removesuffix(" Please answer yes or no.").removesuffix("?").lower().split()


def near_half(right: float, of: int, errors: float = 2) -> bool:
    return abs(right / of - 0.5) <= errors * 0.5 / np.sqrt(of)


@pytest.mark.parametrize("part", TWINNED, indirect=True, ids=str)
def test_each_text_is_as_often_true_as_false(part):
    # So that any rule from question text to answer, by words or length or anything, is right in exactly half.
    true, false = (Counter(row["question"] for row in part if row["answer"] == answer) for answer in ("Yes", "No"))
    assert part and true == false


@pytest.mark.parametrize("subtask", SHAPES)
def test_the_best_rule_from_text_to_answer_gains_little_on_shapes(rows, subtask):
    # The rule that knows each text's majority in this very suite: an upper bound on what texts give away.
    answers = defaultdict(Counter)
    for row in of(rows, subtask):
        answers[row["question"]][row["answer"]] += 1
    repeated = [counter for counter in answers.values() if counter.total() > 1]
    right = sum(max(counter.values()) for counter in repeated) / sum(counter.total() for counter in repeated)
    assert right <= 0.62


@pytest.mark.parametrize("part", PARTS, indirect=True, ids=str)
def test_length_and_order_give_nothing_away(part):
    pairs = list(zip(part[::2], part[1::2], strict=True))
    assert all(first["question_id"] == second["question_id"] for first, second in pairs)
    assert sum(first["answer"] == "Yes" for first, _ in pairs) == len(pairs) / 2
    for measure in (len, lambda text: len(text.split())):
        longer = [
            max(pair, key=lambda row: measure(row["question"]))["answer"]
            for pair in pairs
            if measure(pair[0]["question"]) != measure(pair[1]["question"])
        ]
        if len(longer) >= 10:
            assert near_half(longer.count("Yes"), len(longer)), f"the longer one is Yes in {longer.count('Yes')}"


@pytest.mark.parametrize("part", PARTS, indirect=True, ids=str)
def test_no_word_gives_an_answer_away(part):
    seen: dict[str, Counter] = defaultdict(Counter)
    ends: dict[str, Counter] = defaultdict(Counter)
    for row in part:
        told = words(row["question"])
        for word in BagOfWords.features(row["question"]):
            seen[word][row["answer"]] += 1
        for word in {f"{told[0]} ...", f"... {told[-1]}"}:
            ends[word][row["answer"]] += 1
    for counters, errors in ((ends, 2), (seen, 3)):  # of very many words a few stray further by chance
        for word, counter in counters.items():
            if counter.total() >= 8:
                assert near_half(counter["Yes"], counter.total(), errors), f"{word}: {dict(counter)}"


class BagOfWords:
    """Naive Bayes on the words and pairs of words of a question: what a blind model could learn from labels."""

    def __init__(self) -> None:
        self.seen: dict[str, Counter[str]] = {"Yes": Counter(), "No": Counter()}
        self.questions: Counter[str] = Counter()

    @staticmethod
    def features(text: str) -> set[str]:
        told = words(text)
        return {*told, *map(" ".join, pairwise(told))}

    def learn(self, rows: Iterable[dict], times: int = 1) -> None:
        """Count the questions in, or with `times` -1 out again."""
        for row in rows:
            self.questions[row["answer"]] += times
            for feature in self.features(row["question"]):
                self.seen[row["answer"]][feature] += times

    def right(self, rows: Iterable[dict]) -> float:
        """How many it answers right; one that it cannot decide counts half."""
        return sum(self._right(self.features(row["question"]), row["answer"]) for row in rows)

    def _right(self, features: set[str], truth: str) -> float:
        score = 0.0
        for feature in features:
            shares = [(self.seen[a][feature] + 1) / (self.questions[a] + 2) for a in ("Yes", "No")]
            score += float(np.log(shares[0]) - np.log(shares[1]))
        if abs(score) < 1e-9:
            return 0.5
        return float((score > 0) == (truth == "Yes"))


def held_out(rows: Rows, groups: Sequence[str]) -> float:
    """Questions of each group that are answered right after learning from all other groups."""
    model = BagOfWords()
    model.learn(rows)
    right = 0.0
    for group in dict.fromkeys(groups):
        out = [row for row, own in zip(rows, groups, strict=True) if own == group]
        model.learn(out, -1)
        right += model.right(out)
        model.learn(out)
    return right


def linked(rows: Rows) -> list[str]:
    """A name for each row's group: pictures that share a question belong together."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    for row in rows:
        parent[root(row["question_id"])] = root(row["question"])
    return [root(row["question_id"]) for row in rows]


def by_picture(rows: Rows) -> list[str]:
    return [row["question_id"] for row in rows]


@pytest.mark.parametrize("part", PARTS, indirect=True, ids=str)
def test_a_blind_classifier_learns_nothing(part):
    # Without a picture's own two questions its twin's, which say the opposite, mislead: below a half is no knowledge.
    most = len(part) / 2 + 2 * 0.5 * np.sqrt(len(part))
    assert held_out(part, by_picture(part)) <= most
    # Without any picture that shares a question nothing can mislead, and nothing is known.
    assert near_half(held_out(part, linked(part)), len(part))


def test_a_blind_classifier_learns_nothing_from_the_whole_suite(rows):
    assert held_out(rows, by_picture(rows)) <= len(rows) / 2 + 2 * 0.5 * np.sqrt(len(rows))
    assert near_half(held_out(rows, linked(rows)), len(rows))


@pytest.mark.parametrize("subtask", SHAPES)
def test_learning_on_other_seeds_is_of_no_use_on_easy_shapes(rows, subtask):
    model = BagOfWords()
    for seed in (1, 2):
        items = MAKERS[subtask](np.random.default_rng(seed), 100)
        model.learn(
            {"question": question, "answer": answer}
            for item in items
            for question, answer in ((item.yes, "Yes"), (item.no, "No"))
        )
    part = of(rows, subtask)
    assert near_half(model.right(part), len(part))


def test_a_suite_that_leaks_is_caught():
    told = [("Is there a red cat?", "Yes"), ("Is there a blue cat?", "No")] * 20
    leaking = [{"question_id": str(i // 2), "question": q, "answer": a} for i, (q, a) in enumerate(told)]
    assert held_out(leaking, by_picture(leaking)) == len(leaking)


def always(answer: str) -> Callable[[dict], bool]:
    return lambda row: row["answer"] == answer


@pytest.mark.parametrize("part", PARTS, indirect=True, ids=str)
def test_saying_the_same_to_everything_gets_half(part):
    for answer in ("Yes", "No"):
        right = list(map(always(answer), part))
        assert sum(right) == len(part) / 2
        assert all(a != b for a, b in zip(right[::2], right[1::2], strict=True))  # and no picture whole


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
