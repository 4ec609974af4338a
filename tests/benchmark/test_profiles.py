import pytest
from test_boards import made_run

from benchmark import profiles
from benchmark.boards import Kind
from benchmark.errors import UnknownNameError
from benchmark.published import Layer
from benchmark.subtasks import SUBTASK_NAMES


def test_the_grid_has_every_model_with_all_fourteen_scores():
    first, last = profiles.grid(Layer.FIRST), profiles.grid(Layer.LAST)
    assert (len(first), len(last)) == (12, 58)
    assert all(set(row.scores) == set(SUBTASK_NAMES) for row in first + last)
    assert (first[0].title, last[0].title) == ("BLIP-2 (blip2-pretrain-flant5xxl)", "Qwen-VL-Max")


def test_the_most_lopsided_of_the_last_boards_names_no_celebrity():
    rows = profiles.grid(Layer.LAST)
    assert profiles.most_lopsided(rows)[0][0].model == "GPT-4V"
    found = profiles.profile("GPT-4V", rows)
    assert (found.weakest.subtask.name, found.weakest.score) == ("celebrity", 0.0)
    assert found.weakest.difference == pytest.approx(-149.115)
    assert (found.strongest.subtask.name, found.strongest.difference) == ("code_reasoning", 110.0)
    assert (found.more_even, found.others) == (57, 57)


def test_the_usual_score_is_the_median_of_whole_scores():
    runs = [made_run(str(n), n, 4) for n in (0, 1, 3)] + [made_run("part", 1, 4, answered=1)]
    rows = profiles.grid(Layer.OWN, runs)
    usual = profiles.medians(rows)
    assert usual == dict.fromkeys(SUBTASK_NAMES, 50.0)
    found = profiles.profile("3", rows)
    assert {line.difference for line in found.lines} == {100.0}
    assert found.unevenness == 0.0
    part = profiles.profile("part", rows)
    assert part.lines[0].partial == "1 of 4 images" and part.strongest is None


def test_two_runs_are_too_few_to_say_what_is_usual():
    rows = profiles.grid(Layer.OWN, [made_run("a", 1, 2), made_run("b", 2, 2)])
    found = profiles.profile("a", rows)
    assert found.strongest is None and found.unevenness is None
    assert {line.usual for line in found.lines} == {None}
    assert profiles.most_lopsided(rows) == []


def test_only_whole_subtasks_on_mme_stand_beside_the_published():
    runs = [
        made_run("mine", 2, 2, is_mme=True), made_run("other", 2, 2), made_run("part", 1, 2, is_mme=True, answered=1)
    ]  # fmt: skip
    rows = profiles.grid(Layer.LAST, runs)
    assert [row.model for row in rows if row.kind is Kind.OWN] == ["mine"]
    assert profiles.medians(profiles.peers_of(rows[0], rows))["existence"] == 190.0  # of the published alone


def test_an_unknown_model_is_named():
    with pytest.raises(UnknownNameError, match="unknown model 'HAL'; choose one of: BLIP-2, "):
        profiles.profile("HAL", profiles.grid(Layer.FIRST))
