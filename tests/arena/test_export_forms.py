"""Each form opens with `datasets.load_dataset` and says what the votes said."""

import json

import pytest
from ballot_box import BEGIN, LICENCES, BallotBox, picture_bytes, pixel

from arena.battle import Mark, Source
from arena.export.exporting import export
from arena.export.formats import Format
from arena.pictures import PictureFolder
from arena.votes import Axis, Span, SpanKind

datasets = pytest.importorskip("datasets", reason="the forms are opened with Hugging Face's datasets")

ORANGE, BLUE = (255, 165, 0), (0, 0, 255)
SCRIPT = "<script>alert('x')</script> ${x} {{y}}"
ODD = "naïve 猫 👩‍👩‍👧 \u202eright-to-left\u202c \u0000 end"


@pytest.fixture
def box(tmp_path):
    box = BallotBox(tmp_path / "data")
    yield box
    box.close()


@pytest.fixture
def load(box, tmp_path, caplog):
    """load(form, axis) -> (rows as `datasets` reads them, what was counted)."""

    def run(form, axis=Axis.HALLUCINATION, **options):
        target = tmp_path / f"{form.value}-{axis.value}-{len(list(tmp_path.iterdir()))}"
        done = export(box.store, box.pictures, form, axis, target, licences=LICENCES, **options)
        rows = datasets.load_dataset(str(target), split="train", cache_dir=str(tmp_path / "cache"))
        assert len(rows) == done.statistics.rows
        assert "Ignoring" not in caplog.text  # what `datasets` says of a card that it cannot read
        return rows, done.statistics

    return run


def test_arena_rows_follow_the_public_schema(box, load):
    box.cast("a", "b", question=SCRIPT, a=ODD, b="", language="zh", colour="blue", category="absent")
    box.cast("b", voter="bob", earlier=[("First?", "1a", "1b")], question="Second?", a="2a", b="2b")
    box.cast("both_good")
    box.cast("both_bad")
    box.cast("cant_tell")
    rows, counted = load(Format.ARENA)
    assert rows["winner"] == ["model_a", "model_b", "tie", "tie (bothbad)"]
    assert rows["question_id"] == ["battle-0001", "battle-0002", "battle-0003", "battle-0004"]
    first, second = rows[0], rows[1]
    assert (first["model_a"], first["model_b"], first["anony"], first["turn"]) == ("alpha", "beta", True, 1)
    assert first["conversation_a"] == [{"role": "user", "content": SCRIPT}, {"role": "assistant", "content": ODD}]
    assert first["conversation_b"][1] == {"role": "assistant", "content": ""}
    assert (first["language"], second["language"], first["category"]) == ("Chinese", "English", "absent")
    assert first["tstamp"] == BEGIN.timestamp() + 60 + 12.5
    assert [message["content"] for message in second["conversation_b"]] == ["First?", "1b", "Second?", "2b"]
    assert (second["turn"], second["axis"]) == (2, "hallucination")
    assert pixel(first["image"]) == BLUE
    assert pixel(second["image"]) == ORANGE
    assert first["judge"] == rows[2]["judge"] != second["judge"]
    assert counted.reasons == ["1: the voter could not tell"]
    assert rows.features["image"] == datasets.Image()


def test_the_axis_decides_who_won(box, load):
    box.cast("a", "b")
    assert load(Format.ARENA, Axis.INSTRUCTION)[0]["winner"] == ["model_b"]
    assert load(Format.DPO, Axis.INSTRUCTION)[0]["chosen_model"] == ["beta"]


def test_dpo_rows_are_conversations_with_a_place_for_the_picture(box, load):
    box.cast("b", a="A dog.", b=SCRIPT)
    box.cast("both_bad")
    box.cast("both_good")
    box.cast("cant_tell")
    box.cast("a", a="Same.", b="Same.")
    rows, counted = load(Format.DPO)
    (row,) = rows
    assert row["prompt"] == [
        {"role": "user", "content": [{"type": "image", "text": None}, {"type": "text", "text": "What is this?"}]}
    ]
    assert row["chosen"] == [{"role": "assistant", "content": [{"type": "text", "text": SCRIPT}]}]
    assert row["rejected"] == [{"role": "assistant", "content": [{"type": "text", "text": "A dog."}]}]
    assert [pixel(image) for image in row["images"]] == [ORANGE]
    assert (row["chosen_model"], row["rejected_model"], row["axis"]) == ("beta", "alpha", "hallucination")
    assert counted.reasons == [
        "1: the voter could not tell",
        "2: a tie: both good or both bad",
        "1: both answers are the same",
    ]


def test_dpo_over_several_turns_shares_only_the_first_instruction(box, load):
    box.cast("a", earlier=[("First?", "1a", "1b")], question="Second?", a="2a", b="2b")
    (row,) = load(Format.DPO)[0]
    assert row["prompt"][0]["content"][1]["text"] == "First?"

    def said(messages):
        return [(message["role"], message["content"][0]["text"]) for message in messages]

    assert said(row["chosen"]) == [("assistant", "1a"), ("user", "Second?"), ("assistant", "2a")]
    assert said(row["rejected"]) == [("assistant", "1b"), ("user", "Second?"), ("assistant", "2b")]
    assert row["turn"] == 2


def test_rlhf_v_rows_hold_the_corrected_answer_and_the_marks(box, load):
    answer = "A 狗 and a hat."
    box.cast(
        "both_bad",
        a=answer,
        spans=[Span("a", 10, 13, SpanKind.OBJECT, 0, "scarf"), Span("a", 2, 3, SpanKind.OBJECT, 0, "cat <b>")],
    )
    (row,) = load(Format.RLHF_V)[0]
    assert (row["question"], row["rejected"], row["chosen"]) == ("What is this?", answer, "A cat <b> and a scarf.")
    assert json.loads(row["text"]) == {key: row[key] for key in ("question", "chosen", "rejected")}
    assert (row["chosen_is"], row["model"], row["chosen_model"], row["side"]) == ("corrected", "alpha", "alpha", "a")
    dog, hat = row["segments"]
    assert (dog["text"], dog["correction"], dog["of"]) == ("狗", "cat <b>", "rejected")
    assert row["rejected"][hat["start"] : hat["end"]] == "hat" == hat["text"]
    assert row["chosen"][dog["chosen_start"] : dog["chosen_end"]] == "cat <b>"
    assert row["chosen"][hat["chosen_start"] : hat["chosen_end"]] == "scarf"
    assert (row["ds_name"], row["idx"], row["history"]) == ("mme-arena", 1, [])
    assert json.loads(row["origin_split"])["model"] == "alpha"
    assert pixel(row["image"]) == ORANGE


def test_raw_rows_hold_every_field(box, load):
    box.cast(
        "a", "cant_tell", question="Q2", a="A dog.", b=SCRIPT, earlier=[("Q1", "1a", ODD)], comment=ODD,
        spans=[Span("b", 0, 2, SpanKind.MISSED, 1, "x")],
        challenge="count-1", checker='{"a": 1}', facts='{"objects": []}', follows="battle-0000",
    )  # fmt: skip
    box.cast("b", voter="bob", blind=False, pair_propensity=1.0, side_propensity=1.0)
    box.cast("b", voter="bob", marks=(None, Mark.CUT_OFF))
    box.cast("both_good", voter="bob")
    box.exclude(4)
    rows, counted = load(Format.RAW)
    row = rows[0]
    assert rows["vote"] == [1, 2, 3, 4]
    assert rows["rated"] == [True, False, False, True]
    assert rows["excluded"] == [False, False, False, True]
    assert rows["blind"] == [True, False, True, True]
    assert rows["mark_b"] == [None, None, "cut_off", None]
    assert rows["side_propensity"] == [0.5, 1.0, 0.5, 0.5]
    assert (row["hallucination"], row["instruction"], row["instruction_text"]) == ("a", "cant_tell", "Q2")
    assert row["earlier"] == [{"instruction": "Q1", "response_a": "1a", "response_b": ODD}]
    assert row["spans"] == [
        {"side": "b", "turn": 1, "start": 0, "end": 2, "kind": "missed", "text": "Q2", "correction": "x"}
    ]
    assert (row["comment"], row["response_b"]) == (ODD, SCRIPT)
    assert (row["challenge"], row["checker"], row["facts"]) == ("count-1", '{"a": 1}', '{"objects": []}')
    assert (row["follows"], row["seconds"], row["turns"]) == ("battle-0000", 7.5, 2)
    assert (row["model_b"], row["quantization_b"], row["revision_b"]) == ("beta", "nf4", "rev-b")
    assert row["voted_at"].isoformat() == "2026-03-01T12:01:12.500000+00:00"
    assert (row["picture_state"], pixel(row["image"])) == ("published", ORANGE)
    assert (counted.not_rated, counted.excluded, counted.reasons) == (2, 1, [])


@pytest.mark.parametrize("form", [form for form in Format if form.by_axis])
def test_votes_that_do_not_count_are_left_out_and_counted(box, load, form):
    spans = [Span("a", 2, 5, SpanKind.OBJECT, 0, "cat")]
    box.cast(spans=spans)
    box.cast(spans=spans, blind=False)
    box.cast(spans=spans, marks=(Mark.NAMES_ITSELF, None))
    box.cast(spans=spans)
    box.exclude(4)
    rows, counted = load(form)
    assert (len(rows), counted.votes_read) == (1, 4)
    assert counted.reasons == [
        "1: the voter chose or knew the two models",
        "1: an answer was empty, was cut off, or named its model",
        "1: the vote is excluded for suspected abuse",
    ]
    rows, counted = load(form, include_excluded=True)
    assert (len(rows), counted.left_out.total()) == (2, 2)


@pytest.mark.parametrize("form", Format)
def test_a_picture_that_is_not_to_be_published_is_nowhere(box, load, tmp_path, form):
    spans = [Span("a", 2, 5, SpanKind.OBJECT, 0, "cat")]
    box.cast(spans=spans, colour="orange")
    box.cast(spans=spans, colour="red", source=Source.OWN, publish=False)
    box.cast(spans=spans, colour="red", source=Source.OWN, voter="bob")  # the same file, allowed by somebody else
    box.cast(spans=spans, colour="blue", publish=False)  # the arena's own picture: that person's row only
    box.cast(spans=spans, colour="blue", voter="bob")
    rows, counted = load(form)
    pictures = [row["images"][0] if form is Format.DPO else row["image"] for row in rows]
    colours = [picture and pixel(picture) for picture in pictures]
    if form in (Format.DPO, Format.RLHF_V):
        assert colours == [ORANGE, BLUE]
        assert counted.reasons == ["3: the picture may not be published"]
    else:
        assert colours == [ORANGE, None, None, None, BLUE]
    if form is Format.RAW:
        assert [row["picture_sha256"] is None for row in rows] == [False, True, True, True, False]
        assert rows["publish"] == [True, False, True, False, True]
    red = picture_bytes("red")
    written = [path for path in tmp_path.glob(f"{form.value}-*/**/*") if path.is_file()]
    assert len(written) == 2
    assert all(red not in path.read_bytes() for path in written)


@pytest.mark.parametrize("form", Format)
def test_a_picture_that_is_gone_or_damaged_is_counted(box, load, form):
    spans = [Span("a", 2, 5, SpanKind.OBJECT, 0, "cat")]
    box.cast(spans=spans, colour="orange")
    box.cast(spans=spans, colour="red")
    box.cast(spans=spans, colour="blue")
    box.pictures.find(box.save_picture("red")).unlink()
    box.pictures.find(box.save_picture("blue")).write_bytes(b"not the picture")
    rows, counted = load(form)
    if form in (Format.DPO, Format.RLHF_V):
        assert (len(rows), counted.reasons) == (1, ["2: the picture is no longer in the data folder"])
    else:
        assert [row["image"] is None for row in rows] == [False, True, True]
        assert counted.picture_states["gone"] == 2


@pytest.mark.parametrize("form", Format)
def test_no_file_tells_a_voter_or_an_address(box, load, tmp_path, form):
    for voter in ("ann", "bob", "ann"):
        box.cast(voter=voter, spans=[Span("a", 2, 5, SpanKind.OBJECT, 0, "cat")])
    rows, counted = load(form)
    name = "voter" if form is Format.RAW else "judge"
    ann, bob, again = rows[name]
    assert ann == again != bob
    assert load(form)[0][name] == [ann, bob, ann]  # the same in every export
    stored = {box.store.voter_hash(voter) for voter in ("ann", "bob")}
    assert not stored & {ann, bob}
    table = datasets.load_dataset(
        str(next(tmp_path.glob(f"{form.value}-*"))), split="train", cache_dir=str(tmp_path / "cache")
    )
    text = json.dumps([{key: value for key, value in row.items() if "image" not in key} for row in table], default=str)
    assert not any(secret in text for secret in (*stored, "5" * 64, '"ann"'))
    assert len(counted.voters) == 2


def test_battles_fought_in_the_arena_come_out(make_service, store, picture, tmp_path):
    """From an upload through answers, marks and vote to an opened dataset, with nothing made up in between."""

    def answers(spec, image, instruction, cancelled, **asked):
        yield f"There are {len(spec.name)} red squares."

    service = make_service(answers)
    for publish in (True, False):
        colour = picture if publish else picture.convert("L")
        battle_id = service.new_battle(colour, "How many?", "ann", publish=publish)
        *_, last = service.stream(battle_id, "ann")
        start = last.text_a.index("red")
        span = {"side": "a", "turn": 0, "start": start, "end": start + 3, "kind": "attribute", "correction": "orange"}
        service.vote(battle_id, "ann", {"hallucination": "b", "instruction": "both_good"}, {"spans": [span]})
    for form, count in ((Format.ARENA, 2), (Format.DPO, 1), (Format.RLHF_V, 1), (Format.RAW, 2)):
        target = tmp_path / form.value
        pictures = PictureFolder(store.path.parent / "pictures")
        export(store, pictures, form, Axis.HALLUCINATION, target, licences={})
        rows = datasets.load_dataset(str(target), split="train", cache_dir=str(tmp_path / "cache"))
        assert len(rows) == count
        if form is Format.RLHF_V:
            assert rows[0]["chosen"] == rows[0]["rejected"].replace("red", "orange") != rows[0]["rejected"]
        if form is Format.RAW:
            assert [row["image"] is None for row in rows] == [False, True]
            assert rows[0]["image"].size == picture.size
            assert rows["source"] == ["own", "own"]
