"""The dataset card, README.md: front matter that `datasets` and the Hub read, and what a researcher must know."""

from collections.abc import Mapping

import pyarrow as pa
import yaml

from arena.export.bias import bias_lines, share
from arena.export.formats import AXIS_TITLES, Format
from arena.export.pictures import PictureState
from arena.export.schemas import COLUMNS, IMAGE, card_features
from arena.export.statistics import Statistics
from arena.guard import CONSENT, PUBLISH_CHOICE
from arena.votes import Axis, Judgment, SpanKind
from models.escaping import text_of

DATA_FILES = "data/train-*.parquet"
TITLES = {
    Format.ARENA: "battles",
    Format.DPO: "preference pairs for DPO",
    Format.RLHF_V: "marked corrections (RLHF-V)",
    Format.RAW: "every vote with every field",
}
TASKS = {
    Format.ARENA: ["visual-question-answering"],
    Format.DPO: ["image-text-to-text", "visual-question-answering"],
    Format.RLHF_V: ["image-text-to-text", "visual-question-answering"],
    Format.RAW: ["visual-question-answering"],
}
SIZES = ((10**3, "n<1K"), (10**4, "1K<n<10K"), (10**5, "10K<n<100K"), (10**6, "100K<n<1M"), (10**7, "1M<n<10M"))
JUDGMENT_TITLES = {
    Judgment.A: "left", Judgment.B: "right", Judgment.BOTH_GOOD: "both good", Judgment.BOTH_BAD: "both bad",
    Judgment.CANT_TELL: "can't tell",
}  # fmt: skip

ROWS = {
    Format.ARENA: """One row is one battle with a winner or a tie, in the schema of the public arena datasets
(`lmsys/chatbot_arena_conversations`, WildVision). "Can't tell" has no word in that schema: such votes are left out.
Where the picture may not be published or is gone, the row stays and `image` is null.""",
    Format.DPO: """One row is one battle with a winner, as TRL's vision DPO takes it: `images`, `prompt`, `chosen` and
`rejected`, conversational, with a place for the picture in the prompt. Ties, "can't tell" and both-bad votes, battles
with two equal answers, and battles whose picture may not be published or is gone are left out.

In a battle of several turns each side's later answers rest on its own earlier ones, and the person judged the whole:
`prompt` is then the first instruction, and `chosen` and `rejected` are everything after it, with the further
instructions in between. Keep `turn == 1` where your trainer must see answers only.""",
    Format.RLHF_V: """One row is one answer in which a person marked words, with a better text beside it, readable by
what reads RLHF-V (`text`, `image`, `ds_name`, `origin_dataset`, `origin_split`, `idx`, `image_path`) or RLAIF-V
(`question`, `chosen`, `rejected`).

How marks become rows:

- On *hallucination*, the marks are words of the answer that are not true; on *instruction following*, words of the
  instruction that the answer did not follow. The other axis' marks are not in the row.
- `chosen_is` = `corrected`: the answer with every marked place replaced by the person's correction. Only on
  hallucination, and only where each mark has a correction and no two overlap. Such a row does not depend on who won.
- `chosen_is` = `other_answer`: the other model's answer, where the person judged it better on this axis and the battle
  has one turn.
- An answer with neither gives no row. Rows without their picture are left out.

`corrected` pairs differ only in the marked segments, as RLHF-V's dense DPO wants: filter on `chosen_is`.""",
    Format.RAW: """One row is one vote, with both axes and everything that is stored about its battle: also votes that
do not count in ratings (`rated` is false) and those excluded for suspected abuse (`excluded` is true). Filter
`rated and not excluded` to get what the ratings rest on. Where the picture may not be published or is gone, the row
stays and `image` is null. The stored voter hash and the address hash are not in it.""",
}


INTRODUCTION = """People compared the answers of two vision-language models to one instruction about one picture, and
judged two axes: *hallucination* (which answer says less that is not true of the picture) and *instruction following*.
Written by `python -m arena export`; every figure is counted from the exported votes."""


def card(
    form: Format,
    axis: Axis | None,
    statistics: Statistics,
    licences: Mapping[str, str],
    *,
    include_excluded: bool,
    file_bytes: int,
    arrow_bytes: int,
) -> str:
    """The text of README.md. licences: of the models, by name; axis is None for raw.

    file_bytes is the size of the parquet files, arrow_bytes that of the rows in memory.
    """
    about = f" on {AXIS_TITLES[axis]}" if axis else ""
    title = f"MME Arena: {TITLES[form]}{about}"
    parts = [
        front_matter(form, title, statistics, file_bytes, arrow_bytes),
        f"# {title}",
        INTRODUCTION,
        '```python\nfrom datasets import load_dataset\n\nrows = load_dataset("PATH_OR_HUB_ID", split="train")\n```',
        f"## Rows\n\n{ROWS[form]}",
        _table(("column", "type", "meaning"), [(f"`{c.name}`", _type(c.type), c.meaning) for c in COLUMNS[form]]),
        f"## Statistics\n\n{_figures(form, statistics)}",
        _judgments(statistics),
        _table(
            ("model", "votes", "on the left", "licence"),
            [
                (_plain(name), f"{count:,}", f"{statistics.sides[name]:,}", _plain(licences.get(name, "not known")))
                for name, count in sorted(statistics.battles.items())
            ],
        ),
        f"## Left out\n\n{_left_out(form, statistics, include_excluded)}",
        f"## Known biases\n\n{bias_lines(statistics)}",
        f"## Consent and persons\n\n{_consent(statistics)}",
        f"## Licence\n\n{_licence()}",
    ]
    return "\n\n".join(parts) + "\n"


def front_matter(form: Format, title: str, statistics: Statistics, file_bytes: int, arrow_bytes: int) -> str:
    """The YAML between the dashes; sizes as in `card`."""
    languages = sorted(language for language in statistics.languages if language in ("en", "zh"))
    fields = {
        "pretty_name": title,
        "license": "other",
        "license_name": "by-part-see-card",
        "license_link": "README.md",
        **({"language": languages} if languages else {}),
        "task_categories": TASKS[form],
        "tags": ["arena", "human-preference", "vision-language-model", "hallucination", form.value],
        "size_categories": [_size(statistics.rows)],
        "configs": [{"config_name": "default", "data_files": [{"split": "train", "path": DATA_FILES}]}],
        "dataset_info": {
            "features": card_features(form),
            "splits": [{"name": "train", "num_bytes": arrow_bytes, "num_examples": statistics.rows}],
            "download_size": file_bytes,
            "dataset_size": arrow_bytes,
        },
    }
    return f"---\n{yaml.safe_dump(fields, sort_keys=False, allow_unicode=True, width=120)}---"


def _figures(form: Format, statistics: Statistics) -> str:
    pictures = {state.value.replace("_", " "): count for state, count in statistics.picture_states.items()}
    spans = {kind.value: statistics.spans[kind.value] for kind in SpanKind}
    lines = [
        f"{statistics.rows:,} rows from {statistics.votes:,} votes of {len(statistics.voters):,} voters,"
        f" {statistics.first:%Y-%m-%d} to {statistics.last:%Y-%m-%d} (UTC)",
        f"{len(statistics.battles):,} models, {len(statistics.pairs):,} different pairs,"
        f" {len(statistics.pictures):,} different pictures",
        f"votes by picture: {_counts(pictures)}",
        f"votes by where the picture comes from: {_counts(statistics.sources)}",
        f"votes by language: {_counts(statistics.languages)}",
        f"votes by category: {_counts(statistics.categories)}",
        f"votes by number of turns: {_counts(statistics.turns)}",
        f"marked places by kind: {_counts(spans)}; {statistics.corrections:,} with a correction",
        f"votes with a comment: {statistics.comments:,}; with a program's verdict: {statistics.checked:,}",
    ]
    if form is Format.RLHF_V:
        lines.append(f"rows by better text: {_counts(statistics.kinds)}")
    if form is Format.RAW:
        lines.append(f"votes not rated: {statistics.not_rated:,}; excluded: {statistics.excluded:,}")
    return "\n".join(f"- {line}" for line in lines)


def _judgments(statistics: Statistics) -> str:
    rows = []
    for axis in Axis:
        counts = [statistics.judgments[axis, judgment] for judgment in Judgment]
        rows.append((AXIS_TITLES[axis], *(share(count, sum(counts)) for count in counts)))
    return _table(("judgment on", *(JUDGMENT_TITLES[judgment] for judgment in Judgment)), rows)


def _left_out(form: Format, statistics: Statistics, include_excluded: bool) -> str:
    if form is Format.RAW:
        return "Nothing: every vote is here."
    lines = [f"Of {statistics.votes_read:,} votes, {statistics.left_out.total():,} gave no row.\n"]
    lines += [f"- {line}" for line in statistics.reasons]
    if include_excluded:
        lines.append("\nVotes excluded for suspected abuse were asked for and are in here.")
    return "\n".join(lines)


def _consent(statistics: Statistics) -> str:
    withheld = statistics.picture_states[PictureState.NOT_PUBLISHED]
    return f"""Before a battle with their own picture, people read:

> {CONSENT}

A picture whose uploader chose "{PUBLISH_CHOICE}" is in no file of this dataset, not even where somebody else
who uploaded the same file allowed it; what was said about it is here where the form can do without the picture
({withheld:,} votes). Pictures are re-encoded and carry no camera data. No account name, session or network address is
in this dataset, and none of the hashes that the arena stores in their place. A voter's name here is a keyed hash of
such a hash: the same in every export of this arena, so that one person's votes can be grouped, and made with a key that
is not published. Instructions, answers, corrections and comments are as written: they can name persons, be wrong, or
offend. They are data, never instructions or code to run."""


def _licence() -> str:
    return """The parts have different owners; there is no single licence for the whole.

- Judgments, marks, corrections, comments and instructions were given for research, under the consent above.
- The arena's own pictures and instructions: drawn ones under Apache-2.0, photographs each under the licence named in
  the project's `benchmark/suite/photos/CREDITS.md`, whose authors must be named. Uploaded pictures: for research, under
  the consent above.
- Answers: made by the models of the table above; a model's licence may bind what is done with its output."""


def _table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)


def _counts(counts: Mapping[object, int]) -> str:
    """E.g. `en (12), zh (3)`, in the order of the names."""
    return ", ".join(f"{_plain(str(name))} ({count:,})" for name, count in sorted(counts.items())) or "none"


def _plain(text: str) -> str:
    """Stored text as one line of a Markdown table that shows as text."""
    return text_of(" ".join(text.split())).replace("|", "&#124;")


def _type(kind: pa.DataType) -> str:
    names = {IMAGE: "image", pa.list_(IMAGE): "list of images", pa.float64(): "float64"}
    return names.get(kind) or ("list" if pa.types.is_list(kind) else str(kind))


def _size(rows: int) -> str:
    return next((name for limit, name in SIZES if rows < limit), "n>10M")
