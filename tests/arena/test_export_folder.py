"""The folder of an export: whole or not at all, the same bytes for the same votes, and a card that tells the truth."""

import errno
import hashlib
import weakref
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml
from ballot_box import BEGIN, LICENCES, BallotBox

from arena.__main__ import main
from arena.battle import Mark, Source
from arena.export import exporting, writing
from arena.export.bias import interval
from arena.export.entries import published_voter
from arena.export.errors import ExportError
from arena.export.exporting import export
from arena.export.formats import Format
from arena.export.schemas import COLUMNS, RAW, schema
from arena.records import FRAME_COLUMNS
from arena.votes import Axis, Span, SpanKind

SPANS = (Span("a", 2, 5, SpanKind.OBJECT, 0, "cat"),)


@pytest.fixture
def box(tmp_path):
    box = BallotBox(tmp_path / "data")
    yield box
    box.close()


@pytest.fixture
def write(box, tmp_path):
    def run(form=Format.RAW, name="out", axis=Axis.HALLUCINATION, **options):
        return export(box.store, box.pictures, form, axis, tmp_path / name, licences=LICENCES, **options)

    return run


def contents(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def front_matter(folder: Path) -> dict:
    return yaml.safe_load((folder / "README.md").read_text(encoding="utf-8").split("---\n")[1])


@pytest.mark.parametrize("form", Format)
def test_equal_votes_give_equal_bytes(box, write, form):
    for number in range(7):
        box.cast("ab"[number % 2], voter=f"v{number % 3}", spans=SPANS, colour=(number, 0, 0))
    first, second = write(form, "one"), write(form, "two")
    files = contents(first.folder)
    assert list(files) == ["README.md", "data/train-00000-of-00001.parquet"]
    assert files == contents(second.folder)
    box.cast("a", spans=SPANS)
    assert set(files.values()).isdisjoint(contents(write(form, "three").folder).values())


@pytest.mark.parametrize("form", Format)
def test_the_card_describes_every_column(box, write, form):
    box.cast(spans=SPANS)
    folder = write(form).folder
    facts = front_matter(folder)
    assert facts["configs"] == [
        {"config_name": "default", "data_files": [{"split": "train", "path": "data/train-*.parquet"}]}
    ]
    table = pq.read_table(folder / "data" / "train-00000-of-00001.parquet")
    names = [column.name for column in COLUMNS[form]]
    assert [feature["name"] for feature in facts["dataset_info"]["features"]] == names == table.column_names
    (split,) = facts["dataset_info"]["splits"]
    assert (split["name"], split["num_examples"]) == ("train", 1)
    assert split["num_bytes"] == pytest.approx(
        table.nbytes, rel=0.05
    )  # a column without nulls can need one buffer less
    assert (facts["license"], facts["language"], facts["size_categories"]) == ("other", ["en"], ["n<1K"])
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert all(f"| `{name}` |" in card for name in names)
    headings = [line[3:] for line in card.splitlines() if line.startswith("## ")]
    assert headings == ["Rows", "Statistics", "Left out", "Known biases", "Consent and persons", "Licence"]
    assert "Do not publish my picture" in card


def test_raw_has_what_the_frame_of_votes_has():
    """All that analyses read, but for the address hash; the answers' lengths follow from the answers."""
    derived = {"address", "characters_a", "characters_b", "spans_a", "spans_b"}
    assert set(FRAME_COLUMNS) - derived <= {column.name for column in RAW}


def test_the_figures_of_the_card_are_those_of_the_votes(box, write):
    box.cast("a", "b", a="long answer", b="short", comment="hm", checker="{}")
    box.cast("a", "both_bad", a="x", b="longer", voter="bob", language="zh", spans=SPANS)
    box.cast("b", "cant_tell", models=("beta", "gamma"), source=Source.OWN, publish=False)
    box.cast("b", "a", marks=(Mark.EMPTY, None), language="other")
    card = (write().folder / "README.md").read_text(encoding="utf-8")
    for line in (
        "- 4 rows from 4 votes of 2 voters, 2026-03-01 to 2026-03-01 (UTC)",
        "- 3 models, 2 different pairs, 1 different pictures",
        "- votes by picture: not published (1), published (3)",
        "- votes by where the picture comes from: offered (3), own (1)",
        "- votes by language: en (2), other (1), zh (1)",
        "- votes by number of turns: 1 (4)",
        "- marked places by kind: attribute (0), knowledge (0), missed (0), number (0), object (1), relation (0),"
        " text (0); 1 with a correction",
        "- votes with a comment: 1; with a program's verdict: 1",
        "- votes not rated: 1; excluded: 0",
        "| hallucination | 2 (50.0 %) | 2 (50.0 %) | 0 (0.0 %) | 0 (0.0 %) | 0 (0.0 %) |",
        "| instruction following | 1 (25.0 %) | 1 (25.0 %) | 0 (0.0 %) | 1 (25.0 %) | 1 (25.0 %) |",
        "| alpha | 3 | 3 | MIT |",
        "| gamma | 1 | 0 | not known |",
    ):
        assert line in card.splitlines()
    assert (
        "**Position** (hallucination): the left answer won 2 of 3 times (66.7 %, 95 % interval 20.8 to 93.9 %)" in card
    )
    assert "**Length** (hallucination): the longer answer won 2 of 3 times" in card
    assert "The busiest voter gave 3 (75.0 %) of the votes" in card


def test_what_was_stored_cannot_break_the_card(box, write):
    box.cast(category="a|b\n## <img src=x onerror=alert(1)>", models=("alpha", "x|`{y}"), language="xx\n---\n")
    folder = write().folder
    assert front_matter(folder)["dataset_info"]["splits"][0]["num_examples"] == 1
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert "<img" not in card
    assert sum(line.startswith("## ") for line in card.splitlines()) == 6
    assert card.count("\n---\n") == 1
    assert "| x&#124;&#96;&#123;y&#125; | 1 | 0 | not known |" in card.splitlines()


def test_an_interval_is_wilsons():
    """Newcombe's examples (1998, method 3): 81 of 263 is in 0.2553 to 0.3662, 15 of 148 in 0.0624 to 0.1605."""
    assert interval(81, 263) == "81 of 263 times (30.8 %, 95 % interval 25.5 to 36.6 %)"
    assert interval(15, 148) == "15 of 148 times (10.1 %, 95 % interval 6.2 to 16.0 %)"


def test_an_interval_of_nothing_is_said_to_be_of_nothing():
    assert interval(0, 0) == "0 of 0 times"


def test_many_rows_come_in_files_and_groups_of_bounded_size(tmp_path):
    rows = [{"vote": number, "comment": "x" * 100} for number in range(25)]
    with writing.ParquetFiles(tmp_path, schema(Format.RAW), group_rows=4, file_bytes=1) as files:
        for row in rows:
            files.add(row)
    paths = sorted(tmp_path.iterdir())
    assert [path.name for path in paths][::6] == ["train-00000-of-00007.parquet", "train-00006-of-00007.parquet"]
    assert pq.read_table(tmp_path).column("vote").to_pylist() == list(range(25))
    (tmp_path / "by_bytes").mkdir()
    with writing.ParquetFiles(tmp_path / "by_bytes", schema(Format.RAW), group_bytes=250) as files:
        for row in rows[:5]:
            files.add(row)
    (path,) = (tmp_path / "by_bytes").iterdir()
    groups = pq.ParquetFile(path).metadata
    assert [groups.row_group(n).num_rows for n in range(groups.num_row_groups)] == [3, 2]


@dataclass
class ManyVotes:
    """As many copies of one vote as wanted, and how many were in memory at once."""

    record: object
    number: int
    most: int = 0

    def records(self, include_excluded=False):
        alive = weakref.WeakSet()
        for number in range(1, self.number + 1):
            record = replace(self.record, vote=number)
            alive.add(record)
            self.most = max(self.most, len(alive))
            yield record

    def vote_version(self):
        return self.number

    def voter_hash(self, session):
        return hashlib.sha256(session.encode()).hexdigest()


def test_votes_are_not_gathered_in_memory(box, tmp_path, monkeypatch):
    box.cast(publish=False)
    (record,) = box.store.records()
    waiting = []
    write_group = writing.ParquetFiles._write_group
    monkeypatch.setattr(
        writing.ParquetFiles, "_write_group", lambda files: (waiting.append(len(files._rows)), write_group(files))
    )
    votes = ManyVotes(record, 2500)
    done = export(votes, box.pictures, Format.RAW, Axis.HALLUCINATION, tmp_path / "out", licences={})
    assert done.statistics.rows == 2500
    assert votes.most <= 2
    assert waiting == [1000, 1000, 500]


def test_votes_given_meanwhile_are_not_half_in(box, tmp_path):
    """Between the two passes somebody votes; both passes must see the same votes."""
    box.cast(colour="red", source=Source.OWN)

    class Busy:
        voter_hash = staticmethod(box.store.voter_hash)
        vote_version = staticmethod(box.store.vote_version)
        passes = 0

        def records(self, include_excluded=False):
            self.passes += 1
            if self.passes == 2:
                box.cast(colour="blue", voter="late")
            return box.store.records(include_excluded)

    done = export(Busy(), box.pictures, Format.RAW, Axis.HALLUCINATION, tmp_path / "out", licences={})
    assert done.statistics.rows == 1


def test_the_published_voter_is_keyed_by_the_installation(tmp_path):
    one, two = BallotBox(tmp_path / "one"), BallotBox(tmp_path / "two")
    try:
        names = {published_voter(box.store.voter_hash, "same stored hash") for box in (one, two)}
        assert len(names) == 2
        assert all(len(name) == 64 for name in names)
        stored = one.store.voter_hash("ann")
        assert published_voter(one.store.voter_hash, stored) not in (stored, one.store.voter_hash(stored))
    finally:
        one.close()
        two.close()


@pytest.mark.parametrize("there", ["file", "folder with a file", "dangling link"])
def test_what_is_there_already_is_not_touched(box, write, tmp_path, there):
    box.cast()
    target = tmp_path / "out"
    if there == "file":
        target.write_text("mine")
    elif there == "dangling link":
        target.symlink_to(tmp_path / "nowhere")
    else:
        target.mkdir()
        (target / "mine.txt").write_text("mine")
    with pytest.raises(ExportError, match="--out takes a new or an empty folder"):
        write()
    assert not list(tmp_path.glob(".*writing*"))
    if there != "dangling link":
        assert "mine" in (target if target.is_file() else target / "mine.txt").read_text()


def test_an_empty_folder_and_missing_parents_are_filled(box, write, tmp_path):
    box.cast()
    (tmp_path / "empty").mkdir()
    assert (write(name="empty").folder / "README.md").is_file()
    assert (write(name="new/er/folder").folder / "README.md").is_file()


@pytest.mark.parametrize("broken", ["disk full", "stopped"])
def test_nothing_is_left_where_writing_breaks_off(box, write, tmp_path, monkeypatch, broken):
    box.cast()
    error = OSError(errno.ENOSPC, "No space left on device") if broken == "disk full" else KeyboardInterrupt()

    def fail(*arguments, **options):
        raise error

    monkeypatch.setattr(exporting, "card", fail)
    with pytest.raises((ExportError, KeyboardInterrupt)) as raised:
        write()
    if broken == "disk full":
        assert "out cannot be written: No space left on device. Nothing is left there" in str(raised.value)
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_a_picture_that_cannot_be_read_stops_the_export(box, write, monkeypatch):
    box.cast()

    def refuse(path):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(ExportError, match=r"cannot be read: Permission denied\. Nothing was exported"):
        write()


def test_an_export_without_a_row_says_why(box, write, tmp_path):
    with pytest.raises(ExportError, match="There are no votes yet"):
        write()
    box.cast("both_bad")
    box.cast("cant_tell")
    with pytest.raises(ExportError) as raised:
        write(Format.DPO)
    assert str(raised.value).startswith(
        "None of the 2 votes gives a row of form dpo on hallucination"
        " (1: the voter could not tell; 1: a tie: both good or both bad)."
    )
    assert not (tmp_path / "out").exists()


def test_the_command_writes_and_says_what_it_left_out(box, tmp_path, capsys):
    box.cast("b", "a")
    box.cast("both_bad", "a", publish=False)
    box.cast("cant_tell", "b", colour="blue")
    box.cast("a", "a", colour="red")
    box.exclude(4)
    box.pictures.find(box.save_picture("blue")).unlink()
    arguments = ["export", "--data", str(tmp_path / "data"), "--out"]
    assert main([*arguments, str(tmp_path / "a"), "--format", "arena", "--axis", "instruction"]) == 0
    first, *lines = capsys.readouterr().out.splitlines()
    assert first.startswith("3 rows from 3 of 4 votes, 1 file, 0.0 MB, in ")
    assert lines == [
        "left out: 1: the vote is excluded for suspected abuse",
        "without picture: 1 rows whose picture may not be published",
        "without picture: 1 rows whose picture is no longer in the data folder",
    ]
    assert main([*arguments, str(tmp_path / "b"), "--format", "dpo", "--include-excluded"]) == 0
    assert pq.read_table(tmp_path / "b" / "data").column("question_id").to_pylist() == ["battle-0001", "battle-0004"]
    assert main([*arguments, str(tmp_path / "c")]) == 0
    assert pq.read_table(tmp_path / "c" / "data").column("voted_at")[0].as_py() > BEGIN
    assert "4 rows from 4 of 4 votes" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--format", "csv"], "There is no format 'csv'; choose one of arena, dpo, rlhf-v, raw."),
        (["--axis", "style"], "There is no axis 'style'; choose one of hallucination, instruction."),
        (["--data", "nowhere"], "There is no arena.sqlite in nowhere, so there are no votes to export."),
    ],
)
def test_the_command_refuses_what_it_does_not_know(box, tmp_path, capsys, options, message):
    box.cast()
    target = tmp_path / "out"
    assert main(["export", "--data", str(tmp_path / "data"), "--out", str(target), *options]) == 2
    assert capsys.readouterr().err.startswith(f"error: {message}")
    assert not target.exists()
    assert not Path("nowhere").exists()


def test_the_command_needs_a_folder_and_refuses_a_full_one(box, tmp_path, capsys):
    box.cast()
    with pytest.raises(SystemExit) as raised:
        main(["export"])
    assert raised.value.code == 2
    assert main(["export", "--data", str(tmp_path / "data"), "--out", str(tmp_path)]) == 2
    assert "is not empty; --out takes a new or an empty folder" in capsys.readouterr().err
