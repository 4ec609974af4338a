import re
from itertools import chain

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmark.suite import signs
from models.embedded import lettering, reading, words
from models.embedded.lessons import Lessons, LessonStage
from models.embedded.pages import IGNORED, SIDE, Pool, letter_labels, marks_of
from models.embedded.reading import NUMBER_PAGES, asked, name_page, number_page, wrong_number
from models.embedded.scenes import GRID
from models.embedded.sheet import CHARACTERS, SPACE, plain
from models.embedded.vocabulary import Lookup

SEEDS = st.integers(0, 2**32 - 1)


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_a_drawn_name_says_what_was_asked_for(seed):
    rng = np.random.default_rng(seed)
    name = words.written_name(rng)
    picture, writing = lettering.draw_name(rng, name)
    assert picture.size == (GRID, GRID)
    assert writing.text == name.lower().replace(" ", SPACE)
    main = sorted((letter for letter in writing.letters if letter.index >= 0), key=lambda letter: letter.index)
    assert "".join(letter.character for letter in main) == writing.text.replace(SPACE, "")
    for letter in main:
        assert writing.text[letter.index] == letter.character
        assert 0 <= letter.x < GRID and 0 <= letter.y < GRID
    pixels = np.asarray(picture).astype(int)
    box = pixels[
        int(min(a.y for a in main)) - 2 : int(max(a.y for a in main)) + 3,
        max(0, int(min(a.x for a in main)) - 2) : int(max(a.x for a in main)) + 3,
    ]
    assert np.ptp(box, axis=(0, 1)).max() > 25, "there is ink where the letters are said to be"


def test_letters_of_one_line_follow_each_other():
    for seed in range(20):
        _, writing = lettering.draw_line(np.random.default_rng(seed), "48 + 27 = ?", lettering.FACES[seed % 8], 250, 60)
        assert writing.text == "48_+_27_=_?"
        main = [letter for letter in writing.letters if letter.index >= 0]
        assert [letter.x for letter in main] == sorted(letter.x for letter in main)
        assert max(letter.y for letter in main) == min(letter.y for letter in main)


def read_off(text: str, kind: str) -> int:
    """The answer to a page of numbers, worked out from what is written on it alone."""
    numbers = [int(part) for part in re.findall(r"\d+", text)]
    if kind in ("addition", "prices", "dice"):
        return sum(numbers)
    if kind == "product":
        return numbers[0] * numbers[1] + sum(numbers[2:])
    if kind == "division":
        return numbers[0] // numbers[1]
    return 4 * numbers[0] if kind == "perimeter" else numbers[0] * numbers[1]


@pytest.mark.parametrize("draw", NUMBER_PAGES, ids=lambda draw: draw.__name__)
def test_the_answer_follows_from_what_is_written(draw):
    for seed in range(25):
        page = draw(np.random.default_rng(seed))
        assert page.answer == read_off(page.writing.text, draw.__name__), page.writing.text
        if draw is reading.division:
            dividend, divisor = (int(part) for part in re.findall(r"\d+", page.writing.text))
            assert dividend % divisor == 0


@given(SEEDS, st.booleans(), st.sampled_from([name_page, number_page]))
@settings(max_examples=60, deadline=None)
def test_a_question_has_the_truth_that_was_asked_for(seed, truth, draw):
    rng = np.random.default_rng(seed)
    page = draw(rng)
    before, value, after = asked(rng, page, truth)
    assert after.endswith("? Please answer yes or no.")
    if page.name is None:
        assert (int(value) == page.answer) is truth
    else:
        assert before.endswith('"') and after.startswith('"')
        assert (plain(value) == page.writing.text) is truth


@given(SEEDS)
@settings(max_examples=100, deadline=None)
def test_an_altered_name_is_another_one_of_much_the_same_letters(seed):
    rng = np.random.default_rng(seed)
    name = words.written_name(rng)
    other = words.altered(rng, name)
    assert 3 <= len(name) <= 16
    assert other.lower() != name.lower() and abs(len(other) - len(name)) <= 2
    right = int(rng.integers(0, 100))
    assert wrong_number(rng, right) != right


def test_no_name_or_title_of_the_suite_is_made_of_the_words_of_training():
    suite = {word.lower() for pool, _ in signs.OCR_KINDS for couple in pool for name in couple for word in name.split()}
    shared = suite & set(words.WORDS)
    names = {name.lower() for pool, _ in signs.OCR_KINDS for couple in pool for name in couple}
    allowed = {*words.WORDS, *words.JOINTS}
    assert [name for name in names if set(name.split()) <= allowed] == [], shared


def test_a_patch_is_labelled_with_the_letters_of_its_thirds():
    marks = np.array(
        [
            (18, 24, 10, 1, 1),
            (24, 24, 10, 2, 0),
            (31, 24, 10, 3, 1),
            (40, 40, 2, 4, 1),
            (56, 56, 9, 5, 1),
            (57, 57, 9, 6, 1),
            (1, 8, 9, 7, 0),
        ],
        np.float32,
    )
    labels, places = letter_labels(marks).reshape(2, SIDE, SIDE, 3)
    assert labels[1, 1].tolist() == [1, 2, 3]
    assert labels[2, 2].tolist() == [0, IGNORED, 0], "too small"
    assert labels[3, 3].tolist() == [0, IGNORED, 0], "two in one third"
    assert labels[0, 0].tolist() == [IGNORED, 0, 0], "cut by the edge"
    assert (labels != 0).sum() == 6
    assert places[1, 1].tolist() == [1, 0, 1] and places[0, 0].tolist() == [0, IGNORED, IGNORED]
    assert (places != IGNORED).sum() == 6
    cut = letter_labels(marks, cut=True)
    assert (cut[0].reshape(labels.shape) == labels).all() and (cut[1] == IGNORED).all()
    assert letter_labels(np.zeros((0, 5), np.float32))[0].sum() == 0


def test_a_grid_of_letters_stands_in_the_halves_of_the_patches():
    _, writing = lettering.draw_grid(np.random.default_rng(2))
    labels, places = letter_labels(marks_of(writing))
    assert (places[labels > 0] == 0).all(), "no main writing in a grid"
    assert (labels[:, [0, 2]] > 0).all() and (labels[:, 1] == 0).all()
    said = "".join(CHARACTERS[number - 1] for number in labels[:, [0, 2]].ravel())
    assert said == "".join(letter.character for letter in writing.letters)


def test_windows_keep_their_letters():
    pool = Pool(np.random.default_rng(4), 6)
    pixels, labels, places = pool.windows(np.random.default_rng(5), 8, 2, 0.5, 4.0)
    assert pixels.shape == (8, GRID, GRID, 3) and pixels.dtype == np.uint8
    assert labels.shape == (8, SIDE * SIDE, 3) and labels.max() <= len(CHARACTERS)
    assert (labels > 0).sum() > 100
    assert set(np.unique(places)) == {IGNORED, 0, 1}
    again = Pool(np.random.default_rng(4), 6).windows(np.random.default_rng(5), 8, 2, 0.5, 4.0)
    assert all((one == other).all() for one, other in zip(again, (pixels, labels, places), strict=True))


@given(SEEDS, st.sampled_from(list(LessonStage)))
@settings(max_examples=40, deadline=None)
def test_lessons_say_what_is_written(seed, stage):
    rng, lookup = np.random.default_rng(seed), Lookup(reads=True)
    tokens = {number: token for token, number in lookup._ids.items()}
    yes, no = (lookup.response(said) for said in ("Yes", "No"))
    lessons = Lessons(lookup)
    page = reading.draw_page_of(rng)
    for segment in (lessons.letter(rng, page), lessons.piece(rng, page, 3), lessons.piece(rng, page, 24)):
        asked_for = "".join(tokens[number] for number in segment.given)
        assert segment.predicted == (yes if asked_for in page.writing.text else no)
    assert segment.checked == {
        at: (yes if asked_for[: at + 1] in page.writing.text else no)[0] for at in range(len(asked_for))
    }
    assert lessons.spelling(rng, page).predicted == [lookup._ids[c] for c in page.writing.text]
    filled = lessons.filled(rng, page, stage)
    assert sum(segment.tokens for segment in filled) >= 96
    assert lookup.unknown not in chain.from_iterable(segment.predicted for segment in filled)
    for segment in filled:
        if len(segment.predicted) > 1 and segment.predicted[-1] in yes:  # a true question, its value to be read
            text = "".join(tokens[number] for number in segment.predicted)
            assert text.startswith(page.writing.text if page.name else str(page.answer))


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_a_question_is_judged_where_its_value_stands(seed):
    rng, lookup = np.random.default_rng(seed), Lookup(reads=True)
    tokens = {number: token for token, number in lookup._ids.items()}
    yes = lookup.response("Yes")[0]
    page = reading.draw_page_of(rng)
    segment = Lessons(lookup).question(rng, page)
    judged = sorted(segment.checked)
    if not judged:  # the value is not given, it is read
        assert len(segment.predicted) > 2 and segment.predicted[-1] == yes
        return
    assert judged == list(range(judged[0], judged[-1] + 1))
    value = "".join(tokens[segment.given[at]] for at in judged)
    right = plain(page.name) if page.name else str(page.answer)
    assert (value == right) == (segment.predicted == [yes])
    if page.name is None:
        assert value.isdigit()
        assert [segment.checked[at] == yes for at in judged] == [
            right.startswith(value[: number + 1]) for number in range(len(value))
        ]
