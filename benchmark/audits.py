"""What a score may hide: answers without looking, a leaning to yes, tools that read an answer differently.

Everything here is computed from stored responses; nothing is asked.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from benchmark.comparison import PERMUTATIONS, Comparison, Flip, compare, image_pairs, shared_images
from benchmark.data import ImagePair
from benchmark.errors import ComparisonError
from benchmark.parsing import Parser, Verdict, find_parser
from benchmark.permutation import holm, unpaired_p
from benchmark.scoring import Response, Scores, SubtaskScore, score, verdict
from benchmark.statistics import (
    Estimate,
    interval_to_join,
    joined_interval,
    root_of_squares,
    run_estimates,
    score_estimates,
    share,
)
from benchmark.subtasks import SUBTASKS, Group, find_subtask, in_group

OVERALL = "all"
ORDER_NOTE = (
    "A run asks each question for itself: the picture and one question, without the other question or its answer. So "
    "their order cannot change an answer, whatever the model; one that changed would be an error of this program."
)
_TRUTHS = (Verdict.YES, Verdict.NO)


def always(pairs: Iterable[ImagePair], said: Verdict, parser: str | Parser = Parser.OFFICIAL) -> Scores:
    """The score of a model that says the same to every question: what a score must beat to mean anything."""
    answers = (
        Response(pair.subtask.name, pair.image, question.number, question.text, question.truth, said.value)
        for pair in pairs
        for question in pair.questions
    )
    return score(answers, parser)


def always_said(responses: Iterable[Response], said: Verdict, parser: str | Parser = Parser.OFFICIAL) -> Scores:
    """The same for the questions that were answered in a run."""
    return score([replace(response, response=said.value) for response in responses], parser)


def confusion(responses: Iterable[Response], parser: str | Parser = Parser.OFFICIAL) -> pd.DataFrame:
    """Per subtask and in `all`: how often what was said when what was true.

    Columns: name, answers, yes_when_yes, no_when_yes, other_when_yes, yes_when_no, no_when_no, other_when_no (counts),
    yes_rate, no_rate, other_rate (shares of all answers).
    """
    parser = find_parser(parser)
    counts: dict[str, Counter[tuple[Verdict, Verdict]]] = {}
    for response in responses:
        counts.setdefault(find_subtask(response.subtask).name, Counter())[
            verdict(response, parser), response.truth
        ] += 1
    found = {s.name: counts[s.name] for s in SUBTASKS if s.name in counts}
    if found:
        found[OVERALL] = sum(counts.values(), Counter())
    cells = [(said, truth) for truth in _TRUTHS for said in Verdict]
    rows = []
    for name, count in found.items():
        answers = count.total()
        rates = {f"{said}_rate": sum(count[said, truth] for truth in _TRUTHS) / answers for said in Verdict}
        by_truth = {f"{said}_when_{truth}": count[said, truth] for said, truth in cells}
        rows.append({"name": name, "answers": answers, **by_truth, **rates})
    columns = ["name", "answers", *(f"{said}_when_{truth}" for said, truth in cells), *(f"{v}_rate" for v in Verdict)]
    return pd.DataFrame(rows, columns=columns)


def disagreements(responses: Iterable[Response]) -> pd.DataFrame:
    """The answers that the three parsers read differently.

    Columns: subtask, image, number, question, truth, response, and the verdict of each parser under its name.
    """
    rows = []
    for r in responses:
        read = {parser.value: verdict(r, parser).value for parser in Parser}
        if len(set(read.values())) > 1:
            rows.append((r.subtask, r.image, r.number, r.question, r.truth.value, r.response, *read.values()))
    columns = ["subtask", "image", "number", "question", "truth", "response", *(parser.value for parser in Parser)]
    return pd.DataFrame(rows, columns=columns)


@dataclass(frozen=True)
class Consistency:
    """Whether the same question gets the same answer when the order in the pair is swapped.

    `same` and `answers` count per subtask and in `all`; `flips` are the answers that differ.
    """

    same: Mapping[str, int]
    answers: Mapping[str, int]
    flips: tuple[Flip, ...]

    def table(self) -> pd.DataFrame:
        """Columns name, answers, same, share, low, high (95 %), in the order of the subtasks, then `all`."""
        shares = {name: share(self.same[name], of) for name, of in self.answers.items()}
        rows = [(name, s.of, s.count, s.value, s.low, s.high) for name, s in shares.items()]
        return pd.DataFrame(rows, columns=["name", "answers", "same", "share", "low", "high"])


def order_consistency(
    plain: Iterable[Response], swapped: Iterable[Response], parser: str | Parser = Parser.OFFICIAL
) -> Consistency:
    """Compare a run with one that asked the two questions of each image in the other order.

    Raises ComparisonError as `compare` does, and when a shared image was asked in the same order in both.
    """
    plain, swapped = list(plain), list(swapped)
    before, after = image_pairs(plain), image_pairs(swapped)
    for key in shared_images(before, after):
        if before[key][0].number == after[key][0].number:
            raise ComparisonError(
                f"both runs asked the questions about {'/'.join(key)} in the same order; give a run with the order "
                "swapped as the second"
            )
    found = compare(plain, swapped, parser, permutations=1)
    return _same_answers(found)


@dataclass(frozen=True)
class BlankAudit:
    """A run with the pictures (`seen`), the same on blank pictures (`blank`), and what seeing added, image by image.

    Both are of the images that both runs answered. `comparison` is seen minus blank: where its interval holds 0, the
    pictures made no measurable difference. `same` tells how many answers were the same without a picture.
    """

    seen: Mapping[str, Estimate]
    blank: Mapping[str, Estimate]
    comparison: Comparison
    same: Consistency

    def table(self) -> pd.DataFrame:
        """Columns name, seen, blank, added, error, low, high, p, same_answers (share unchanged without a picture)."""
        same = _with_groups(self.same.same)
        answers = _with_groups(self.same.answers)
        rows = [
            (r.name, r.after, r.before, r.difference, r.error, r.low, r.high, r.p, same[r.name] / answers[r.name])
            for r in self.comparison.rows
        ]
        columns = ["name", "seen", "blank", "added", "error", "low", "high", "p", "same_answers"]
        return pd.DataFrame(rows, columns=columns)


def blank_audit(
    seen: Iterable[Response],
    blank: Iterable[Response],
    parser: str | Parser = Parser.OFFICIAL,
    rng: np.random.Generator | None = None,
) -> BlankAudit:
    """How much of a score comes from language alone. Raises ComparisonError as `compare` does."""
    seen, blank = list(seen), list(blank)
    found = compare(blank, seen, parser, rng)
    with_pictures, without = image_pairs(seen), image_pairs(blank)
    shared = shared_images(without, with_pictures)
    estimates = [
        run_estimates([response for key in shared for response in pairs[key]], parser)
        for pairs in (with_pictures, without)
    ]
    return BlankAudit(*estimates, found, _same_answers(found))


def fresh_suite_audit(
    shipped: Iterable[Response],
    fresh: Iterable[Response],
    parser: str | Parser = Parser.OFFICIAL,
    rng: np.random.Generator | None = None,
    permutations: int = PERMUTATIONS,
) -> pd.DataFrame:
    """Does the model know the shipped suite? Two suites of the same kinds of question, so nothing is paired.

    Columns name, shipped, fresh, difference (shipped - fresh), error, low, high, p, holm (p corrected for looking at
    all subtasks, missing for a total), images_shipped, images_fresh, for the subtasks of both and their totals. `rng`
    None: a generator seeded with 0. Raises ComparisonError when no subtask is in both.
    """
    rng = np.random.default_rng(0) if rng is None else rng
    known, unknown = score(shipped, parser), score(fresh, parser)
    if not known.subtasks.keys() & unknown.subtasks.keys():
        raise ComparisonError(
            f"the two runs share no subtask ({', '.join(known.subtasks) or 'none'} and "
            f"{', '.join(unknown.subtasks) or 'none'}); ask both suites the same subtasks"
        )
    first, second = score_estimates(known), score_estimates(unknown)
    parts: dict[str, list[str]] = {name: [name] for name in known.subtasks if name in unknown.subtasks}
    parts |= {group.value: [s.name for s in in_group(group) if s.name in parts] for group in Group}
    rows = []
    for name, subtasks in parts.items():
        if not subtasks:
            continue
        p = unpaired_p(
            [_image_counts(known.subtasks[s]) for s in subtasks],
            [_image_counts(unknown.subtasks[s]) for s in subtasks],
            rng,
            permutations,
        )
        rows.append((name, *_gap([first[s] for s in subtasks], [second[s] for s in subtasks], p)))
    columns = ["name", "shipped", "fresh", "difference", "error", "low", "high", "p", "images_shipped", "images_fresh"]
    table = pd.DataFrame(rows, columns=columns)
    single = [name for name, subtasks in parts.items() if subtasks == [name]]
    tests = table.set_index("name")["p"][single]
    corrected = dict(zip(single, holm(tests.tolist()), strict=True))
    table.insert(columns.index("p") + 1, "holm", [corrected.get(name) for name in table["name"]])
    return table


def _gap(a: Sequence[Estimate], b: Sequence[Estimate], p: float) -> tuple[float | int | None, ...]:
    """What a row says of one subtask or a total: values, difference, error, interval, p, images."""
    value, other = sum(e.value for e in a), sum(e.value for e in b)
    limits = [(e.low, e.high) if len(a) == 1 else interval_to_join(e) for e in (*a, *b)]
    parts = [(e.value, *limit) for e, limit in zip((*a, *b), limits, strict=True)]
    turned = [(-middle, -high, -low) for middle, low, high in parts[len(a) :]]
    low, high = joined_interval(value - other, [*parts[: len(a)], *turned])
    error = root_of_squares([e.error for e in (*a, *b)])
    return value, other, value - other, error, low, high, p, sum(e.images for e in a), sum(e.images for e in b)


def _image_counts(s: SubtaskScore) -> np.ndarray:
    """Images with none, one and both of their questions answered right."""
    return np.array([s.images - s.correct + s.both_correct, s.correct - 2 * s.both_correct, s.both_correct])


def _same_answers(found: Comparison) -> Consistency:
    flipped = Counter(flip.subtask for flip in found.flips)
    totals = {group.value for group in Group}
    answers = {row.name: 2 * row.images for row in found.rows if row.name not in totals}
    same = {name: of - flipped[name] for name, of in answers.items()}
    answers[OVERALL], same[OVERALL] = sum(answers.values()), sum(same.values())
    return Consistency(same, answers, found.flips)


def _with_groups(counts: Mapping[str, int]) -> dict[str, int]:
    groups = {group.value: sum(counts.get(s.name, 0) for s in in_group(group)) for group in Group}
    return {**counts, **groups}
