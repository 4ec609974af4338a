"""How many pictures of each level and kind a subtask has, and in which order they stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.levels import PictureKind
from benchmark.subtasks import SUBTASK_NAMES
from benchmark.suite.plan import Part, parts_of, shares, spread

PARTS = (
    Part(PictureKind.DRAWN, 100, 1, lambda rng, count: iter(())),
    Part(PictureKind.DRAWN, 20, 2, lambda rng, count: iter(())),
    Part(PictureKind.DRAWN, 20, 3, lambda rng, count: iter(())),
    Part(PictureKind.PHOTOGRAPH, 10),
)


@pytest.mark.parametrize(
    ("images", "expected"),
    [
        (None, [100, 20, 20, 10]),
        (150, [100, 20, 20, 10]),
        (1, [1, 0, 0, 0]),
        (2, [2, 0, 0, 0]),
        (6, [4, 2, 0, 0]),
        (15, [9, 2, 2, 2]),
        (30, [20, 4, 4, 2]),
        (300, [210, 40, 40, 10]),
    ],
)
def test_shares_by_hand(images, expected):
    assert shares(PARTS, images) == expected


@given(st.sampled_from(SUBTASK_NAMES), st.integers(1, 400))
def test_shares_add_up_and_keep_twins_together(subtask, images):
    parts = parts_of(subtask)
    counts = shares(parts, images)
    assert sum(counts) == images and min(counts) >= 0
    assert all(count % 2 == 0 for count in counts[1:])
    assert all(c <= part.images for part, c in zip(parts, counts, strict=True) if part.kind is PictureKind.PHOTOGRAPH)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=5))
def test_every_beginning_has_about_the_proportions_of_the_whole(counts):
    order = spread(counts)
    assert [order.count(part) for part in range(len(counts))] == counts
    for length in range(len(order) + 1):
        for part, count in enumerate(counts):
            assert abs(order[:length].count(part) - length * count / max(1, len(order))) <= len(counts) / 2 + 0.5


def test_the_usual_parts():
    assert [(part.kind, part.level, part.images) for part in parts_of("posters")] == [("drawn", 1, 20)]
    assert [(part.level, part.images) for part in parts_of("OCR")] == [(1, 20), (2, 10), (3, 10)]
    assert [(part.level, part.images) for part in parts_of("count")] == [(1, 100), (2, 20), (3, 20), (None, 10)]
