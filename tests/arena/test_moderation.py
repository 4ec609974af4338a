import io
import time

import pytest
from fake_moderator import FakeModerator, drip, hang, hang_up, reply
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from arena.endpoint_moderation import MAX_ANSWER_BYTES, EndpointJudge, read_answer
from arena.errors import ArenaError, PictureRefusedError
from arena.moderation import (
    CLOSED,
    ClassifierJudge,
    ModerationFailedError,
    ModerationKind,
    ModerationSettings,
    NoModeration,
    PictureNotAllowedError,
    Status,
    WatchedModeration,
    build_moderation,
)
from arena.verdict import NoAnswerError, Verdict
from models.errors import ModelError, SpecificationError

YES, NO = {"allowed": True, "reason": ""}, {"allowed": False, "reason": "it shows a face"}


@pytest.fixture
def picture():
    return Image.new("RGB", (20, 10), "orange")


@pytest.fixture
def moderator():
    """moderator(*acts) -> a server that plays them."""
    running = []

    def start(*acts):
        running.append(FakeModerator(*acts))
        return running[-1]

    yield start
    for fake in running:
        fake.close()


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def judge_of(*answers):
    """A judge that gives one answer after the other: a Verdict, or an error that it raises."""
    left = list(answers)

    def judge(picture):
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    judge.left = left
    return judge


# What is watched


def test_without_moderation_every_picture_is_taken_and_the_page_says_so(picture):
    moderation = build_moderation(ModerationSettings(), {})
    assert isinstance(moderation, NoModeration) and moderation.check(picture) is None
    assert moderation.state.status is Status.OFF and "not checked" in moderation.state.sentence
    assert moderation.state.uploads_open


def test_a_refused_picture_is_the_pictures_fault(picture):
    moderation = WatchedModeration(judge_of(Verdict(False, "it shows a face"), Verdict(False)), "a test")
    with pytest.raises(
        PictureNotAllowedError, match=r"did not allow this one \(it shows a face\)\. Please use another"
    ):
        moderation.check(picture)
    with pytest.raises(PictureRefusedError, match=r"did not allow this one\. Please"):
        moderation.check(picture)
    assert moderation.state.status is Status.READY and "checked by a test" in moderation.state.sentence


def test_a_failure_closes_uploads_for_a_while_and_then_one_is_tried(picture, caplog):
    clock = Clock()
    judge = judge_of(NoAnswerError("secret url"), Verdict(True), NoAnswerError("again"), Verdict(True))
    moderation = WatchedModeration(judge, "a test", clock, rest_seconds=60)
    with pytest.raises(ModerationFailedError) as refused:
        moderation.check(picture)
    assert str(refused.value) == CLOSED and isinstance(refused.value, ArenaError)
    assert "secret url" in caplog.text and "secret" not in str(refused.value)
    clock.now = 59
    assert moderation.state.status is Status.FAILING and not moderation.state.uploads_open
    with pytest.raises(ModerationFailedError):
        moderation.check(picture)
    assert len(judge.left) == 3  # it was not asked
    clock.now = 61
    assert moderation.state.status is Status.FAILING and moderation.state.uploads_open
    moderation.check(picture)
    assert moderation.state.status is Status.READY
    with pytest.raises(ModerationFailedError):
        moderation.check(picture)
    assert not moderation.state.uploads_open


@pytest.mark.parametrize(
    ("answer", "status"),
    [(Verdict(True), Status.READY), (Verdict(False), Status.READY), (NoAnswerError("x"), Status.FAILING)],
)
def test_a_probe_tells_whether_it_works(answer, status):
    assert WatchedModeration(judge_of(answer), "a test").probe().status is status


# A classifier


class Labels:
    """A classifier of fixed probabilities."""

    def __init__(self, **probabilities):
        self.found = probabilities

    def require(self, labels):
        if missing := [label for label in labels if label not in self.found]:
            raise SpecificationError(f"no label {missing[0]}")

    def probabilities(self, picture):
        return self.found


@pytest.mark.parametrize(("share", "allowed"), [(0.49, True), (0.5, False), (0.9, False)])
def test_a_classifier_refuses_from_the_threshold_on(picture, share, allowed):
    judge = ClassifierJudge(lambda: Labels(normal=1 - share, nsfw=share, gore=0.1), ("gore", "nsfw"), 0.5)
    verdict = judge(picture)
    assert verdict.allowed is allowed and verdict.reason == ("" if allowed else "it looks like 'nsfw'")


def test_a_classifier_that_fails_gives_no_answer(picture):
    def broken():
        raise ModelError("no such folder")

    with pytest.raises(NoAnswerError, match="no such folder"):
        ClassifierJudge(broken, ("nsfw",), 0.5)(picture)
    with pytest.raises(NoAnswerError, match="no label nsfw"):
        ClassifierJudge(lambda: Labels(normal=1.0), ("nsfw",), 0.5)(picture)


def test_a_classifier_that_is_not_there_closes_uploads_not_the_page(picture, tmp_path):
    settings = ModerationSettings(ModerationKind.CLASSIFIER, model=str(tmp_path), refuse=("nsfw",))
    moderation = build_moderation(settings, {})
    assert moderation.state.status is Status.READY  # nothing was loaded yet
    with pytest.raises(ModerationFailedError):
        moderation.check(picture)
    assert moderation.state.status is Status.FAILING


# A server


def endpoint(fake, timeout_seconds=5.0, **options):
    return EndpointJudge(fake.url, timeout_seconds, first_pause_seconds=0.01, **options)


def test_the_server_gets_the_picture_as_png_and_its_word_is_taken(picture, moderator):
    fake = moderator(reply(200, YES), reply(200, NO))
    judge = endpoint(fake, token="s3cret")
    assert judge(picture) == Verdict(True, "") and judge(picture) == Verdict(False, "it shows a face")
    headers, body = fake.requests[0]
    assert headers["content-type"] == "image/png" and headers["authorization"] == "Bearer s3cret"
    assert Image.open(io.BytesIO(body)).convert("RGB").tobytes() == picture.tobytes()
    assert "s3cret" not in repr(judge)


def test_a_busy_server_is_asked_again_and_a_refusing_one_is_not(picture, moderator):
    busy = moderator(reply(503, b""), hang_up, reply(200, YES))
    assert endpoint(busy)(picture).allowed and len(busy.requests) == 3
    for act, said in ((reply(500, b"oops"), "status 500"), (hang_up, "cannot be asked")):
        broken = moderator(act)
        with pytest.raises(NoAnswerError, match=said):
            endpoint(broken)(picture)
        assert len(broken.requests) == 3
    for status in (301, 401, 404):
        wrong = moderator(reply(status, YES))
        with pytest.raises(NoAnswerError, match=f"status {status}"):
            endpoint(wrong)(picture)
        assert len(wrong.requests) == 1


@pytest.mark.parametrize("act", [hang, drip])
def test_a_slow_server_gets_no_more_than_its_time(picture, moderator, act):
    started = time.monotonic()
    with pytest.raises(NoAnswerError, match=r"cannot be asked: ReadTimeout|did not end in time"):
        endpoint(moderator(act), timeout_seconds=0.4)(picture)
    assert time.monotonic() - started < 2


def test_a_server_that_is_away_is_said(picture, moderator):
    gone = moderator(hang)
    gone.close()
    with pytest.raises(NoAnswerError, match="cannot be asked: ConnectError"):
        endpoint(gone)(picture)
    with pytest.raises(NoAnswerError, match="cannot be asked"):
        EndpointJudge("http://", 1)(picture)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html>yes</html>", "not JSON"), (b"", "not JSON"), (b"[" * 9_000, "not JSON"), (b"\xff\xfe", "not JSON"),
        (b"true", "the answer is not {"), (b'{"allowed": "true"}', "the answer is not {"),
        (b'{"allowed": 1}', "the answer is not {"), (b'{"reason": "x"}', "the answer is not {"),
        (b'{"allowed": true, "reason": 5}', "the answer is not {"),
        (b'{"allowed": true}' + b" " * MAX_ANSWER_BYTES, "longer than"),
    ],
)  # fmt: skip
def test_garbage_is_no_answer_and_never_a_yes(picture, moderator, body, said):
    with pytest.raises(NoAnswerError, match=said):
        endpoint(moderator(reply(200, body)))(picture)


@given(st.binary(max_size=60))
def test_only_a_clear_yes_is_one(body):
    try:
        verdict = read_answer(body)
    except NoAnswerError:
        return
    assert isinstance(verdict.allowed, bool)


def test_a_reason_is_one_short_line():
    reason = read_answer(b'{"allowed": false, "reason": "a\\n\\u0000\\u202e b' + b"x" * 500 + b'"}').reason
    assert reason.startswith("a bx") and len(reason) == 200


def test_the_whole_way_from_the_spacefile(picture, moderator):
    fake = moderator(reply(200, NO))
    settings = ModerationSettings(
        ModerationKind.ENDPOINT, url=fake.url, timeout_seconds=5.0, token_variable="MODERATION_TOKEN"
    )
    with pytest.raises(SpecificationError, match="secret MODERATION_TOKEN, which is not set"):
        build_moderation(settings, {})
    with pytest.raises(PictureNotAllowedError, match="it shows a face"):
        build_moderation(settings, {"MODERATION_TOKEN": "t"}).check(picture)
    assert fake.requests[0][0]["authorization"] == "Bearer t"
