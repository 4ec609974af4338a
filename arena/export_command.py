"""`python -m arena export`: people's votes as a dataset."""

import argparse
from pathlib import Path

from arena.data_option import DATABASE, add_data_option, stored
from arena.export.errors import ExportError
from arena.export.exporting import Exported, export
from arena.export.formats import Format
from arena.export.pictures import PictureState
from arena.pictures import PictureFolder
from arena.votes import Axis
from models.registry import lineup


def add_export(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser(
        "export",
        help="write the votes as a dataset",
        description="Write the votes as a dataset that datasets.load_dataset and the Hugging Face Hub open: parquet"
        " files and a card. Pictures that somebody does not want published are in none of them.",
    )
    command.add_argument(
        "--format",
        default=Format.RAW.value,
        metavar="FORMAT",
        help="arena (the public arena schema), dpo (TRL's vision DPO), rlhf-v (marked corrections) or raw (every field;"
        " the default)",
    )
    command.add_argument(
        "--axis",
        default=Axis.HALLUCINATION.value,
        metavar="AXIS",
        help="what the rows are about: hallucination (the default) or instruction; raw rows have both",
    )
    command.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="a new or an empty folder")
    command.add_argument(
        "--include-excluded",
        action="store_true",
        help="also the votes that are excluded for suspected abuse; raw has them anyway, with a flag",
    )
    add_data_option(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    form, axis = _one_of(Format, options.format, "format"), _one_of(Axis, options.axis, "axis")
    with stored(options.data) as store:
        if store is None:
            raise ExportError(
                f"There is no {DATABASE} in {options.data}, so there are no votes to export. Give the data folder with"
                " --data, or judge a battle first."
            )
        done = export(
            store,
            PictureFolder(options.data / "pictures"),
            form,
            axis,
            options.out,
            include_excluded=options.include_excluded,
            licences={spec.name: spec.licence for spec in lineup()},
        )
    print(summary(done))
    return 0


def summary(done: Exported) -> str:
    """What was written and what was not, in lines."""
    counted = done.statistics
    files = f"{done.files} file{'s' * (done.files != 1)}"
    lines = [
        f"{counted.rows:,} rows from {counted.votes:,} of {counted.votes_read:,} votes, {files},"
        f" {done.data_bytes / 1e6:.1f} MB, in {done.folder}"
    ]
    lines += [f"left out: {reason}" for reason in counted.reasons]
    for state, why in (
        (PictureState.NOT_PUBLISHED, "may not be published"),
        (PictureState.GONE, "is no longer in the data folder"),
    ):
        if count := counted.picture_states[state]:
            lines.append(f"without picture: {count:,} rows whose picture {why}")
    return "\n".join(lines)


def _one_of(kind: type[Format] | type[Axis], value: str, what: str) -> Format | Axis:
    try:
        return kind(value)
    except ValueError:
        allowed = ", ".join(member.value for member in kind)
        raise ExportError(f"There is no {what} {value!r}; choose one of {allowed}.") from None
