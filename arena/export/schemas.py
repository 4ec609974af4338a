"""The columns of each form: name, type and meaning. The parquet schema and the card are made from the same table."""

import json
from dataclasses import dataclass

import pyarrow as pa

from arena.export.formats import Format

TEXT, WHOLE, REAL, YES = pa.string(), pa.int64(), pa.float64(), pa.bool_()
TIME = pa.timestamp("us", tz="UTC")
IMAGE = pa.struct([("bytes", pa.binary()), ("path", TEXT)])  # what `datasets.Image` is stored as
MESSAGES = pa.list_(pa.struct([("role", TEXT), ("content", TEXT)]))
PARTS = pa.list_(pa.struct([("type", TEXT), ("text", TEXT)]))
STRUCTURED = pa.list_(pa.struct([("role", TEXT), ("content", PARTS)]))


@dataclass(frozen=True)
class Column:
    name: str
    type: pa.DataType
    meaning: str


_JUDGE = "the voter: the same name for the same voter in every export of this arena, made with a secret key"
_LANGUAGE = "of the instruction: en, zh or other"
_CATEGORY = "of the instruction; `free` for the voter's own"
_BATTLE = "the battle; the same in every form, so that forms can be joined"

ARENA = (
    Column("question_id", TEXT, _BATTLE),
    Column("model_a", TEXT, "the model on the left"),
    Column("model_b", TEXT, "the model on the right"),
    Column("winner", TEXT, "`model_a`, `model_b`, `tie` (both good) or `tie (bothbad)`"),
    Column("judge", TEXT, _JUDGE),
    Column("conversation_a", MESSAGES, "what was said with the model on the left"),
    Column("conversation_b", MESSAGES, "what was said with the model on the right"),
    Column("turn", WHOLE, "number of turns"),
    Column("anony", YES, "the names were hidden until the vote; always true here"),
    Column("language", TEXT, "of the instruction: English, Chinese or unknown"),
    Column("tstamp", REAL, "when the vote was given, in seconds since 1970-01-01 UTC"),
    Column("image", IMAGE, "the picture; null where it may not be published or is gone"),
    Column("axis", TEXT, "what was judged"),
    Column("category", TEXT, _CATEGORY),
)

DPO = (
    Column("images", pa.list_(IMAGE), "the one picture"),
    Column("prompt", STRUCTURED, "the first instruction, with the picture's place"),
    Column("chosen", STRUCTURED, "everything after it with the model that won; one answer if `turn` is 1"),
    Column("rejected", STRUCTURED, "the same with the model that lost"),
    Column("question_id", TEXT, _BATTLE),
    Column("chosen_model", TEXT, "the model that won"),
    Column("rejected_model", TEXT, "the model that lost"),
    Column("turn", WHOLE, "number of turns"),
    Column("axis", TEXT, "what was judged"),
    Column("language", TEXT, _LANGUAGE),
    Column("category", TEXT, _CATEGORY),
    Column("judge", TEXT, _JUDGE),
)

_SEGMENT = pa.struct(
    [
        ("of", TEXT), ("start", WHOLE), ("end", WHOLE), ("text", TEXT), ("kind", TEXT), ("correction", TEXT),
        ("chosen_start", WHOLE), ("chosen_end", WHOLE),
    ]
)  # fmt: skip

RLHF_V = (
    Column("ds_name", TEXT, "as in RLHF-V: the data set's name"),
    Column("image", IMAGE, "the picture"),
    Column("text", TEXT, "as in RLHF-V: question, chosen and rejected as one JSON object"),
    Column("origin_dataset", TEXT, "as in RLHF-V"),
    Column("origin_split", TEXT, "as in RLHF-V: the model whose answer is `rejected`, as JSON"),
    Column("idx", WHOLE, "as in RLHF-V: here the number of the vote; one vote can give several rows"),
    Column("image_path", TEXT, "as in RLHF-V: here the picture's SHA-256 as a file name"),
    Column("question", TEXT, "the instruction of this turn"),
    Column("chosen", TEXT, "the better text"),
    Column("rejected", TEXT, "the answer in which words are marked"),
    Column("chosen_is", TEXT, "`corrected`: the same answer, corrected; `other_answer`: the other model's, which won"),
    Column(
        "segments",
        pa.list_(_SEGMENT),
        "the marks: characters `start` to `end` (code points, end excluded) of `of` (`rejected` or `question`), the"
        " kind of fault, the correction, and where it stands in `chosen` (null where `chosen_is` is `other_answer`)",
    ),
    Column("history", MESSAGES, "what was said before this turn with the model of `rejected`"),
    Column("model", TEXT, "the model of `rejected`"),
    Column("chosen_model", TEXT, "the model of `chosen`; the same as `model` for a correction"),
    Column("question_id", TEXT, _BATTLE),
    Column("side", TEXT, "where the answer stood: a is left, b is right"),
    Column("turn", WHOLE, "which turn, from 0"),
    Column("axis", TEXT, "what was judged"),
    Column("language", TEXT, _LANGUAGE),
    Column("category", TEXT, _CATEGORY),
    Column("judge", TEXT, _JUDGE),
)

_SPAN = pa.struct(
    [
        ("side", TEXT), ("turn", WHOLE), ("start", WHOLE), ("end", WHOLE), ("kind", TEXT), ("text", TEXT),
        ("correction", TEXT),
    ]
)  # fmt: skip
_EARLIER = pa.struct([("instruction", TEXT), ("response_a", TEXT), ("response_b", TEXT)])

RAW = (
    Column("vote", WHOLE, "number of the vote, from 1 in the order of voting"),
    Column("battle_id", TEXT, _BATTLE + " (`question_id` there)"),
    Column("follows", TEXT, "the battle whose picture this one took over"),
    Column("voter", TEXT, _JUDGE),
    Column("created_at", TIME, "when the battle began"),
    Column("answering_at", TIME, "when the answers of the last turn were asked for"),
    Column("ended_at", TIME, "when both answers of the last turn were complete"),
    Column("voted_at", TIME, "when the vote was given"),
    Column("seconds", REAL, "from `ended_at` to `voted_at`"),
    *(
        Column(f"{name}_{side}", TEXT, meaning)
        for side, place in (("a", "left"), ("b", "right"))
        for name, meaning in (
            ("model", f"the model on the {place}"),
            ("quantization", "how its weights were really loaded: none, int8 or nf4"),
            ("revision", "the exact version of its files"),
            ("generation", "its generation settings, as JSON"),
            (
                "mark",
                "why this answer keeps the battle out of ratings: empty, cut_off or names_itself; null if it doesn't",
            ),
        )
    ),
    Column("hallucination", TEXT, "the judgment: a, b, both_good, both_bad or cant_tell"),
    Column("instruction", TEXT, "the judgment on instruction following, with the same five values"),
    Column("rated", YES, "counts in ratings: blind, and neither answer has a mark"),
    Column("excluded", YES, "excluded now for suspected abuse; a person can undo that"),
    Column("blind", YES, "the voter neither chose nor saw the models before the vote"),
    Column("category", TEXT, _CATEGORY),
    Column("language", TEXT, _LANGUAGE),
    Column("source", TEXT, "where the picture comes from: `offered` by the arena, or the voter's `own`"),
    Column("challenge", TEXT, "the instruction's id in the arena's pool; null for the voter's own"),
    Column("checker", TEXT, "what a program says of both answers, as JSON; null where no program can"),
    Column("facts", TEXT, "what is drawn in the picture, as JSON; null where no program drew it"),
    Column("turns", WHOLE, "number of turns"),
    Column("earlier", pa.list_(_EARLIER), "the turns before the last one"),
    Column("instruction_text", TEXT, "the instruction of the last turn"),
    Column("response_a", TEXT, "the left answer of the last turn"),
    Column("response_b", TEXT, "the right answer of the last turn"),
    Column("pair_propensity", REAL, "probability with which this pair was drawn"),
    Column("side_propensity", REAL, "probability with which this order of sides was drawn"),
    Column(
        "spans",
        pa.list_(_SPAN),
        "the marked words: characters `start` to `end` (code points, end excluded) of the answer of `side` in `turn`,"
        " or, with kind `missed`, of that turn's instruction",
    ),
    Column("comment", TEXT, "what the voter wrote about it, as written"),
    Column("publish", YES, "the voter allowed the picture to be published"),
    Column("picture_state", TEXT, "`published`, `not_published` or `gone`"),
    Column("picture_sha256", TEXT, "of the picture's file; null where it may not be published"),
    Column("image", IMAGE, "the picture; null unless `picture_state` is `published`"),
)

COLUMNS = {Format.ARENA: ARENA, Format.DPO: DPO, Format.RLHF_V: RLHF_V, Format.RAW: RAW}


def schema(form: Format) -> pa.Schema:
    """The parquet schema, with the note by which `datasets` knows a picture from a struct of bytes."""
    features = {column.name: _feature(column.type) for column in COLUMNS[form]}
    note = json.dumps({"info": {"features": features}})
    return pa.schema([(column.name, column.type) for column in COLUMNS[form]], metadata={"huggingface": note})


def card_features(form: Format) -> list[dict[str, object]]:
    """The columns as the YAML of a dataset card lists them (`dataset_info.features`)."""
    return [{"name": column.name, **_card_feature(column.type)} for column in COLUMNS[form]]


def _feature(kind: pa.DataType) -> object:
    if kind == IMAGE:
        return {"_type": "Image"}
    if pa.types.is_list(kind):
        return [_feature(kind.value_type)]  # the spelling that every version of `datasets` reads
    if pa.types.is_struct(kind):
        return {field.name: _feature(field.type) for field in kind}
    return {"dtype": _dtype(kind), "_type": "Value"}


def _card_feature(kind: pa.DataType) -> dict[str, object]:
    if kind == IMAGE:
        return {"dtype": "image"}
    if pa.types.is_list(kind):
        inner = _card_feature(kind.value_type)
        return {"list": inner.get("struct") or inner.get("dtype") or inner}
    if pa.types.is_struct(kind):
        return {"struct": [{"name": field.name, **_card_feature(field.type)} for field in kind]}
    return {"dtype": _dtype(kind)}


def _dtype(kind: pa.DataType) -> str:
    return {"double": "float64"}.get(str(kind), str(kind))
