"""A run as one HTML page that opens anywhere, offline: figures with errors, wrong answers with pictures, settings.

No script, no link and nothing to fetch: styles and pictures are inside. Whatever comes from outside is escaped.
"""

import json
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from html import escape
from pathlib import Path

from benchmark.data import EMBEDDED, Suite, open_suite
from benchmark.errors import BenchmarkError
from benchmark.parsing import Parser
from benchmark.records import RunSettings
from benchmark.results import RunFolder
from benchmark.scoring import Response, Scores, verdict, whole_pairs
from benchmark.statistics import Estimate, score_estimates
from benchmark.subtasks import SUBTASK_MAXIMUM, Group, Subtask, find_subtask, in_group
from benchmark.technique_options import technique_words
from benchmark.views import PARSER_TITLES, VERDICT_WORDS, alt_text, partial_note, picture_tag
from models.errors import ModelError
from models.spec import Quantization

PICTURES = 20
"""Pictures with a wrong answer that are shown of each subtask, unless told otherwise."""

_SIDE = 160  # pixels
_LONGEST = 600  # characters of an answer
_STYLE = Path(__file__).with_name("report.css")
_EXPLAINED = (
    "Every picture has one question whose answer is yes and one whose answer is no. A subtask is worth up to 200 "
    "points: the share of questions answered right, in percent, plus the share of pictures with both answered right. "
    "Always saying yes gives 50. The number after ± says how far a score would usually move with other pictures of "
    "the same kind (one standard error); a difference of that size between two models can be chance. Answers were "
    "read by the rule of {}."
)
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def report_html(run: RunFolder, suite: Suite | None, parser: Parser = Parser.OFFICIAL, pictures: int = PICTURES) -> str:
    """The whole page. Without `suite` the answers are shown without pictures; at most `pictures` of a subtask."""
    settings, responses, scores = run.settings, run.responses(), run.scores(parser)
    name = "the embedded suite" if settings.suite.name == EMBEDDED else settings.suite.name
    title = f"{settings.model.title} on {name}"
    parts = [
        f"<header><h1>{escape(title)}</h1><p>{escape(_facts(run))}</p></header>",
        _part(run.coverage(scores)),
        _totals(scores, score_estimates(scores)),
        _table(scores, score_estimates(scores), run.coverage(scores)),
        _wrong(responses, suite, parser, pictures),
        _settings(run),
    ]
    return (
        (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{escape(title)}</title><style>{_STYLE.read_text(encoding='utf-8')}</style></head>"
            f"<body><main>{''.join(parts)}</main></body></html>\n"
        )
        .encode("utf-8", "replace")
        .decode()
    )  # half a surrogate pair in an answer cannot be written


def suite_of(run: RunFolder) -> Suite | None:
    """The suite that a run was asked on, when it is at hand and unchanged; nothing is downloaded."""
    try:
        suite = open_suite(run.settings.suite.source or EMBEDDED, download=False)
    except (BenchmarkError, ModelError):
        return None
    return suite if suite.fingerprint == run.settings.suite.fingerprint else None


def _facts(run: RunFolder) -> str:
    settings = run.settings
    how = "answers recorded elsewhere" if settings.recorded else _weights(settings.model.quantization)
    return f"{how} · {len(run.responses())} answers · {run.created:%d %B %Y}"


def _weights(quantization: str) -> str:
    try:
        return Quantization.parse(quantization).title
    except ModelError:
        return quantization


def _part(coverage: Mapping[str, tuple[int, int]]) -> str:
    note = partial_note(coverage)
    if not note:
        return ""
    none = [find_subtask(name).title for name, (done, _) in coverage.items() if not done]
    missing = f", none of {', '.join(none)}" if none else ""
    return (
        f'<p class="part"><b>A part only:</b> {note}{escape(missing)}. The table says how many of each subtask. These '
        "figures do not compare with those of whole runs.</p>"
    )


def _totals(scores: Scores, estimates: Mapping[str, Estimate]) -> str:
    tiles = []
    for group in Group:
        present, whole = scores.present(group), len(in_group(group))
        if not present:
            continue
        estimate = estimates[group.value]
        part = f" · {present} of {whole} subtasks" if present < whole else ""
        tiles.append(
            f"<div><dt>{group.value.capitalize()}</dt><dd><b>{estimate.value:.1f}</b> {_error(estimate)}</dd>"
            f"<dd>of {present * SUBTASK_MAXIMUM}{part} · 19 times in 20 between {estimate.low:.0f} and "
            f"{estimate.high:.0f}</dd></div>"
        )
    if scores.yes_rate is not None:
        unclear = f"{scores.other} of {scores.questions} answers were neither yes nor no"
        tiles.append(
            f"<div><dt>Said yes</dt><dd><b>{100 * scores.yes_rate:.0f} %</b></dd>"
            f"<dd>half would be balanced; {unclear}</dd></div>"
        )
    return f'<dl class="tiles">{"".join(tiles)}</dl><p class="quiet">{_EXPLAINED.format(_rule(scores.parser))}</p>'


def _rule(parser: Parser) -> str:
    return escape(PARSER_TITLES[parser])


def _error(estimate: Estimate) -> str:
    """Nothing where it is unknown, or 0 because a few pictures happened to go alike."""
    return f"<span>± {estimate.error:.1f}</span>" if estimate.error else ""


def _table(scores: Scores, estimates: Mapping[str, Estimate], coverage: Mapping[str, tuple[int, int]]) -> str:
    rows = []
    for group in Group:
        members = [subtask for subtask in in_group(group) if subtask.name in scores.subtasks]
        if members:
            rows.append(f'<tr class="group"><th colspan="7" scope="rowgroup">{group.value.capitalize()}</th></tr>')
        rows += [_line(subtask, scores, estimates[subtask.name], coverage) for subtask in members]
    heads = ("Subtask", "Score of 200", "", "Right, %", "Both right, %", "Said yes, %", "Unclear")
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'


def _line(subtask: Subtask, scores: Scores, estimate: Estimate, coverage: Mapping[str, tuple[int, int]]) -> str:
    s = scores.subtasks[subtask.name]
    done, whole = coverage.get(subtask.name, (s.images, s.images))
    images = f"{done} of {whole} images" if done < whole else f"{done} images"
    bar = f'<div class="bar"><i style="width:{estimate.value / 2:.1f}%"></i></div>'
    return (
        f'<tr><th scope="row">{escape(subtask.title)}<small>{images}</small></th><td><b>{estimate.value:.1f}</b> '
        f"{_error(estimate)}</td><td>{bar}</td><td>{100 * s.acc:.1f}</td><td>{100 * s.acc_plus:.1f}</td>"
        f"<td>{100 * s.yes_rate:.0f}</td><td>{s.other}</td></tr>"
    )


def _wrong(responses: Sequence[Response], suite: Suite | None, parser: Parser, pictures: int) -> str:
    wrong: dict[str, list[tuple[Response, Response]]] = {}
    for pair in whole_pairs(responses):
        if any(verdict(response, parser) != response.truth for response in pair):
            wrong.setdefault(pair[0].subtask, []).append(pair)
    if not wrong:
        return "<h2>Wrong answers</h2><p>None.</p>"
    note = "" if suite else '<p class="quiet">The pictures are not at hand where this page was made.</p>'
    parts = [f"<h2>Wrong answers</h2>{note}"]
    found = {pair.image_id: pair for pair in suite.pairs} if suite else {}
    for subtask in (subtask for group in Group for subtask in in_group(group) if subtask.name in wrong):
        pairs = wrong[subtask.name]
        shown = pairs[:pictures]
        count = f"{len(pairs)} pictures" if len(shown) == len(pairs) else f"{len(shown)} of {len(pairs)} pictures"
        cards = "".join(_card(pair, found.get(f"{subtask.name}/{pair[0].image}"), parser) for pair in shown)
        parts.append(f"<h3>{escape(subtask.title)}<small>{count}</small></h3><div class='cards'>{cards}</div>")
    return "".join(parts)


def _card(pair: tuple[Response, Response], image, parser: Parser) -> str:
    picture = ""
    if image is not None:
        try:
            picture = picture_tag(image.picture(), alt_text(image), _SIDE)
        except (BenchmarkError, ModelError):
            picture = "<p>This picture cannot be read any more.</p>"
    return f"<article>{picture}<div>{''.join(_answer(response, parser) for response in pair)}</div></article>"


def _answer(response: Response, parser: Parser) -> str:
    said = verdict(response, parser)
    text = response.response.strip()
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST]}… ({len(text) - _LONGEST} more characters)"
    kind, mark = ("right", "✓ right") if said == response.truth else ("wrong", "✗ wrong")
    more = _folded("What it was told", response.notes) + _folded("Its reasoning", response.reasoning)
    return (
        f'<div class="{kind}"><p>{escape(response.question)}</p><p class="said">{escape(text) or "<i>(empty)</i>"}</p>'
        f"<p><b>{mark}</b> read as {VERDICT_WORDS[said]}, true answer {response.truth.value}</p>{more}</div>"
    )


def _folded(title: str, text: str) -> str:
    return f"<details><summary>{title}</summary><pre>{escape(text)}</pre></details>" if text else ""


def _settings(run: RunFolder) -> str:
    settings = run.settings
    rows: list[tuple[str, str]] = [
        ("Model", settings.model.title),
        ("From", settings.model.source),
        ("Model version", settings.model.revision),
        ("Weights", _weights(settings.model.quantization)),
        ("Questions", f"{settings.suite.name} ({settings.suite.source or 'source not recorded'})"),
        ("Version of the questions", settings.suite.revision),
        ("Content of the questions", settings.suite.fingerprint),
        ("Wording of the questions", settings.prompt_style),
        ("Way of asking", _with_options(settings.technique, settings.technique_options)),
        (
            "An answer ends",
            {"full": "at its end", "verdict": "when its verdict is fixed"}.get(settings.stop, settings.stop),
        ),
        ("Seed of what is drawn", str(settings.seed)),
        ("Generation", ", ".join(f"{name} {value}" for name, value in settings.generation.items())),
        *(_session(session) for session in run.sessions),
    ]
    if settings.recorded:
        rows = [row for row in rows if row[0] in ("Model", "Questions", "Content of the questions")]
    else:
        rows.append(("The same run again", repeat_command(settings)))
    lines = "".join(f'<tr><th scope="row">{escape(k)}</th><td>{escape(v)}</td></tr>' for k, v in rows if v)
    raw = escape(json.dumps({"id": run.id, "settings": asdict(settings), "sessions": run.sessions}, indent=2))
    return (
        f'<h2>How it was made</h2><div class="scroll"><table class="facts"><tbody>{lines}</tbody></table></div>'
        f"<details><summary>Everything that was recorded</summary><pre>{raw}</pre></details>"
    )


def _with_options(name: str, options: Mapping[str, object]) -> str:
    told = ", ".join(f"{key} {value}" for key, value in options.items())
    return f"{name} ({told})" if told else name


def _session(session: Mapping[str, object]) -> tuple[str, str]:
    versions = session.get("versions", {})
    told: Iterable[str] = (f"{name} {number}" for name, number in versions.items())
    started = datetime.fromisoformat(str(session["started"]))
    return f"Asked on {started:%d %b %Y, %H:%M}", f"{session['device']}; {', '.join(told)}"


def repeat_command(settings: RunSettings) -> str:
    """The command that asks the same questions in the same way, into a new folder."""
    words = ["python", "-m", "benchmark", "run", "--model", settings.model.name, "--suite", settings.suite.source]
    words += ["--quantization", settings.model.quantization, "--stop", settings.stop]
    if settings.limit is not None:
        words += ["--images", str(settings.limit)]
    if set(settings.subtasks) != set(settings.suite.images):
        words += ["--subtasks", ",".join(settings.subtasks)]
    return shlex.join([*words, *technique_words(settings), "--out", "again"])
