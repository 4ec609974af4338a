from dataclasses import replace
from datetime import timedelta

import pytest
from answered import of_points
from small_suites import NOW

from benchmark.altered import Alteration
from benchmark.errors import RunError, UnknownNameError
from benchmark.records import ModelRecord, RunSettings, SuiteRecord
from benchmark.related import (
    altered_of,
    by_weights,
    can_go_on,
    is_whole,
    plain_of,
    request_again,
    request_altered,
    request_with_weights,
)
from benchmark.results import RunFolder

SUITE = SuiteRecord("embedded", "embedded", "e" * 64, False, {"OCR": 4, "count": 4})
OTHER = replace(SUITE, fingerprint="d" * 64)
MODEL = ModelRecord("scout-3m", "Scout 3M", "embedded:scout-3m", "r1")
BASE = RunSettings(MODEL, SUITE, ("OCR", "count"), generation={"max_new_tokens": 16})


@pytest.fixture
def make(tmp_path):
    """`make(name, answered)`: a run with so many of its pictures answered, all of them when not said."""

    def made(name, answered=None, weights="none", hours=0, **changes) -> RunFolder:
        settings = replace(BASE, model=replace(MODEL, quantization=weights), **changes)
        run = RunFolder.create(tmp_path / name, settings, NOW + timedelta(hours=hours))
        pictures = [r for kind, count in settings.planned.items() for r in of_points(kind, [50] * count)]
        with run.writing():
            run.append(pictures if answered is None else pictures[: 2 * answered])
        return run

    return made


def test_a_plain_run_is_its_own(make):
    run = make("plain")
    assert plain_of(run, []) is run


def test_an_altered_run_is_held_against_one_asked_alike(make):
    blank, wanted = make("blank", alteration="blank"), make("plain")
    others = [
        make("int8", weights="int8", hours=1),
        make("style", prompt_style="lmms-eval", hours=1),
        make("suite", suite=OTHER, hours=1),
        make("seed", seed=3, hours=1),
        make("swapped", alteration="swapped", hours=1),
    ]
    assert plain_of(blank, [*others, wanted]) is wanted
    assert plain_of(blank, others) is None


def test_the_best_run_of_each_change_is_found(make):
    plain = make("plain")
    small = make("small", alteration="blank", limit=1, hours=9)
    broken = make("broken", 3, alteration="blank", hours=8)
    whole, older = make("whole", alteration="blank", hours=2), make("older", alteration="blank", hours=1)
    swapped = make("swapped", alteration="swapped")
    runs = [plain, small, broken, whole, older, swapped, make("elsewhere", alteration="blank", suite=OTHER)]
    assert altered_of(plain, runs) == {Alteration.BLANK: whole, Alteration.SWAPPED: swapped}
    assert altered_of(plain, [small, broken])[Alteration.BLANK] is broken  # as many of its pictures as can be
    assert altered_of(plain, []) == {}


def test_a_change_of_other_subtasks_is_none_of_this_run(make):
    plain = make("plain", subtasks=("OCR",))
    assert altered_of(plain, [make("count", alteration="blank", subtasks=("count",))]) == {}


def test_a_fresh_suite_stands_for_the_one_it_replaces(make):
    plain, fresh = make("plain"), make("fresh", alteration="fresh", suite=OTHER)
    assert altered_of(plain, [fresh]) == {Alteration.FRESH: fresh}
    assert plain_of(fresh, [plain]) is plain


def test_weights_are_found_in_their_order(make):
    nf4, full = make("nf4", weights="nf4"), make("full")
    int8, mine = make("int8", weights="int8", hours=5), make("mine", 2, weights="int8")
    others = [nf4, int8, make("blank", weights="int8", alteration="blank"), make("s", weights="nf4", suite=OTHER)]
    found = by_weights(mine, [*others, full, mine])
    assert found == {"none": full, "int8": mine, "nf4": nf4} and list(found) == ["none", "int8", "nf4"]
    assert by_weights(full, []) == {"none": full}


def test_two_fresh_suites_are_not_the_same_questions(make):
    one = make("one", alteration="fresh")
    assert by_weights(one, [make("two", alteration="fresh", suite=OTHER, weights="int8")]) == {"none": one}


@pytest.mark.parametrize(
    ("changes", "answered", "whole", "go_on"),
    [
        ({}, None, True, False),
        ({}, 3, False, True),
        ({"limit": 2}, None, False, False),  # complete, and yet not all of what is to be compared
        ({"limit": 2}, 1, False, False),
        ({"subtasks": ("OCR",)}, None, False, False),
    ],
)
def test_whether_a_run_covers_another(make, changes, answered, whole, go_on):
    plain, other = make("plain"), make("other", answered, alteration="blank", **changes)
    assert (is_whole(other, plain), can_go_on(other, plain)) == (whole, go_on)
    assert not is_whole(None, plain) and not can_go_on(None, plain)


def test_what_goes_on_with_a_run(make):
    request, kind = request_again(make("plain", limit=2))
    assert (request.model, request.suite, request.limit, kind) == ("scout-3m", "embedded", 2, None)
    assert request_again(make("blank", alteration="blank"))[1] is Alteration.BLANK
    with pytest.raises(UnknownNameError, match="unknown audit 'rotated'; choose one of: blank, swapped, fresh"):
        request_again(make("rotated", alteration="rotated"))
    with pytest.raises(RunError, match="recorded elsewhere"):
        request_again(make("recorded", recorded=True))


def test_what_an_audit_asks(make):
    plain = make("plain", subtasks=("OCR",))
    assert request_altered(plain, Alteration.BLANK) == request_again(plain)[0]
    assert request_altered(plain, Alteration.FRESH).suite == ""  # the caller draws one
    with pytest.raises(RunError, match=r"part of an audit itself \(blank\)"):
        request_altered(make("blank", alteration="blank"), Alteration.SWAPPED)
    with pytest.raises(RunError, match="recorded elsewhere"):
        request_altered(make("recorded", recorded=True), Alteration.BLANK)


def test_what_is_asked_with_other_weights(make):
    plain = make("plain")
    assert request_with_weights(plain, "nf4") == replace(request_again(plain)[0], quantization="nf4")
    with pytest.raises(RunError, match=r"part of an audit \(swapped\)"):
        request_with_weights(make("swapped", alteration="swapped"), "nf4")
