"""What the pictures say is true: programs, sums and shapes; and every character can be drawn."""

import contextlib
import io

import numpy as np
import pytest
from fontTools.ttLib import TTFont

from benchmark.subtasks import SUBTASK_NAMES
from benchmark.suite import canvas, signs
from benchmark.suite.code_pictures import TEMPLATES
from benchmark.suite.makers import MAKERS
from benchmark.suite.phrases import CHINESE_CHARACTERS, COUPLES
from benchmark.suite.plan import SHAPE_SUBTASKS
from benchmark.suite.sums import TASKS
from models.embedded.faces import FONT_FOLDER, LATIN_CHARACTERS, Face, font

CHINESE_FACES = (Face.CHINESE, Face.CHINESE_SERIF)


@pytest.mark.parametrize("face", list(Face))
def test_fonts_hold_every_character_that_may_be_drawn(face):
    needed = CHINESE_CHARACTERS if face in CHINESE_FACES else LATIN_CHARACTERS
    with TTFont(FONT_FOLDER / face.value) as opened:
        held = opened.getBestCmap()
    assert [character for character in needed if ord(character) not in held] == []


def test_fonts_are_small_licensed_subsets():
    files = {path.name for path in FONT_FOLDER.iterdir() if path.suffix in (".ttf", ".otf")}
    assert files == {face.value for face in Face}
    licence = (FONT_FOLDER / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    for name in files:
        assert name in licence
        assert (FONT_FOLDER / name).stat().st_size < 100_000


@pytest.mark.parametrize("subtask", [name for name in SUBTASK_NAMES if name not in SHAPE_SUBTASKS])
def test_makers_draw_only_characters_that_the_fonts_hold(subtask, monkeypatch):
    drawn = set()

    def recording(self, x, y, text, face, *rest, **options):
        drawn.update((face, character) for character in text)

    monkeypatch.setattr(canvas.Canvas, "text", recording)
    monkeypatch.setattr(canvas, "SCALE", 1)
    list(MAKERS[subtask](np.random.default_rng(1), 48))
    for face, character in drawn:
        held = CHINESE_CHARACTERS if face in CHINESE_FACES else LATIN_CHARACTERS
        assert character in held, f"{face}: {character!r}"


def test_every_phrase_and_name_has_one_meaning():
    chinese = [phrase for couple in COUPLES for phrase, _ in couple]
    english = [phrase for couple in COUPLES for _, phrase in couple]
    assert len(set(chinese)) == len(chinese)
    assert len(set(english)) == len(english)
    for pool, _ in signs.OCR_KINDS:
        names = [name for couple in pool for name in couple]
        assert len(set(names)) == len(names)
        assert set("".join(names)) <= set(LATIN_CHARACTERS)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.__name__)
def test_listings_print_what_their_template_computed(template):
    for seed in range(40):
        program = template(np.random.default_rng(seed))
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(program.listing, "listing", "exec"), {})
        assert printed.getvalue() == program.output + "\n"


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.__name__)
def test_sums_are_right(task):
    for seed in range(40):
        made = task(np.random.default_rng(seed))
        numbers = [int(part) for part in "".join(c if c.isdigit() else " " for c in made.written).split()]
        expected = {
            "addition": lambda n: n[0] + n[1],
            "subtraction": lambda n: n[0] - n[1],
            "mixed": lambda n: n[0] * n[1] + n[2],
            "division": lambda n: n[0] // n[1] if n[0] % n[1] == 0 else None,
            "equation": lambda n: (n[2] - n[1]) // n[0] if (n[2] - n[1]) % n[0] == 0 else None,
            "rectangle_area": lambda n: n[0] * n[1],
            "square_perimeter": lambda n: 4 * n[0],
            "triangle_angle": lambda n: 180 - n[0] - n[1],
            "price_tags": sum,
            "dice": sum,
            "bar_chart": sum,
        }[task.__name__](numbers)
        assert made.answer == expected


def test_text_fits_the_width_it_is_given():
    surface = canvas.Canvas(100, 40)
    size = surface.fitting("a fairly long line", Face.SANS, 80, 60)
    assert surface.text_size("a fairly long line", Face.SANS, size)[0] <= 80
    assert font(Face.SANS, 30) is font(Face.SANS, 30)
