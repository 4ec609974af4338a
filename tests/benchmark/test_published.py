import pandas as pd
import pytest

from benchmark.boards import BOARD_NAMES
from benchmark.errors import UnknownNameError
from benchmark.published import LAST_BOARDS, NO_BOARDS, Layer, find_layer, layer_boards, model_facts, published
from benchmark.subtasks import SUBTASKS, Group, in_group

TITLES = {"posters": "Poster", "OCR": "OCR"} | {
    s.name: s.title.title() for s in SUBTASKS if s.name not in ("posters", "OCR")
}


def scores_of(name: str, board: str) -> dict:
    rows = published(name).rows
    return {(r.model, r.version): r.score for r in rows[rows["board"] == board].itertuples()}


def test_the_first_boards_begin_with_blip_2_and_the_last_with_qwen_vl_max():
    first, last = layer_boards(Layer.FIRST), layer_boards(Layer.LAST)
    assert (first.day, last.day) == ("2023-07-04", "2024-06-06")
    assert first.rows.iloc[0][["board", "model", "score"]].tolist() == ["perception", "BLIP-2", 1293.84]
    assert last.rows.iloc[0][["board", "model", "score"]].tolist() == ["perception", "Qwen-VL-Max", 1790.04]
    assert layer_boards(Layer.OWN) is NO_BOARDS


@pytest.mark.parametrize(("layer", "models"), [(Layer.FIRST, 12), (Layer.LAST, 58)])
def test_every_board_of_a_layer_has_all_its_models(layer, models):
    counts = layer_boards(layer).rows.groupby("board")["model"].nunique()
    assert counts.to_dict() == dict.fromkeys(BOARD_NAMES, models)
    assert not layer_boards(layer).rows.isna().any().any()


def test_the_last_scores_are_as_on_the_day(mme_dir):
    day = pd.read_csv(mme_dir / "leaderboards_2024-06-06.csv", keep_default_na=False)
    for board in BOARD_NAMES:
        shown = day[day["board"] == TITLES.get(board, board.title())]
        wanted = {(r.model, r.version.replace("-", "") if r.version == "-" else r.version): r.score
                  for r in shown.itertuples()}  # fmt: skip
        assert scores_of(LAST_BOARDS, board) == wanted


def test_published_sums_are_those_of_their_subtasks():
    for group in Group:
        sums = scores_of(LAST_BOARDS, group.value)
        parts = [scores_of(LAST_BOARDS, s.name) for s in in_group(group)]
        off = {model for model in sums if abs(sums[model] - sum(part[model] for part in parts)) > 0.5}
        assert {model for model, _ in off} <= {"360VL", "Bunny-4B"}  # so published: 0.8 points apart


def test_what_is_not_known_is_left_blank():
    assert model_facts("BLIP-2", "Flant5xxl").open_weights is True
    assert model_facts("BLIP-2", "Flant5xxl").billions == 11
    assert model_facts("GPT-4V", "").open_weights is False
    assert model_facts("GPT-4V", "").billions is None
    assert model_facts("JT-VL-Chat", "").open_weights is None
    assert model_facts("no such model", "").open_weights is None


def test_facts_name_models_of_the_boards_and_open_weights_have_an_address():
    models = {
        (r.model, r.version) for layer in (Layer.FIRST, Layer.LAST) for r in layer_boards(layer).rows.itertuples()
    }
    known = {key: model_facts(*key) for key in models}
    assert sum(facts.open_weights is True for facts in known.values()) == 39
    assert sum(facts.open_weights is False for facts in known.values()) == 4
    assert all(bool(facts.weights_at) == bool(facts.open_weights) for facts in known.values())


def test_an_unknown_layer_is_named():
    with pytest.raises(UnknownNameError, match="unknown layer 'newest'; choose one of: first, last, own"):
        find_layer("newest")
