"""HTML of the part that holds benchmark scores against people's ratings."""

import math
from collections.abc import Mapping

import pandas as pd

from arena.people import FEWEST_FOR_RHO, SCORE_NAMES
from arena.votes import Axis
from models.escaping import text_of

EXPLAINED = (
    '<h3 class="arena-heading">Do scores agree with people?</h3>'
    '<p class="arena-quiet">Each dot is a model: across, its score in the benchmark; up, its rating by people.'
    " Spearman’s rho says whether both put the models in the same order: 1 the same, 0 unrelated, −1 reversed.</p>"
)


_NO_RANGE = "no range can be given: all models are in the same order"


def no_scores() -> str:
    return (
        '<div class="arena-empty" role="status"><h3>Nothing to compare yet</h3><p>This needs models with both votes and'
        f" a finished run of the benchmark, at least {FEWEST_FOR_RHO} of them.</p></div>"
    )


def rho_words(row: pd.Series | None) -> str:
    """One sentence of one row of `people.correlations`."""
    if row is None:
        return "No model has both this score and votes yet."
    if math.isnan(row["rho"]):
        return f"No correlation can be given: {text_of(row['note'])}."
    models = f"over {row['models']} models"
    if math.isnan(row["low"]):
        return f"Spearman’s rho is {_number(row['rho'])} {models} ({text_of(row['note'])})."
    if _useless(row):
        return f"Spearman’s rho is {_number(row['rho'])} {models}. {_NO_RANGE.capitalize()}."
    if row["low"] <= 0 <= row["high"]:
        verdict = "That is too uncertain to say whether the score agrees with people."
    elif row["low"] > 0:
        verdict = "Models with a higher score are rated higher by people, too."
    else:
        verdict = "Models with a higher score are rated lower by people."
    return (
        f"Spearman’s rho is {_number(row['rho'])} ({_number(row['low'])} to {_number(row['high'])}) {models}. {verdict}"
    )


def rho_table(table: pd.DataFrame, axes: Mapping[Axis, str]) -> str:
    """A row for each score, a column for each axis; table: `people.correlations`."""
    cells = {(row.score_name, row.axis): row for row in table.itertuples()}
    rows = ""
    for name in SCORE_NAMES:
        found = [cells.get((name, axis.value)) for axis in axes]
        if any(found):
            rows += f"<tr><th scope='row'>{name.capitalize()}</th>{''.join(_cell(row) for row in found)}</tr>"
    head = "".join(f'<th scope="col">{title}</th>' for title in ("Score", *axes.values()))
    return (
        '<div class="arena-scroll"><table class="arena-ratings arena-names">'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _cell(row: object) -> str:
    if row is None:
        return "<td>–</td>"
    if math.isnan(row.rho):
        return f"<td>–<small>{text_of(row.note)}</small></td>"
    if math.isnan(row.low) or _useless(row._asdict()):
        bounds = text_of(row.note) or _NO_RANGE
    else:
        bounds = f"{_number(row.low)} to {_number(row.high)}"
    return f"<td>{_number(row.rho)}<small>{bounds}</small></td>"


def _useless(row: Mapping[str, float]) -> bool:
    """Resampling models that are all in the same order gives that order again: a range of nothing."""
    return row["high"] - row["low"] < 1e-9


def _number(value: float) -> str:
    return f"{value:.2f}".replace("-", "\N{MINUS SIGN}")
