"""What pulls votes one way, in figures: the side, the length, who votes, and in which language."""

from arena.export.formats import AXIS_TITLES
from arena.export.statistics import Statistics
from arena.rates import wilson
from arena.votes import Axis, Judgment


def bias_lines(statistics: Statistics) -> str:
    """A Markdown list with what is known of each bias, computed from the exported votes."""
    lines = ["Of the votes that count in ratings (blind, no answer with a mark, not excluded):\n"]
    for axis in Axis:
        left, right = (statistics.wins[axis, side] for side in (Judgment.A, Judgment.B))
        lines.append(
            f"- **Position** ({AXIS_TITLES[axis]}): the left answer won {interval(left, left + right)}."
            " Sides are drawn with a fair coin, so that 50 % is no bias."
        )
    for axis in Axis:
        more, less = statistics.longer[axis, True], statistics.longer[axis, False]
        lines.append(
            f"- **Length** ({AXIS_TITLES[axis]}): the longer answer won {interval(more, more + less)}, among answers of"
            " different length (characters of the last turn). A longer answer may also be a better one."
        )
    votes, english = statistics.votes, statistics.languages["en"]
    busiest = sorted(statistics.voters.values(), reverse=True)[: max(1, len(statistics.voters) // 10)]
    lines += [
        "\nOf all votes here:\n",
        "- **Self-selected voters**: whoever came to the page; not a sample of any population. The busiest voter gave"
        f" {share(busiest[0], votes)} of the votes, the busiest tenth of voters {share(sum(busiest), votes)}."
        " Votes of one voter are not independent: group by the voter's name when you compute intervals.",
        f"- **Languages**: {share(english, votes)} of the votes are on English instructions; what is found here need"
        " not hold for another language.",
        "- **Pairs** are drawn to learn most, new models more often, so that models meet unequally often; use a model"
        " of paired comparisons rather than plain win rates. `pair_propensity` in the raw form has each probability.",
        "- **Challenges** are written to tempt models into hallucinating: how often they do so here is not how often"
        " they do elsewhere.",
        "- **One judgment per battle**, by one person, mostly not an expert; a mark that is missing is not a sign that"
        " an answer is free of faults.",
    ]
    return "\n".join(lines)


def share(part: int, whole: int) -> str:
    """E.g. `12 (34.3 %)`; only the count where there is nothing to divide by."""
    return f"{part:,} ({100 * part / whole:.1f} %)" if whole else f"{part:,}"


def interval(part: int, whole: int) -> str:
    """E.g. `12 of 35 times (34.3 %, 95 % interval 20.8 to 50.8 %)`, by Wilson's score interval."""
    if not whole:
        return "0 of 0 times"
    rate, low, high = (100 * float(value) for value in (part / whole, *wilson(part, whole)))
    return f"{part:,} of {whole:,} times ({rate:.1f} %, 95 % interval {low:.1f} to {high:.1f} %)"
