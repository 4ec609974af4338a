"""What the page and the command line show, as plain text and tables: no Gradio here."""

from benchmark.scoring import Scores
from benchmark.subtasks import SUBTASK_MAXIMUM, Group, in_group


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
