"""A broken entry of the pool is named, with its fault and what to do, in one sentence."""

import pytest
import yaml

from arena.challenges.errors import ChallengeError
from arena.challenges.pool import read_file, read_folder

GOOD = {
    "id": "en-x", "language": "en", "axis": "instruction", "category": "length", "picture": "any",
    "text": "Use {n} words.", "slots": {"n": [3, 4]}, "checks": [{"words": {"exactly": "{n}"}}],
    "known_answer": True, "example": {"n": 3}, "right": "a b c", "wrong": ["a"],
}  # fmt: skip


def read(**changes):
    entry = {key: value for key, value in {**GOOD, **changes}.items() if value is not ...}
    (challenge,) = read_file(yaml.safe_dump([entry], allow_unicode=True), "some.yaml")
    return challenge


def test_a_good_entry_is_read():
    challenge = read()
    assert (challenge.id, challenge.gaps, challenge.slots) == ("en-x", ["n"], {"n": (3, 4)})
    assert challenge.right == ("a b c",)
    assert challenge.checks[0].parameters == {"exactly": "{n}"}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"id": ...}, "has no text for 'id'"),
        ({"text": "  "}, "has no text for 'text'"),
        ({"text": 3}, "has no text for 'text'"),
        ({"colour": "red"}, "has the unknown key 'colour'"),
        ({"language": "fr"}, "has the language 'fr'; known are en, zh"),
        ({"axis": "taste"}, "has the axis 'taste'; known are hallucination, instruction"),
        ({"category": "fun"}, "has the category 'fun'; known are existence"),
        ({"picture": "film"}, "has the picture 'film'; known are any, scene, text"),
        ({"text": "Use {n words."}, "has a brace that does not close"),
        ({"text": "Use {n} {m} words."}, "has the unknown gap 'm'"),
        ({"text": "Use words."}, "has values for 'n', which is no gap of its text"),
        ({"text": "Use {n} {shape}."}, "has a gap that only a drawn scene fills"),
        ({"text": "{n} {color}", "picture": "scene"}, "has a gap that depends on 'shape'"),
        ({"text": "{n} {shape} {relation}", "picture": "scene"}, "has a gap that depends on 'other_shape'"),
        ({"slots": {"n": []}}, "has the slot 'n' without a list"),
        ({"slots": {"n": [True]}}, "has the slot 'n' without a list"),
        ({"slots": {"shape": ["egg"]}, "text": "{shape}"}, "has the slot 'shape' without a list"),
        ({"slots": [3]}, "has slots that are no mapping"),
        ({"checks": "words"}, "has checks that are no list"),
        ({"checks": [3]}, "has a check that is not one name with its parameters"),
        ({"checks": [{"words": {}, "json": {}}]}, "has a check that is not one name with its parameters"),
        ({"checks": ["spelling"]}, "has the unknown check 'spelling'; known are sentences"),
        ({"checks": ["words"]}, "has the check 'words' without its parameter; it needs one of exactly"),
        ({"checks": [{"words": {"exactly": 3, "at_most": 4}}]}, "has the check 'words' without its parameter"),
        ({"checks": [{"words": 3}]}, "has parameters of 'words' that are no mapping"),
        ({"checks": [{"words": {"exactly": "three"}}]}, "has the check 'words' with exactly 'three'; it must be int"),
        ({"checks": [{"words": {"exactly": True}}]}, "has the check 'words' with exactly True; it must be int"),
        ({"checks": [{"words": {"exactly": "{m}"}}]}, "has the check 'words' about the gap 'm'"),
        ({"checks": [{"words": {"exactly": 3, "loud": 1}}]}, "with the unknown parameter 'loud'"),
        ({"checks": [{"words": {"exactly": 3, "axis": "x"}}]}, "has the check 'words' for the axis 'x'"),
        ({"checks": ["objects_true"]}, "which needs a picture of another kind than any"),
        ({"checks": ["reads"]}, "which needs a picture of another kind than any"),
        ({"checks": []}, "has a known answer but no checks"),
        ({"known_answer": "yes"}, "has known_answer 'yes'; write true or false"),
        ({"example": {"m": 3}}, "has an example for ['m'], but its text has the gaps ['n']"),
        ({"right": [3]}, "has right answers that are no texts"),
    ],
)
def test_a_broken_entry_is_named(changes, fault):
    with pytest.raises(ChallengeError) as refusal:
        read(**changes)
    message = str(refusal.value)
    assert fault in message
    assert message.startswith("some.yaml, entry 1 (")
    assert message.endswith(".")
    assert "\n" not in message


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("- id: [", "some.yaml is not YAML at line"),
        ("id: en-x", "some.yaml holds dict, not a list"),
        ("", "some.yaml holds NoneType, not a list"),
        ("- just words", "some.yaml, entry 1 is str, not a mapping"),
    ],
)
def test_a_broken_file_is_named(text, fault):
    with pytest.raises(ChallengeError, match=fault):
        read_file(text, "some.yaml")


def test_an_id_is_given_once(tmp_path):
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(yaml.safe_dump([GOOD]), encoding="utf-8")
    with pytest.raises(ChallengeError, match=r"b\.yaml: the id 'en-x' is taken"):
        read_folder(tmp_path)


def test_an_empty_folder_says_so(tmp_path):
    with pytest.raises(ChallengeError, match="No challenges in"):
        read_folder(tmp_path)
