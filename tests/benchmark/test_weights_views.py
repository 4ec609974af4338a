from dataclasses import replace

import pytest
from answered import of_points
from small_suites import NOW

from benchmark import weights_views
from benchmark.quantization_report import Cost, quantization_report
from benchmark.records import ModelRecord, RunSettings, SuiteRecord
from benchmark.results import RunFolder
from models.errors import UnknownQuantizationError

SETTINGS = RunSettings(
    ModelRecord("tiny", "Tiny", revision="1"), SuiteRecord("some", "", "f" * 64, False, {"OCR": 4}), ("OCR",)
)


@pytest.fixture
def report(tmp_path):
    """`report(none=points, int8=points)`: of runs with these points on the pictures of OCR and of code reasoning."""

    def made(**points):
        runs = []
        for weights, (ocr, code) in points.items():
            settings = replace(SETTINGS, model=replace(SETTINGS.model, quantization=weights))
            runs.append(RunFolder.create(tmp_path / weights, settings, NOW))
            with runs[-1].writing():
                runs[-1].append(of_points("OCR", ocr) + of_points("code_reasoning", code))
        return quantization_report(runs)

    return made


def test_memory_and_time_against_the_full_weights():
    table = weights_views.costs_table(
        {"none": Cost(200 * 2**20, 0.02), "int8": Cost(100 * 2**20, 0.04), "nf4": Cost(None, None)}
    )
    assert table.index("200 MiB</td><td>20 ms</td>") < table.index("100 MiB<small>50 %</small>")
    assert "40 ms<small>0.50 times the speed</small>" in table
    assert table.count("<td>not recorded</td>") == 2


def test_without_the_full_weights_nothing_is_held_against_them():
    table = weights_views.costs_table({"int8": Cost(3 * 2**20, 0.004)})
    assert "<td>3 MiB</td><td>4 ms</td>" in table
    assert weights_views.costs_table({}) == ""


def test_what_changed_in_sentences(report):
    text = weights_views.summary(
        report(none=([200, 50, 0, 0], [50]), int8=([200, 50, 0, 0], [50]), nf4=([50, 50, 50, 0], [50]))
    )
    assert "<b>8 bits per weight</b>, perception: 62.5, the same points on every picture." in text
    assert "No answer changed.</p>" in text
    assert "<b>4 bits per weight</b>, perception: 37.5 against 62.5 with full weights, <b>-25.0</b> (" in text
    assert "could be chance" in text and "2 answers changed: 1 became right, 1 became wrong.</p>" in text


def test_pictures_that_only_one_was_asked_are_left_out(report):
    text = weights_views.summary(report(none=([200, 50], [50]), int8=([200, 0], [50, 50, 50])))
    assert "1 answer changed: 0 became right, 1 became wrong. Compared on 3 pictures; left out: 2 asked" in text
    assert "2 asked only with these.</p>" in text


def test_each_subtask_with_its_change(report):
    table = weights_views.changes_table(report(none=([200, 50], [50]), nf4=([50, 50], []), int8=([200, 200], [50])))
    heads = [table.index(f">{head}</th>") for head in ("Full weights", "8 bits per weight", "4 bits per weight")]
    assert heads == sorted(heads)
    assert table.index(">Perception<") < table.index(">OCR<") < table.index(">Code reasoning<")
    assert table.count("class=bench-total") == 2 and "<b>+75.0</b>" in table and "<b>-75.0</b>" in table
    assert table[table.index(">Code reasoning<") :].count("<td>–</td>") == 1  # not asked with 4 bits


def test_the_command_that_asks_with_all_of_them():
    text = weights_views.command_text("scout-3m", "embedded", "runs/w", 3)
    assert "quantization --model scout-3m --suite embedded --images 3 --out runs/w</pre>" in text
    assert "--images" not in weights_views.command_text("scout-3m", "embedded", "runs/w")


def test_unknown_weights_have_no_title():
    with pytest.raises(UnknownQuantizationError):
        weights_views.title("int3")
