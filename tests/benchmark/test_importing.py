"""Answers of lmms-eval and VLMEvalKit, and what this installation exports, read back."""

import contextlib
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_suites import NOW
from test_official import anything, pair, run_of

from benchmark import __main__ as cli
from benchmark.comparison import compare
from benchmark.data import open_suite
from benchmark.errors import RecordError, RunError, SuiteError, UnknownNameError
from benchmark.exports import Format, default_target, export_run, find_format
from benchmark.importing import MAX_UPLOAD_BYTES, import_recorded, import_upload, recorded_at
from benchmark.parsing import Parser
from benchmark.results import RunFolder
from benchmark.scoring import score, verdict
from benchmark.subtasks import SUBTASK_NAMES


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture], deadline=None
)
@given(said=st.lists(st.tuples(st.sampled_from(SUBTASK_NAMES), anything, anything), min_size=1, max_size=8))
def test_every_export_read_back_scores_the_same_with_every_parser(said, tmp_path_factory):
    folder = tmp_path_factory.mktemp("round")
    responses = [r for n, (name, a, b) in enumerate(said) for r in pair(name, f"{n}.png", a, b)]
    run = run_of(folder / "run", [*responses, pair("scene", "open.png", "yes", "no")[0]])
    whole = score(responses)
    for form in Format:
        exported = export_run(run, form, default_target(run, form, folder))
        again = recorded_at(exported).responses
        assert len(again) == len(responses)
        for parser in Parser:
            assert score(again, parser).subtasks == run.scores(parser).subtasks
            assert {r.question_id: verdict(r, parser) for r in again} == {
                r.question_id: verdict(r, parser) for r in responses
            }
        assert score(again) == whole
    kept = {r.question_id: r.response for r in recorded_at(folder / "run_samples_mme.jsonl").responses}
    assert kept == {r.question_id: r.response for r in responses}  # raw, to the last character


def test_lavin_survives_every_form(mme_dir, tmp_path):
    run = import_recorded(mme_dir / "recorded" / "LaVIN", tmp_path / "runs", "LaVIN", NOW)
    for form in Format:
        exported = export_run(run, form, default_target(run, form, tmp_path))
        again = import_recorded(exported, tmp_path / "again", "LaVIN", NOW)
        assert (again.scores().perception, again.scores().cognition) == (963.6114445778312, 249.64285714285714)
        assert again.settings.suite.is_mme and again.settings.suite.whole == {}


def sample(number: int, image: str, truth: str, said: object, subtask: str = "OCR", **more) -> dict:
    """A line as lmms-eval 0.3 and later writes it."""
    key = "mme_cognition_score" if subtask == "code_reasoning" else "mme_perception_score"
    scored = {"question_id": f"{subtask}/{image}", "category": subtask, "score": 1.0}
    text = f"Is it {truth}?\nAnswer the question using a single word or phrase."
    facts = {"doc_id": number, "target": truth, "filtered_resps": said, "doc_hash": "h", key: scored, "input": text}
    return {**facts, **more}


def jsonl(path: Path, *samples: dict) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in samples), encoding="utf-8")
    return path


@pytest.mark.parametrize("said", [["Yes"], "Yes", [["Yes"]]])
def test_samples_in_the_shapes_of_several_versions(tmp_path, said):
    lines = [
        sample(1, "1.jpg", "No", ["no"]),
        sample(0, "1.jpg", "Yes", said),  # processes write in any order
        sample(3, "2.jpg", "No", ["Yes."], "code_reasoning"),
        sample(2, "2.jpg", "Yes", ["Yes."], "code_reasoning"),
    ]
    misspelt = {key.replace("perception", "percetion"): value for key, value in lines[0].items()}
    recorded = recorded_at(jsonl(tmp_path / "20250101_samples_mme.jsonl", misspelt, *lines[1:]))
    scores = score(recorded.responses)
    assert (scores.perception, scores.cognition) == (200, 50)
    assert [(r.question_id, r.truth.value) for r in recorded.responses[:2]] == [
        ("OCR/1.jpg#1", "yes"),
        ("OCR/1.jpg#2", "no"),
    ]
    assert recorded.responses[0].question == "Is it Yes?\nAnswer the question using a single word or phrase."


def test_the_first_versions_wrote_one_json_file_with_logs(tmp_path):
    doc = {"question_id": "OCR/1.jpg", "category": "OCR", "question": "Is it?", "answer": "Yes"}
    logs = [
        {"doc_id": 0, "doc": doc, "target": "Yes", "resps": [["yes"]], "filtered_resps": ["yes"]},
        {"doc_id": 1, "doc": {**doc, "answer": "No"}, "target": "No", "resps": [["no"]], "filtered_resps": ["no"]},
    ]
    (tmp_path / "mme.json").write_text(json.dumps({"args": {}, "logs": logs}))
    recorded = recorded_at(tmp_path / "mme.json")
    assert score(recorded.responses).perception == 200 and recorded.responses[0].question == "Is it?"


def lmms_evals_sum(lines: list[dict], key: str) -> float:
    """The total as lmms-eval adds it up from its samples: per category the mean over images of acc and acc+."""
    categories: dict[str, dict[str, list[float]]] = {}
    for facts in (line[key] for line in lines if key in line):
        categories.setdefault(facts["category"], {}).setdefault(facts["question_id"], []).append(facts["score"])
    total = 0.0
    for images in categories.values():
        assert all(len(scores) == 2 for scores in images.values())
        points = [100 * sum(scores) / 2 + 100 * (sum(scores) == 2) for scores in images.values()]
        total += sum(points) / len(points)
    return total


def test_lmms_eval_would_add_our_samples_up_to_the_same(mme_dir, tmp_path):
    run = import_recorded(mme_dir / "recorded" / "LaVIN", tmp_path / "runs", "LaVIN", NOW)
    path = export_run(run, Format.SAMPLES, tmp_path / "s.jsonl")
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    scores = run.scores(Parser.LMMS_EVAL)
    assert len(lines) == 2374
    assert lmms_evals_sum(lines, "mme_perception_score") == pytest.approx(scores.perception, abs=1e-9)
    assert lmms_evals_sum(lines, "mme_cognition_score") == pytest.approx(scores.cognition, abs=1e-9)


def test_our_samples_look_like_lmms_evals(tmp_path):
    run = run_of(tmp_path / "run", [*pair("OCR", "1.png", "y", "yes"), *pair("code_reasoning", "2.png", "no", "n")])
    path = export_run(run, Format.SAMPLES, tmp_path / "s.jsonl")
    first, second, third, _ = [json.loads(line) for line in path.read_text().splitlines()]
    assert list(first) == ["doc_id", "target", "filtered_resps", "doc_hash", "mme_perception_score", "input"]
    assert first["mme_perception_score"] == {"question_id": "OCR/1.png", "category": "OCR", "score": 1.0}
    assert (second["doc_id"], second["target"], second["filtered_resps"]) == (1, "No", ["yes"])
    assert second["mme_perception_score"]["score"] == 0.0 and "mme_cognition_score" in third


def test_samples_say_what_was_asked(tmp_path):
    run = run_of(tmp_path / "run", pair("OCR", "1.png", "y", "yes"))
    asked = replace(run.settings, prompt_style="lmms-eval")
    run = RunFolder.create(tmp_path / "asked", asked, NOW)
    with run.writing():
        run.append(
            [
                replace(response, question=f"{response.question} Please answer yes or no.")
                for response in pair("OCR", "1.png", "y", "yes")
            ]
        )
    path = export_run(run, Format.SAMPLES, tmp_path / "s.jsonl")
    first = json.loads(path.read_text().splitlines()[0])
    assert first["input"] == "Is it?\nAnswer the question using a single word or phrase."


def test_answers_asked_elsewhere_in_other_words_compare_with_ours(tmp_path):
    ours = run_of(tmp_path / "ours", pair("OCR", "1.jpg", "yes", "yes"))
    texts = {"Yes": "Is it?", "No": "Is it not?"}
    lines = [
        sample(n, "1.jpg", truth, "no", input=f"{texts[truth]}\nAnswer the question using a single word or phrase.")
        for n, truth in enumerate(texts)
    ]
    path = jsonl(tmp_path / "s.jsonl", *lines)
    theirs = import_recorded(path, tmp_path / "runs", "elsewhere", NOW)
    found = compare(theirs.responses(), ours.responses())
    assert (found.shared, len(found.flips)) == (1, 2)


def test_more_answers_than_mme_has_are_no_part_of_it(tmp_path):
    lines = [
        sample(2 * n + place, f"{n}.jpg", truth, "no")
        for n in range(21)  # MME has 20 images of OCR
        for place, truth in enumerate(("Yes", "No"))
    ]
    lines += [sample(42 + place, "0.jpg", truth, "no", "code_reasoning") for place, truth in enumerate(("Yes", "No"))]
    run = import_recorded(jsonl(tmp_path / "s.jsonl", *lines), tmp_path / "runs", "other", NOW)
    assert run.coverage() == {"OCR": (21, 21), "code_reasoning": (1, 1)}
    assert not run.settings.suite.is_mme and run.settings.suite.whole == {}


RESULT = pd.DataFrame(
    {
        "index": [0, 1, 2, 3],
        "category": ["OCR", "OCR", "code_reasoning", "code_reasoning"],
        "image_path": ["OCR/1.jpg", "OCR/1.jpg", "code_reasoning/2.png", "code_reasoning/2.png"],
        "question": ["Is it?", "Or?", "Is it so?", "Or so?"],
        "answer": ["Yes", "No", "No", "Yes"],
        "prediction": ["Yes", "No, nothing", "The answer is no", "None"],
        "extracted": ["Yes", "No", "No", "Unknown"],
    }
)


@pytest.mark.parametrize("name", ["M_MME.xlsx", "M_MME.tsv", "M_MME.csv"])
def test_results_of_vlmevalkit(tmp_path, name):
    path = tmp_path / name
    if path.suffix == ".xlsx":
        RESULT.to_excel(path, index=False, engine="openpyxl")
    else:
        RESULT.to_csv(path, sep="\t" if path.suffix == ".tsv" else ",", index=False)
    run = import_upload([path], tmp_path / "runs", "M", NOW)
    assert [r.response for r in run.responses()] == list(RESULT["prediction"])
    scores = run.scores(Parser.VLMEVALKIT)
    assert (scores.perception, scores.cognition) == (200, 50)
    assert run.coverage() == {"OCR": (1, 20), "code_reasoning": (1, 20)}
    assert not run.settings.suite.is_mme and run.settings.recorded


def test_a_csv_is_safe_in_a_spreadsheet(tmp_path):
    said = "=HYPERLINK(1)", "'quoted'"
    run = run_of(tmp_path / "run", pair("OCR", "1.png", *said))
    path = export_run(run, Format.CSV, tmp_path / "a.csv")
    assert pd.read_csv(path)["response"].tolist() == ["'=HYPERLINK(1)", "''quoted'"]
    assert tuple(r.response for r in recorded_at(path).responses) == said
    assert pd.read_csv(path).loc[0, ["subtask", "number", "truth", "verdict", "right"]].tolist() == [
        "OCR",
        1,
        "yes",
        "other",
        "no",
    ]


def test_a_csv_tells_what_a_technique_made_of_an_answer(tmp_path):
    first, second = pair("OCR", "1.png", "yes", "no")
    reasoned = replace(first, reasoning="I see a sign.\nFinal answer: yes", notes="=Solved examples: 2.png")
    path = export_run(run_of(tmp_path / "run", [reasoned, second]), Format.CSV, tmp_path / "a.csv")
    table = pd.read_csv(path, keep_default_na=False)
    assert table["reasoning"].tolist() == ["I see a sign.\nFinal answer: yes", ""]
    assert table["notes"].tolist() == ["'=Solved examples: 2.png", ""]
    assert [r.response for r in recorded_at(path).responses] == ["yes", "no"]


GOOD = [sample(0, "1.jpg", "Yes", ["y"]), sample(1, "1.jpg", "No", ["n"])]
TABLE = "subtask,image,question,truth,response\n"


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("a.jsonl", "", "a.jsonl holds no samples"),
        ("a.jsonl", '{"doc_id": 0', "a.jsonl, line 1 is no JSON .*cut off"),
        ("a.jsonl", "[" * 100_000, "a.jsonl, line 1 is no JSON"),
        ("a.jsonl", "[1]", "a.jsonl, line 1: expected a JSON object, got list"),
        ("a.jsonl", json.dumps({"doc_id": 0, "gqa": 1}), "line 1 has no question_id and no category: these are not"),
        ("a.jsonl", json.dumps(GOOD[0]), r"image OCR/1.jpg \(a.jsonl, line 1\) has only one answer"),
        ("a.jsonl", json.dumps(GOOD[0] | {"target": "A"}), "a.jsonl, line 1: the true answer is 'A'"),
        ("a.jsonl", json.dumps(GOOD[0] | {"doc_id": "7"}), "line 1: doc_id is '7'; expected a whole number"),
        ("a.jsonl", json.dumps(GOOD[0] | {"filtered_resps": [None]}), "line 1 lacks filtered_resps"),
        ("a.jsonl", json.dumps(GOOD[0]) + "\n" + json.dumps(GOOD[0]), "line 2: doc_id 0 is there a second time"),
        ("a.json", '{"results": 1}', "a.json is no samples file of lmms-eval"),
        ("a.csv", "", "a.csv is empty"),
        ("a.csv", TABLE, "a.csv holds no answers, only the names"),
        ("a.csv", "index,question\n", r"lacks the column\(s\) category, image_path, answer, prediction; it has index,"),
        ("a.csv", TABLE + "OCR,1.png,q,yes\n", "a.csv, row 1 has 4 columns instead of 5"),
        ("a.csv", TABLE + "ocr,1.png,q,yes,y\n", "a.csv, row 1: unknown subtask 'ocr'"),
        ("a.csv", TABLE + "OCR,../1.png,q,yes,y\n", "a.csv, row 1: the picture name '../1.png' climbs out"),
        ("a.csv", TABLE + "OCR,1.png,q,yes,y\nOCR,1.png,r,yes,n\n", "both true answers are Yes; one is Yes and one"),
        ("a.csv", TABLE + 'OCR,1.png,"q,yes,y\n', "a.csv cannot be read as a table"),
        ("a.xlsx", "PK no workbook", "a.xlsx cannot be read as an Excel workbook"),
        ("a.pkl", "x", "a.pkl is in no form that can be read; give the official text files"),
        ("a.zip", "x", "a.zip cannot be unpacked"),
    ],
)
def test_one_clear_sentence_for_each_broken_recording(tmp_path, name, text, sentence):
    (tmp_path / name).write_text(text)
    with pytest.raises(RecordError, match=sentence) as caught:
        import_recorded(tmp_path / name, tmp_path / "runs", "M", NOW)
    assert "\n" not in str(caught.value) and not (tmp_path / "runs").exists()


pieces = st.lists(
    st.sampled_from(
        [
            "subtask,image,question,truth,response",
            "OCR",
            "1.png",
            "yes",
            "No",
            ",",
            "\t",
            "\n",
            '"',
            "\r",
            "\ufeff",
            "\x00",
            "index\tcategory\timage_path\tquestion\tanswer\tprediction\timage",
            "{",
            "}",
            "[]",
            '{"doc_id":1}',
            "null",
            json.dumps(GOOD[0]),
            json.dumps(GOOD[1]),
            '{"logs":',
            "1",
            ":",
            "AAAA" * 20,
            "../",
            "\u2028",
            "é",
        ]
    ),
    max_size=30,
).map(lambda parts: "".join(parts).encode())


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(data=st.one_of(st.binary(max_size=200), pieces), ending=st.sampled_from([".jsonl", ".json", ".csv", ".tsv"]))
def test_whatever_a_file_holds_it_is_read_or_refused_in_one_sentence(tmp_path_factory, data, ending):
    path = tmp_path_factory.getbasetemp() / f"fuzz{ending}"
    path.write_bytes(data)
    for read in (recorded_at, open_suite) if ending == ".tsv" else (recorded_at,):
        with contextlib.suppress(RecordError, SuiteError):
            read(path)


def test_files_that_are_too_large_or_too_many_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("benchmark.tables._MOST_UNPACKED", 2_000_000)
    with (tmp_path / "big.csv").open("wb") as file:
        file.truncate(MAX_UPLOAD_BYTES + 1)
    with pytest.raises(RecordError, match=r"big.csv is larger than 50 MB"):
        recorded_at(tmp_path / "big.csv")
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(2_000_001))
    with pytest.raises(RecordError, match=r"bomb.xlsx unpacks to more than 2 MB"):
        recorded_at(tmp_path / "bomb.xlsx")
    two = [jsonl(tmp_path / name, *GOOD) for name in ("a.jsonl", "b.jsonl")]
    with pytest.raises(RecordError, match=r"a.jsonl came with 1 other file\(s\); give one file"):
        import_upload(two, tmp_path / "runs", "M", NOW)


def test_a_folder_or_zip_with_one_samples_file(tmp_path):
    path = jsonl(tmp_path / "20250101_samples_mme.jsonl", *GOOD)
    (tmp_path / "20250101_results.json").write_text("{}")
    assert len(recorded_at(tmp_path).responses) == 2
    with zipfile.ZipFile(tmp_path / "out.zip", "w") as archive:
        archive.write(path, "logs/model/" + path.name)
    assert len(recorded_at(tmp_path / "out.zip").responses) == 2


def test_exports_never_overwrite_and_name_their_forms(tmp_path):
    run = run_of(tmp_path / "run", pair("OCR", "1.png", "yes", "no"))
    export_run(run, Format.CSV, tmp_path / "a.csv")
    with pytest.raises(RunError, match=r"a.csv is there already; remove it or give another name"):
        export_run(run, Format.CSV, tmp_path / "a.csv")
    with pytest.raises(UnknownNameError, match="unknown export format 'xml'; choose one of: official, samples, csv"):
        find_format("xml")
    half = run_of(tmp_path / "half", pair("OCR", "1.png", "yes", "no")[:1])
    for form in Format:
        with pytest.raises(RunError, match="no image with both answers yet"):
            export_run(half, form, tmp_path / f"none-{form}")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "half", "run"]


def test_the_commands(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    run_of(tmp_path / "mine", pair("OCR", "1.png", "yes", "no"))
    for form, name in (
        ("official", "mine_official"),
        ("samples", "mine_samples_mme.jsonl"),
        ("csv", "mine.csv"),
    ):
        assert cli.main(["export", "mine", "--format", form]) == 0
        assert capsys.readouterr().out == f"{name}\n"
        assert cli.main(["import", name, "--name", f"M {form}", "--data", "data"]) == 0
        where, first, *_ = capsys.readouterr().out.splitlines()
        assert RunFolder.open(Path(where)).settings.model.title == f"M {form}"
        assert first.startswith("OCR") and " 200.00 of 200" in first and "images 1 of " in first
        assert cli.main(["score", name]) == 0
        assert capsys.readouterr().out.startswith(first.split(" of ")[0])
    assert cli.main(["import", "mine", "--name", "M"]) == 2
    assert capsys.readouterr().err.startswith("error: mine is a run already, nothing to import")
    assert cli.main(["import", "nothing", "--name", "M"]) == 2
    assert capsys.readouterr().err == "error: there is no file or folder 'nothing'\n"
