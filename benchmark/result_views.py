"""The results of one run as HTML: totals, the table of subtasks, how it was made, single pictures."""

from collections.abc import Mapping, Sequence
from html import escape

from benchmark.parsing import Parser, Verdict
from benchmark.records import FULL_ANSWER, PLAIN_TECHNIQUE
from benchmark.results import RunFolder
from benchmark.scoring import Response, Scores, verdict
from benchmark.statistics import Estimate
from benchmark.subtasks import SUBTASK_MAXIMUM, Group, in_group
from benchmark.views import ALTERED_WORDS, VERDICT_WORDS, bar, partial_note, plus_minus
from models.spec import Quantization

SCORING_EXPLAINED = """
Each of the 14 subtasks is worth up to **200 points**: the share of questions answered right, in percent (*acc*), plus
the share of pictures with **both** questions answered right (*acc+*). Ten subtasks are about seeing (*perception*, of
2000), four about seeing and then thinking (*cognition*, of 800). Always answering yes gives 50 points on each: the mark
on every bar.

**± is one standard error.** A score comes from a limited number of pictures. With others of the same kind it would lie
within ± of this one about two times in three, and within the line at the end of its bar 19 times in 20. The fewer
pictures a subtask has, the less sure its score. To tell two runs apart, compare them picture by picture under *Compare
two runs*: that shows much smaller differences.

An answer is read by a fixed rule, the *parser*. MME's own tool looks at the first four characters only; two other tools
in use read a little differently. The full answers are kept, so you can switch and see what changes. An answer that is
neither yes nor no counts as wrong, and is counted under *unclear*.
"""
_SHOWN_VERSIONS = ("torch", "transformers")
ALWAYS_YES = 50  # points per subtask for saying yes to everything
NO_SUCH_PICTURE = '<p class="bench-quiet">No such picture: both answers are right on all of them.</p>'


def tiles(scores: Scores, estimates: Mapping[str, Estimate] | None = None) -> str:
    """The two totals with their errors, the yes-rate and the unclear answers as four small tiles."""
    cells = []
    estimates = estimates or {}
    for group in Group:
        value, present = scores.points(in_group(group)), scores.present(group)
        whole = len(in_group(group))
        of = f"of {present * SUBTASK_MAXIMUM}" if present else "not asked yet"
        part = f" · {present} of {whole} subtasks" if 0 < present < whole else ""
        shown = "–" if value is None else f"{value:.1f}{_error(estimates.get(group.value))}"
        cells.append((group.value.capitalize(), shown, f"{of}{part}"))
    rate = scores.yes_rate
    cells.append(("Said yes", "–" if rate is None else f"{100 * rate:.0f} %", "half would be balanced"))
    cells.append(("Unclear", str(scores.other), f"of {scores.questions} answers"))
    return (
        '<dl class="bench-tiles">'
        + "".join(f"<div><dt>{name}</dt><dd>{value}</dd><dd>{note}</dd></div>" for name, value, note in cells)
        + "</dl>"
    )


def results_table(
    scores: Scores, coverage: Mapping[str, tuple[int, int]], estimates: Mapping[str, Estimate] | None = None
) -> str:
    """The figures of each subtask as a table; a subtask that is not whole says how much of it was asked."""
    rows = []
    estimates = estimates or {}
    for group in Group:
        rows.append(f'<tr class="bench-group"><th colspan="6" scope="rowgroup">{group.value.capitalize()}</th></tr>')
        for subtask in in_group(group):
            s = scores.subtasks.get(subtask.name)
            if s is None:
                continue
            done, total = coverage.get(subtask.name, (s.images, s.images))
            part = f"<small>{done} of {total} images</small>" if done < total else ""
            estimate = estimates.get(subtask.name)
            within = (estimate.low, estimate.high) if estimate and estimate.error is not None else (None, None)
            rows.append(
                f'<tr><th scope="row">{escape(subtask.title)}{part}</th><td class="bench-points"><b>{s.score:.1f}</b>'
                f"{_error(estimate)}{bar(s.score, subtask.maximum, *within, mark=ALWAYS_YES)}</td>"
                f"<td>{100 * s.acc:.1f}</td>"
                f"<td>{100 * s.acc_plus:.1f}</td><td>{100 * s.yes_rate:.0f}</td><td>{s.other}</td></tr>"
            )
        if rows[-1].startswith('<tr class="bench-group">'):
            rows.pop()
    head = "".join(
        f'<th scope="col" title="{hint}">{name}</th>'
        for name, hint in (
            ("Subtask", ""),
            ("Score of 200", "acc + acc+; the mark on the bar is what always saying yes gets"),
            ("acc, %", "questions answered right"),
            ("acc+, %", "pictures with both questions answered right"),
            ("Yes, %", "share of answers read as yes"),
            ("Unclear", "answers that are neither yes nor no"),
        )
    )
    return (
        f'<div class="bench-scroll"><table class="bench-table"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def run_details(run: RunFolder, scores: Scores) -> str:
    """How the run was made, in one line, and a notice when it covers only a part."""
    settings, sessions = run.settings, run.sessions
    facts = [settings.model.title]
    if settings.recorded:
        facts.append("answers recorded elsewhere")
    else:
        facts.append(Quantization.parse(settings.model.quantization).title)
    facts.append("MME itself" if settings.suite.is_mme else f"suite {settings.suite.name}")
    if settings.model.revision:
        facts.append(f"model version {settings.model.revision[:12]}")
    if sessions:
        facts.append(f"on {sessions[-1]['device']}")
        facts += [f"{name} {number}" for name, number in sessions[-1]["versions"].items() if name in _SHOWN_VERSIONS]
    if settings.alteration:
        facts.append(f"a check, asked with {ALTERED_WORDS.get(settings.alteration, settings.alteration)}")
    if settings.technique != PLAIN_TECHNIQUE:
        facts.append(f"asked by {settings.technique}")
    if "max_new_tokens" in settings.generation:
        facts.append(f"up to {settings.generation['max_new_tokens']} tokens an answer")
    if not settings.recorded and settings.stop != FULL_ANSWER:
        facts.append("answers ended once they could be read as yes or no")
    part = partial_note(run.coverage(scores))
    if part:
        part = f'<p class="bench-part">Partial run: {part}. Its figures do not compare with those of whole runs.</p>'
    return f'{part}<p class="bench-quiet bench-facts">{escape(" · ".join(facts))}</p>'


def _error(estimate: Estimate | None) -> str:
    return "" if estimate is None or estimate.error is None else f" <small>{plus_minus(estimate.error)}</small>"


def image_card(
    pair: Sequence[Response], parser: Parser, position: int, total: int, picture: str, note: str = ""
) -> str:
    """One picture with both questions, the model's answers word for word, and the verdicts."""
    right = sum(verdict(response, parser) == response.truth for response in pair)
    points = ("0 points", "50 points", "200 points")[right] if len(pair) == 2 else "one question open"
    questions = "".join(asked(r.question, r.truth, r.response, verdict(r, parser)) for r in pair)
    return (
        f'<article class="bench-card"><figure>{picture or f"<p>{escape(note)}</p>"}<figcaption>{escape(pair[0].image)}'
        f"</figcaption></figure><div><p class='bench-where'>Picture <b>{position}</b> of {total} · {points}</p>"
        f"{questions}</div></article>"
    )


def asked(question: str, truth: Verdict, response: str, said: Verdict) -> str:
    """One question with the answer and how it was read."""
    right = said == truth
    mark = "right" if right else "wrong"
    shown = escape(response.strip()) or "<i>(empty)</i>"
    return (
        f'<div class="bench-qa bench-{mark}"><p class="bench-q">{escape(question)}</p><p class="bench-a">{shown}</p>'
        f'<p class="bench-v"><span>{"✓ right" if right else "✗ wrong"}</span> read as <b>{VERDICT_WORDS[said]}</b>, '
        f"true answer <b>{truth.value}</b></p></div>"
    )
