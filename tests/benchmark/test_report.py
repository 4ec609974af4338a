from html.parser import HTMLParser

import pytest
from small_suites import suite_rows
from test_official import pair, run_of
from test_runner import MODEL, Loader

from benchmark import __main__ as cli
from benchmark.asking import Request, ask, prepare
from benchmark.importing import import_recorded
from benchmark.parsing import Parser
from benchmark.report import repeat_command, report_html, suite_of
from benchmark.results import RunFolder, utc_now

FORBIDDEN = {"script", "a", "link", "iframe", "object", "embed", "form", "base", "svg"}
CLOSED_BY_ITSELF = {"meta", "img"}


class Page(HTMLParser):
    """Checks that tags are known and balanced, and keeps the words and pictures."""

    def __init__(self, html):
        super().__init__()
        self.open, self.pictures, self.words = [], [], []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        assert tag not in FORBIDDEN, f"<{tag}> in a report"
        given = dict(attributes)
        assert not given.keys() & {"href", "onclick", "onload", "onerror"}
        if tag == "img":
            assert given["src"].startswith("data:image/webp;base64,")
            self.pictures.append(given["alt"])
        if tag not in CLOSED_BY_ITSELF:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


@pytest.fixture
def run(make_parquet, tmp_path) -> RunFolder:
    """18 questions, all answered with yes: half is right."""
    list(ask(prepare(Request(MODEL, str(make_parquet(suite_rows())))), tmp_path / "run", Loader()))
    return RunFolder.open(tmp_path / "run")


def test_a_report_has_figures_errors_pictures_and_settings(run):
    page = Page(report_html(run, suite_of(run)))
    assert "Scout 3M on made.parquet" in page.text
    assert "Perception 100.0 of 400 · 2 of 10 subtasks" in page.text
    assert "Said yes 100 % half would be balanced; 0 of 18 answers were neither" in page.text
    assert "OCR 3 images 50.0 50.0 0.0 100 0" in page.text
    assert len(page.pictures) == 9 and page.pictures[0] == "Existence, picture 0000.png"
    assert "existence 0 1? Please answer yes or no. yes ✗ wrong read as yes, true answer no" in page.text
    assert "Model version r1" in page.text and "An answer ends when its verdict is fixed" in page.text
    assert f"run --model {MODEL} --suite {run.settings.suite.source} --quantization none --stop verdict" in page.text


def test_the_repeat_command_asks_the_same(run, tmp_path, monkeypatch, capsys):
    command = repeat_command(run.settings).split()
    assert command[:3] == ["python", "-m", "benchmark"]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("benchmark.run_command.pool_opener", lambda pool: Loader())
    assert cli.main(command[3:]) == 0
    assert RunFolder.open(tmp_path / "again").settings == run.settings


def test_without_the_suite_or_with_few_pictures(run, make_parquet):
    assert "The pictures are not at hand" in Page(report_html(run, None)).text
    few = Page(report_html(run, suite_of(run), pictures=1))
    assert few.pictures == [f"{name}, picture 0000.png" for name in ("Existence", "OCR", "Code reasoning")]
    assert "OCR 1 of 3 pictures" in few.text
    make_parquet(suite_rows(images=2))  # the suite has changed since
    assert suite_of(run) is None


def test_nothing_from_outside_becomes_part_of_the_page(tmp_path):
    bad = '</style><script>alert(1)</script><img src="http://x/y" onerror="z">\ud800\x00'
    responses = [*pair("OCR", f"{bad}.png", bad, "x" * 700), *pair("count", "1.png", "yes", "")]
    html = report_html(run_of(tmp_path / "run", responses), None)
    page = Page(html)
    assert "<script" not in html
    assert "<script>alert(1)</script>" in page.text and page.pictures == []
    assert "… (100 more characters)" in page.text and "(empty)" in page.text
    assert "Count 1 of 9 images 50.0 50.0 0.0" in page.text
    assert "A part only: 2 of 18 pictures. The table says" in page.text
    html.encode("utf-8")


def test_lavin_has_its_errors(mme_dir, tmp_path):
    run = import_recorded(mme_dir / "recorded" / "LaVIN", tmp_path, "LaVIN", utc_now())
    text = Page(report_html(run, None, pictures=0)).text
    assert "Perception 963.6 ± 29.0 of 2000" in text and "Cognition 249.6 ± 13.8 of 800" in text
    other = Page(report_html(run, None, Parser.VLMEVALKIT, pictures=0)).text
    assert "by the rule of VLMEvalKit" in other and "answers recorded elsewhere" in other


def test_the_command(run, tmp_path, capsys):
    target = tmp_path / "out" / "report.html"
    assert cli.main(["report", str(run.path), "-o", str(target), "--pictures", "0"]) == 0
    assert capsys.readouterr().out == f"{target}\n" and "<title>Scout 3M on" in target.read_text()
    assert cli.main(["report", str(run.path), "-o", str(target)]) == 2
    assert "is there already; remove it or give another name" in capsys.readouterr().err
    assert cli.main(["report", str(run.path), "-o", "x.html", "--pictures", "-1"]) == 2
    half = run_of(tmp_path / "half", pair("OCR", "1.png", "yes", "no")[:1])
    assert cli.main(["report", str(half.path), "-o", str(tmp_path / "x.html")]) == 2
    assert "no image with both answers yet; there is nothing to report" in capsys.readouterr().err
