"""What the page and the command line say about runs and scores, made from plain facts: no Gradio here.

Whatever comes from outside (questions, responses, names) is escaped.
"""

import base64
import io
from collections.abc import Mapping
from html import escape

from PIL import Image

from benchmark.data import ImagePair
from benchmark.parsing import Parser, Verdict
from benchmark.records import PLAIN_TECHNIQUE
from benchmark.results import RunFolder
from benchmark.scoring import Scores
from benchmark.subtasks import SUBTASK_MAXIMUM, Group, in_group

PARSER_TITLES = {
    Parser.OFFICIAL: "MME's own tool",
    Parser.LMMS_EVAL: "lmms-eval",
    Parser.VLMEVALKIT: "VLMEvalKit",
}
VERDICT_WORDS = {Verdict.YES: "yes", Verdict.NO: "no", Verdict.OTHER: "unclear"}
SHORT_TITLES = {
    "commonsense_reasoning": "Common sense",
    "numerical_calculation": "Sums",
    "text_translation": "Translation",
    "code_reasoning": "Code",
}
"""For the heads of columns and the ends of spokes."""


def clock_text(seconds: float) -> str:
    """A duration in short words: "40 s", "3 min 05 s", "2 h 10 min"."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"


def group_label(scores: Scores, group: Group) -> str:
    """ "perception of 2000", or "perception (3 of 10 subtasks, of 600)" when some are not there."""
    present, whole = scores.present(group), len(in_group(group))
    if present == whole:
        return f"{group.value} of {whole * SUBTASK_MAXIMUM}"
    return f"{group.value} ({present} of {whole} subtasks, of {present * SUBTASK_MAXIMUM})"


ALTERED_WORDS = {"blank": "gray pictures", "swapped": "questions swapped", "fresh": "fresh pictures"}
"""What an audit changed about a run's suite."""


def run_title(run: RunFolder) -> str:
    """One line that tells a run from the others: model, questions, how far it is, when."""
    settings = run.settings
    quantization = "" if settings.model.quantization in ("", "none") else f" {settings.model.quantization}"
    technique = "" if settings.technique == PLAIN_TECHNIQUE else f" · {settings.technique}"
    altered = f" · {ALTERED_WORDS.get(settings.alteration, settings.alteration)}" if settings.alteration else ""
    done, total = len(run.responses()), settings.questions
    if settings.recorded:
        state = f"{done} recorded answers"
    else:
        state = f"{total} questions" if done >= total else f"{done} of {total} questions"
    return (
        f"{settings.model.title}{quantization}{technique}{altered} · {settings.suite.name} · {state} · "
        f"{run.created:%d %b %Y %H:%M}"
    )


def partial_note(coverage: Mapping[str, tuple[int, int]]) -> str:
    """As "28 of 600 pictures" when some of the chosen subtasks' pictures were not asked about, else nothing."""
    done, total = (sum(values) for values in zip(*coverage.values(), strict=True))
    return f"{done} of {total} pictures" if done < total else ""


def plus_minus(error: float) -> str:
    """One standard error, as "± 29.0"; what that means is told on hovering, and beside the totals."""
    return f'<abbr title="one standard error: how far pictures chosen anew would usually move it">± {error:.1f}</abbr>'


def bar(
    value: float, maximum: float, low: float | None = None, high: float | None = None, mark: float | None = None
) -> str:
    """A bar of a score, with the ends of an interval and a mark (a usual or a baseline score) where given."""
    parts = [f'<i style="width:{_percent(value, maximum):.1f}%"></i>']
    if low is not None and high is not None:
        left, right = _percent(low, maximum), _percent(high, maximum)
        parts.append(
            f'<s style="left:{left:.1f}%;width:{right - left:.1f}%" title="19 times in 20 from {low:.1f} to '
            f'{high:.1f}"></s>'
        )
    if mark is not None:
        parts.append(f'<u style="left:{_percent(mark, maximum):.1f}%" title="{mark:.1f}"></u>')
    return f'<span class="bench-track">{"".join(parts)}</span>'


def picture_tag(picture: Image.Image, alt: str, side: int) -> str:
    """An <img> with the picture inside, at most `side` pixels wide and high."""
    small = picture.copy()
    small.thumbnail((side, side))
    buffer = io.BytesIO()
    small.save(buffer, "WEBP", quality=85)
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    return f'<img alt="{escape(alt)}" src="data:image/webp;base64,{data}">'


def alt_text(pair: ImagePair) -> str:
    return f"{pair.subtask.title}, picture {pair.image}"


def _percent(value: float, maximum: float) -> float:
    return min(100.0, max(0.0, 100 * value / maximum))
