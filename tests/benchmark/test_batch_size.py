"""How the size of a batch follows what fits into memory."""

import itertools
import math

from hypothesis import given, settings
from hypothesis import strategies as st
from small_suites import NOW, suite_rows, write_parquet
from test_replay import settings_of
from test_replay_batches import Asker

from benchmark.batch_size import BatchSize
from benchmark.data import open_suite
from benchmark.errors import RunError
from benchmark.replay import Pace, replay
from benchmark.results import RunFolder
from models.errors import OutOfMemoryError


def asked_in_turn(size: BatchSize, batches: int, fits) -> list[int]:
    """The sizes of the first `batches` that were asked; what does not fit is halved as a replay does it."""
    asked = []

    def ask(pictures: int) -> None:
        asked.append(pictures)
        if fits(pictures, len(asked)):
            size.fitted(pictures)
        elif pictures > 1:
            size.too_large(pictures)
            ask(pictures // 2)
            ask(pictures - pictures // 2)

    while len(asked) < batches:
        ask(size.now)
    return asked[:batches]


def test_one_outsized_picture_is_forgotten_soon():
    asked = asked_in_turn(BatchSize(8), 22, lambda pictures, number: number not in (1, 2, 3, 4))
    assert asked == [8, 4, 2, 1, 1, 2, 4, *[4] * 12, 8, 8, 8]  # the first of eight was outsized


def test_where_memory_is_short_larger_ones_are_tried_ever_less_often():
    asked = asked_in_turn(BatchSize(8), 1000, lambda pictures, number: pictures <= 2)
    tries = [number for number, pictures in enumerate(asked) if pictures == 4]
    waits = [later - earlier for earlier, later in itertools.pairwise(tries)]
    assert set(asked) == {8, 4, 2} and asked.count(8) == 1
    assert waits[1:] == sorted(waits[1:]) and waits[-1] >= 100 and len(tries) < 10


@given(st.integers(1, 64), st.integers(1, 64), st.integers(50, 400))
@settings(max_examples=60, deadline=None)
def test_it_stays_within_bounds_and_wastes_few_tries(whole, room, batches):
    size = BatchSize(whole)
    asked = asked_in_turn(size, batches, lambda pictures, number: pictures <= room)
    failed = [pictures for pictures in asked if pictures > room]
    assert 1 <= size.now <= whole and max(asked) <= whole
    assert len(failed) <= whole + 2 * math.log2(batches)  # the first batch in halves, then ever rarer tries


def test_a_replay_comes_back_to_whole_batches(tmp_path):
    suite = open_suite(write_parquet(tmp_path / "s.parquet", suite_rows(("existence", "OCR"), images=18)))
    run = RunFolder.create(tmp_path / "run", settings_of(suite), NOW)
    asker = Asker(broken=[0], error=OutOfMemoryError)
    try:
        list(replay(suite, asker, run, pace=Pace(4, 1)))
    except RunError as error:
        assert "2 questions could not be answered" in str(error)
    sizes = [len(batch) for batch in asker.batches]
    assert sizes == [4, 2, 1, 1, 2, *[2] * 12, 4, 4]
    assert len(run.responses()) == 70
