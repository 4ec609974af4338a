"""The harder drawn pictures: what their questions say is true of what was drawn, and nothing asked about is hidden."""

import re
from itertools import combinations

import numpy as np
import pytest

from benchmark.suite import canvas, crowds, fine_print, things
from benchmark.suite.things import COLOURS, KINDS
from models.embedded.faces import LATIN_CHARACTERS

NAMES = {kind.name: kind for kind in KINDS}
PLURALS = {kind.plural: kind for kind in KINDS}


@pytest.fixture
def undrawn(monkeypatch) -> None:
    """The things themselves in place of the picture."""
    monkeypatch.setattr(crowds, "drawn", lambda rng, placed: placed)


def items(subtask: str, level: int, seed: int = 1, count: int = 12):
    return list(crowds.LEVEL_MAKERS[subtask][level](np.random.default_rng(seed), count))


def look(placed, words: str):
    """The one thing of these words, as "red star" or "star"."""
    *colour, name = words.split()
    (found,) = [t for t in placed if t.kind.name == name and (not colour or t.colour == colour[0])]
    return found


def answer(placed, question: str) -> bool:
    """The true answer, worked out from the places."""
    text = question.removesuffix(" Please answer yes or no.")
    if match := re.fullmatch(r"Are there ([\w-]+) (\w+) in this image\?", text):
        return sum(t.kind is PLURALS[match[2]] for t in placed) == crowds.NUMBERS.index(match[1])
    if match := re.fullmatch(r"Is there an? (.+) in this image\?", text):
        *colour, name = match[1].split()
        return any(t.kind is NAMES[name] and (not colour or t.colour == colour[0]) for t in placed)
    if match := re.fullmatch(r"Is the (.+) (on the left of|on the right of|above|below) the (.+)\?", text):
        first, second = look(placed, match[1]), look(placed, match[3])
        along = {
            "on the left of": second.x - first.x,
            "on the right of": first.x - second.x,
            "above": second.y - first.y,
            "below": first.y - second.y,
        }[match[2]]
        assert abs(along) > 40, "too close to tell"
        return along > 0
    match = re.fullmatch(r"Is the (\w+) (\w+)\?", text)
    assert match, text
    return look(placed, match[1]).colour == match[2]


@pytest.mark.parametrize("level", [2, 3])
@pytest.mark.parametrize("subtask", sorted(crowds.LEVEL_MAKERS))
def test_the_answers_are_true(undrawn, subtask, level):
    found = items(subtask, level, count=24)
    assert len(found) == 24
    for item in found:
        assert answer(item.picture, item.yes) is True
        assert answer(item.picture, item.no) is False
    for first, second in zip(found[::2], found[1::2], strict=True):
        assert (first.yes, first.no) == (second.no, second.yes)


def test_levels_are_as_crowded_as_they_say(undrawn):
    assert all(6 <= len(item.picture) <= 12 for seed in range(3) for item in items("count", 2, seed))
    dense = [item for seed in range(3) for item in items("count", 3, seed)]
    assert all(13 <= len(item.picture) <= 25 for item in dense)
    assert {len({t.kind for t in item.picture}) > 1 for item in dense} == {True, False}  # mixed, and touching
    for subtask in ("existence", "color", "position"):
        assert all(8 <= len(item.picture) <= 11 for item in items(subtask, 2))
        assert all(15 <= len(item.picture) <= 19 for item in items(subtask, 3))


def test_hard_pictures_mislead(undrawn):
    for item in items("existence", 3):
        _, colour, name = re.search(r"Is there (an?) (\w+) (\w+) in", item.yes).groups()
        others = [t for t in item.picture if (t.kind.name == name) != (t.colour == colour)]
        assert sum(t.kind.name == name for t in others) >= 2 and sum(t.colour == colour for t in others) >= 2
    for item in items("color", 3):
        colours = [re.search(r"(\w+)\?", text)[1] for text in (item.yes, item.no)]
        assert things.ALIKE[colours[0]] == colours[1] or things.ALIKE[colours[1]] == colours[0]
        assert all(sum(t.colour == colour for t in item.picture) >= 2 for colour in colours)


@pytest.mark.parametrize(("level", "asked"), [(2, 2), (3, 2)])
def test_things_lie_inside_and_what_is_asked_about_is_not_covered(undrawn, level, asked):
    for item in items("position", level):
        placed = item.picture
        for thing in placed:
            assert thing.size <= thing.x <= crowds.WIDTH - thing.size
            assert thing.size <= thing.y <= crowds.HEIGHT - thing.size
        for (i, a), (_, b) in combinations(enumerate(placed), 2):
            least = crowds.CLEAR if i < asked else (crowds.DENSE if level == 3 else crowds.LOOSE).apart
            assert np.hypot(a.x - b.x, a.y - b.y) >= least * (a.size + b.size) / 2 - 1e-9


def test_every_kind_can_be_told_by_shape_and_colour():
    assert len(NAMES) == len(PLURALS) == len(KINDS) == 15
    assert set(things.ALIKE) == set(COLOURS) and all(
        things.ALIKE[c] in COLOURS and things.ALIKE[c] != c for c in COLOURS
    )
    ground = "#ffffff"
    masks = {}
    for kind in KINDS:
        surface = canvas.Canvas(80, 80, ground)
        kind.draw(surface, 40, 40, 30, COLOURS["blue"])
        pixels = np.asarray(surface.finish()).astype(int)
        masks[kind.name] = (pixels != 255).any(axis=2)
        close = np.abs(pixels - np.array([42, 86, 207])).sum(axis=2) < 90
        assert close.sum() > 0.25 * masks[kind.name].sum(), f"a {kind.name} hardly has its colour"
        assert masks[kind.name].sum() > 500
    for a, b in combinations(masks, 2):
        assert (masks[a] != masks[b]).sum() > 200, f"{a} looks like {b}"


@pytest.mark.parametrize("level", [2, 3])
def test_the_small_print_shows_the_name_and_not_the_other(level, monkeypatch):
    written: list[tuple[str, float]] = []

    def recording(self, x, y, text, face, size, *rest, **options):
        written.append((text, size))

    monkeypatch.setattr(canvas.Canvas, "text", recording)
    monkeypatch.setattr(canvas, "SCALE", 1)
    count = 0
    for item in fine_print.LEVEL_MAKERS[level](np.random.default_rng(4), 24):
        shown, other = (re.search(r'"(.+)"', question)[1] for question in (item.yes, item.no))
        texts = [text for text, _ in written]
        assert texts.count(shown) == 1 and other not in texts
        size = next(size for text, size in written if text == shown)
        assert (12 <= size <= 15) if level == 2 else (10 <= size <= 12)
        assert level == 2 or len(texts) >= 19
        assert set("".join(texts)) <= set(LATIN_CHARACTERS)
        written.clear()
        count += 1
    assert count == 24
