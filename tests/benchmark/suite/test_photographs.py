"""The photographs: small, licensed, credited, and each with a partner that asks the same with opposite answers."""

import io
from collections import Counter

import pytest
import yaml
from PIL import Image

from benchmark.errors import SuiteError
from benchmark.suite import photographs as photos
from benchmark.suite.photographs import photographs, read_photographs

BYTES_AT_MOST = 3_000_000


def test_the_photographs_are_many_and_small():
    found = photographs()
    assert 40 <= len(found) <= 80
    assert {photo.path for photo in found} == set(photos.PHOTO_FOLDER.glob("*.jpg"))
    assert sum(path.stat().st_size for path in photos.PHOTO_FOLDER.iterdir()) < BYTES_AT_MOST
    for photo in found:
        with Image.open(io.BytesIO(photo.path.read_bytes())) as picture:
            picture.load()
            assert picture.format == "JPEG" and picture.mode == "RGB"
            assert max(picture.size) <= 480 and min(picture.size) >= 180, photo.name
            assert not picture.getexif(), f"{photo.name} holds camera data"


def test_each_has_its_origin_and_licence():
    for photo in photographs():
        assert photo.source.startswith("https://") and len(photo.original_sha256) == 64
        assert photo.package in photo.origin and photo.file in photo.origin and photo.version in photo.origin
        assert photo.licence in photos.LICENCES
    assert photos.CREDITS_FILE.read_text(encoding="utf-8") == photos.credits_text()
    for photo in photographs():
        (line,) = [line for line in photos.credits_text().splitlines() if f"[{photo.name}](" in line]
        assert photo.author in line and photo.licence in line and photo.source in line and photo.changes in line


def test_every_question_is_as_often_true_as_false_within_its_subtask():
    true, false = (
        Counter((photo.subtask, getattr(photo, question)) for photo in photographs())
        for question in ("true_question", "false_question")
    )
    assert true == false
    assert all(photo.yes.endswith("? Please answer yes or no.") for photo in photographs())


def entries() -> list[dict]:
    return yaml.safe_load(photos.FACTS_FILE.read_text(encoding="utf-8"))[:4]


def changed(number: int, **values: object) -> list[dict]:
    found = entries()
    found[number] |= values
    return found


def without(number: int, key: str) -> list[dict]:
    found = entries()
    del found[number][key]
    return found


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda: changed(0, level=4), r"'dog': level is 4; allowed: 1, 2, 3"),
        (lambda: changed(0, level="1"), r"'dog': level is '1'; it must be a int"),
        (lambda: changed(0, level=True), r"'dog': level is True"),
        (lambda: changed(1, licence="all rights reserved"), r"'sheep': licence is 'all rights reserved'; allowed: pub"),
        (lambda: changed(1, author=""), r"'sheep': author is ''; it must be a str, and not empty"),
        (lambda: changed(1, subtask="counting"), r"'sheep': subtask is 'counting'; allowed: existence"),
        (lambda: changed(1, name="unicorn"), r"'unicorn': there is no unicorn.jpg beside it"),
        (lambda: changed(1, name="dog"), r"names dog twice"),
        (lambda: changed(1, likes=3), r"'sheep': missing or unknown: likes"),
        (lambda: without(2, "source"), r"'hedgehog': missing or unknown: source"),
        (lambda: changed(1, false_question="Is there a cat in this image?"), r"dog and sheep must ask the same two"),
        (lambda: entries()[:3], r"hedgehog has no partner"),
        (lambda: {"dog": 1}, r"must be a list of photographs"),
        (lambda: ["dog"], r"must be a list of photographs"),
    ],
)
def test_a_mistake_in_the_facts_is_told(made, message):
    with pytest.raises(SuiteError, match=message):
        read_photographs(yaml.safe_dump(made()))


def test_facts_that_are_no_yaml():
    with pytest.raises(SuiteError, match=r"photos.yaml is no YAML"):
        read_photographs("- name: [")
    assert len(read_photographs(yaml.safe_dump(entries()))) == 4
