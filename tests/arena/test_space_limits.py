"""The limits and the moderation of a Spacefile."""

from pathlib import Path

import pytest

from arena.limits import Limits
from arena.moderation import ModerationKind, ModerationSettings
from arena.space import SpacefileError, read_spacefile

WHOLE = (Path(__file__).parents[2] / "Spacefile").read_text(encoding="utf-8")
CLASSIFIER = "  kind: classifier\n  model: owner/name\n  refuse: [nsfw, gore]\n  threshold: 0.7\n"
ENDPOINT = "  kind: endpoint\n  url: https://example.org/check\n  timeout_seconds: 5\n"
NONE = "\nmoderation:\n  kind: none\n"


@pytest.fixture
def space(tmp_path):
    """space(old, new) -> the Spacefile with one text replaced, read."""

    def read(old="", new=""):
        assert old in WHOLE
        path = tmp_path / "Spacefile"
        path.write_text(WHOLE.replace(old, new), encoding="utf-8")
        return read_spacefile(path)

    return read


def moderated(space, section):
    return space(NONE, "\nmoderation:\n" + section).moderation


def test_the_public_space_has_the_usual_limits(space):
    found = space()
    assert found.limits == Limits() and found.known_answer_rate == 0.1
    assert found.moderation == ModerationSettings(ModerationKind.NONE)


def test_limits_are_read(space):
    assert space("votes_per_hour: 120", "votes_per_hour: 7").limits == Limits(votes_per_hour=7)
    assert space("minimum_judging_seconds: 2", "minimum_judging_seconds: 0.5").limits.minimum_judging_seconds == 0.5
    assert space("known_answer_rate: 0.1", "known_answer_rate: 0").known_answer_rate == 0


def test_moderation_is_read(space):
    assert moderated(space, CLASSIFIER) == ModerationSettings(
        ModerationKind.CLASSIFIER, model="owner/name", refuse=("nsfw", "gore"), threshold=0.7
    )
    assert moderated(space, CLASSIFIER + "  revision: abc\n").revision == "abc"
    assert moderated(space, ENDPOINT + "  token_variable: KEY\n") == ModerationSettings(
        ModerationKind.ENDPOINT, url="https://example.org/check", timeout_seconds=5.0, token_variable="KEY"
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("votes_per_hour", "votes_an_hour", "limits has unknown votes_an_hour; its keys are"),
        ("  battles_per_day: 500\n", "", "limits.battles_per_day must be a whole number above 0, not None"),
        ("votes_per_day: 500", "votes_per_day: 0", "limits.votes_per_day must be a whole number above 0, not 0"),
        ("address_factor: 5", "address_factor: 1.5", "limits.address_factor must be a whole number"),
        ("known_answer_rate: 0.1", "known_answer_rate: 0.9", "must be a number from 0 to 0.5, not 0.9"),
        ("known_answer_rate: 0.1", "known_answer_rate: .nan", "must be a number from 0 to 0.5, not nan"),
        ("minimum_judging_seconds: 2", "minimum_judging_seconds: yes", "must be a number from 0 to 60, not True"),
        (NONE, "\nmoderation: off\n", "moderation must hold keys and values, not False"),
        ("  kind: none", "  kind: human", "moderation.kind must be one of none, classifier, endpoint, not 'human'"),
        ("  kind: none", "  kind: [none]", "moderation.kind must be one of"),
        ("  kind: none", "  kind: none\n  url: https://x", "moderation has unknown url; its keys are kind"),
        ("  kind: none\n", CLASSIFIER.replace("owner/name", "5"), "moderation.model must be text, not 5"),
        ("  kind: none\n", CLASSIFIER.replace("[nsfw, gore]", "nsfw"), "moderation.refuse must be a list of names"),
        ("  kind: none\n", CLASSIFIER.replace("0.7", "70"), "moderation.threshold must be a number from 0 to 1"),
        ("  kind: none\n", ENDPOINT.replace("https://", "file://"), "must begin with https:// or http://"),
        ("  kind: none\n", ENDPOINT.replace("5\n", "0\n"), "timeout_seconds must be a number from 0.1 to 60, not 0"),
    ],
)
def test_what_cannot_be_meant_is_said(space, old, new, said):
    with pytest.raises(SpacefileError) as refused:
        if old.strip().startswith("kind"):
            space(NONE, NONE.replace(old, new))
        else:
            space(old, new)
    assert said in str(refused.value)
