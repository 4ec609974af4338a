import json
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_suites import NOW

from benchmark.errors import RecordError, RunError
from benchmark.importing import import_recorded, import_upload, responses_at
from benchmark.official import COMPANION, load_official
from benchmark.parsing import Parser, Verdict
from benchmark.records import ModelRecord, RunSettings, SuiteRecord
from benchmark.results import RunFolder
from benchmark.scoring import Response, score
from benchmark.subtasks import SUBTASK_NAMES


def run_of(path: Path, responses: list[Response], total: int = 9) -> RunFolder:
    names = tuple(dict.fromkeys(r.subtask for r in responses))
    suite = SuiteRecord("some", "some.parquet", "f" * 64, False, dict.fromkeys(names, total))
    run = RunFolder.create(path, RunSettings(ModelRecord("m", "Model M"), suite, names), NOW)
    with run.writing():
        run.append(responses)
    return run


def pair(subtask: str, image: str, first: str, second: str) -> list[Response]:
    return [
        Response(subtask, image, 1, "Is it?", Verdict.YES, first),
        Response(subtask, image, 2, "Is it not?", Verdict.NO, second),
    ]


anything = st.text(
    alphabet=st.one_of(
        st.characters(exclude_categories=()), st.sampled_from("yesnoYESNO\t\r\n .,-?/'\x0b\x0c\x85\u2028")
    )
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(st.sampled_from(SUBTASK_NAMES), anything, anything), min_size=1, max_size=8))
def test_a_run_and_its_export_score_the_same_with_every_parser(said):
    responses = [r for n, (name, a, b) in enumerate(said) for r in pair(name, f"{n}.png", a, b)]
    with tempfile.TemporaryDirectory() as folder:
        run = run_of(Path(folder) / "run", responses)
        assert run.responses() == responses  # raw, to the last character
        exported = run.export_official(Path(folder) / "export")
        for parser in Parser:
            assert score(responses_at(exported), parser) == run.scores(parser)
        # and by the letter of the official tool: two lines an image, four columns, the first four characters
        for name, s in run.scores().subtasks.items():
            with (exported / f"{name}.txt").open(encoding="utf-8") as file:
                lines = file.readlines()
            right = 0
            for line in lines:
                _, _, truth, response = line.split("\t")
                head = response.lower()[:4]
                right += truth.lower() == ("yes" if "yes" in head else "no" if "no" in head else "other")
            assert right / len(lines) == s.acc


def test_lavin_becomes_a_run_and_its_export_scores_the_same(mme_dir, tmp_path):
    run = import_recorded(mme_dir / "recorded" / "LaVIN", tmp_path / "runs", "LaVIN 13B", NOW)
    assert (run.scores().perception, run.scores().cognition) == (963.6114445778312, 249.64285714285714)
    assert run.settings.suite.is_mme and run.settings.recorded
    assert run.path.name == "2026-01-02_030405_lavin-13b"
    exported = run.export_official(tmp_path / "export")
    for name in SUBTASK_NAMES:
        original = mme_dir / "recorded" / "LaVIN" / f"{name}.txt"
        assert (exported / f"{name}.txt").read_text("utf-8").rstrip() == original.read_text("utf-8").rstrip()
    again = import_recorded(exported, tmp_path / "runs", "LaVIN 13B", NOW)
    assert again.path.name == "2026-01-02_030405_lavin-13b_2"
    assert again.settings.suite.is_mme and again.scores() == run.scores()


def test_an_export_of_a_part_says_what_part(tmp_path):
    responses = [*pair("OCR", "1.png", "yes", "no"), *pair("count", "1.png", "no", "yes")[:1]]
    exported = run_of(tmp_path / "run", responses).export_official(tmp_path / "export")
    assert sorted(path.name for path in exported.iterdir()) == ["OCR.txt", COMPANION]
    assert (exported / "OCR.txt").read_text() == "1.png\tIs it?\tYes\tyes\n1.png\tIs it not?\tNo\tno\n"
    again = import_recorded(exported, tmp_path / "runs", "M", NOW)
    assert again.coverage() == {"OCR": (1, 9)}
    assert again.settings.suite.fingerprint == "f" * 64


def test_export_refuses_what_it_cannot_do(tmp_path):
    run = run_of(tmp_path / "run", pair("OCR", "1.png", "yes", "no")[:1])
    with pytest.raises(RunError, match="no image with both answers yet"):
        run.export_official(tmp_path / "export")
    run = run_of(tmp_path / "run2", pair("OCR", "1.png", "yes", "no"))
    with pytest.raises(RunError, match="not empty; give a new or empty folder"):
        run.export_official(tmp_path)


@pytest.fixture
def folder(tmp_path) -> Path:
    """All 14 files with one image each."""
    made = tmp_path / "official"
    made.mkdir()
    for name in SUBTASK_NAMES:
        (made / f"{name}.txt").write_text("1.png\tIs it?\tYes\tYes, it is\n1.png\tIs it not?\tNo\tno\n")
    return made


def lines(*lines: str) -> str:
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (lines("1.png\tq\tYes\tyes"), r"OCR.txt has an odd number of questions \(1\)"),
        (
            lines("1.png\tq\tYes\tyes", "2.png\tr\tNo\tno"),
            "image '1.png' is without its pair, the next line is about '2.png'",
        ),
        (lines("1.png\tq\tYes\tyes", "1.png\tr\tYes\tno"), "both answers are Yes; one must be Yes and one No"),
        (lines("1.png\tq\tYes\tyes", "1.png\tr\tNein\tno"), "the true answer is 'Nein'; allowed are Yes and No"),
        (lines("1.png\tq\tYes", "1.png\tr\tNo"), "line 1 has no response: recorded answers have four columns"),
        (lines("1.png\tq\tYes\tyes\tindeed", "1.png\tr\tNo\tno"), r"line 1 has 5 column\(s\) instead of four"),
        (lines("1.png\tq\tYes\tyes", "because", "1.png\tr\tNo\tno"), r"line 2 has 1 column\(s\) instead of four"),
        (lines(*["1.png\tq\tYes\tyes", "1.png\tr\tNo\tno"] * 2), "lines 3 and 4: image '1.png' is there a second time"),
        ("", "OCR.txt is empty"),
        (None, "lacks OCR.txt; recorded answers have one file for each subtask"),
    ],
)
def test_one_clear_sentence_for_each_broken_recording(folder, text, sentence):
    if text is None:
        (folder / "OCR.txt").unlink()
    else:
        (folder / "OCR.txt").write_text(text)
    with pytest.raises(RecordError, match=sentence):
        load_official(folder)


def test_other_folders_and_damaged_companions(folder, tmp_path):
    with pytest.raises(RecordError, match="there is no folder"):
        load_official(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(RecordError, match="holds neither a run nor recorded answers"):
        responses_at(tmp_path / "empty")
    (folder / COMPANION).write_text(json.dumps({"files": ["existence", "ocr"]}))
    with pytest.raises(RecordError, match=f"{COMPANION} is damaged"):
        load_official(folder)


def test_windows_line_ends_and_a_byte_order_mark(folder):
    text = (folder / "OCR.txt").read_text().replace("\n", "\r\n")
    (folder / "OCR.txt").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert score(load_official(folder).responses).subtasks["OCR"].score == 200


def zipped(folder: Path, path: Path, inside: str = "LaVIN/") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for file in folder.iterdir():
            archive.write(file, inside + file.name)
    return path


def test_uploads_as_zip_or_as_files(folder, tmp_path):
    (folder / "readme.md").write_text("ignored")
    run = import_upload([zipped(folder, tmp_path / "a.zip")], tmp_path / "runs", "A", NOW)
    other = import_upload(sorted(folder.glob("*.txt")), tmp_path / "runs", "B", NOW)
    assert run.scores() == other.scores() and run.scores().perception == 2000
    assert not run.settings.suite.is_mme
    assert run.coverage()["existence"] == (1, 30)


def test_uploads_that_are_refused(folder, tmp_path, monkeypatch):
    archive = zipped(folder, tmp_path / "a.zip", "../../")  # names that point elsewhere stay inside
    import_upload([archive], tmp_path / "runs", "A", NOW)
    assert not (tmp_path.parent / "OCR.txt").exists()
    with pytest.raises(RecordError, match=r"^the upload lacks count.txt; "):
        import_upload([p for p in folder.iterdir() if p.stem != "count"], tmp_path / "runs", "A", NOW)
    with pytest.raises(RecordError, match=r"official.txt is in no form that can be read; give the official text files"):
        (tmp_path / "official.txt").write_text("")
        import_upload([tmp_path / "official.txt"], tmp_path / "runs", "A", NOW)
    monkeypatch.setattr("benchmark.importing.MAX_UPLOAD_BYTES", 200)
    with pytest.raises(RecordError, match="unpacks to more than"):
        import_upload([archive], tmp_path / "runs", "A", NOW)
    with pytest.raises(RunError, match="has 0 characters; give 1 to 80"):
        import_recorded(folder, tmp_path / "runs", "  ", NOW)
    assert len(list((tmp_path / "runs").iterdir())) == 1
