"""HTML of the battle tab. Everything that a person or a model wrote is escaped here, and nowhere trusted.

A text that words can be marked in stands alone in its element, character for character (`_exact`), so that
`marking.js` can count offsets on the page that hold for the stored text.
"""

import html
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from arena.answers import Progress
from arena.battle import Turn
from arena.challenges.verdicts import CheckResult, Comparison, Verdict
from arena.guard import CONSENT
from arena.service import Reveal, Revealed
from arena.votes import Axis, Judgment, SpanKind
from models.escaping import text_of

AXIS_TITLES = {Axis.HALLUCINATION: "Fewer hallucinations", Axis.INSTRUCTION: "Follows the instruction"}

INTRO = """<div class="arena-intro"><h2>Which answer would you trust?</h2>
<p>Two models look at the same picture. You do not know which is which: read both answers, judge them,
and only then see their names.</p></div>"""

MARKING_HINT = """<div class="arena-marks"><p class="arena-quiet arena-small" role="status"><span
class="arena-unseen">Both answers are complete.</span> To say why, select wrong words in an
answer, or words of the instruction that an answer ignored.</p>
<ul id="arena-marks" aria-label="Your marks"></ul></div>"""

NAMED_HINT = """<p class="arena-quiet arena-small">You choose both and see their names. Not blind, so your judgment is
kept apart and does not count in the ratings.</p>"""

MARK_TITLES = {
    SpanKind.OBJECT: ("Not there", "A thing that is not in the picture"),
    SpanKind.ATTRIBUTE: ("Wrong look", "A wrong colour, shape, size or material"),
    SpanKind.NUMBER: ("Wrong number", "Too many or too few of something"),
    SpanKind.RELATION: ("Wrong place", "A wrong position, or who does what to whom"),
    SpanKind.TEXT: ("Misread text", "Words in the picture, read wrongly"),
    SpanKind.KNOWLEDGE: ("Wrong fact", "A name, date or claim that is not true"),
}
AXIS_NAMES = {Axis.HALLUCINATION: "hallucinations", Axis.INSTRUCTION: "following the instruction"}
CHECK_WORDS = {True: "agrees", False: "sees it differently", None: "says"}
CHECK_SIGNS = {
    Verdict.PASS: '<span class="arena-up" title="passed">✓</span>',
    Verdict.FAIL: '<span class="arena-down" title="failed">✗</span>',
    Verdict.UNDECIDED: '<span class="arena-same" title="undecided">?</span>',
}
_LINE_ENDS = re.compile("[\r\0\ud800-\udfff]")


def step(number: int, title: str) -> str:
    return f'<h3 class="arena-step"><span aria-hidden="true">{number}</span> {html.escape(title)}</h3>'


def consent(checked: str = "") -> str:
    """What happens with a visitor's own picture; `checked` says who looks at it first, and whether that works."""
    note = f" {text_of(checked)}" if checked else ""
    return f'<p class="arena-quiet arena-small">{text_of(CONSENT)}{note}</p>'


def asked(instruction: str, turn: int, round_key: str) -> str:
    """The instruction that both models answer; `round_key` is any word that changes with the battle."""
    title = "You asked" if turn == 0 else "Then you asked"
    return (
        f'<section class="arena-asked" data-round="{html.escape(round_key)}" aria-label="{title}">'
        f"<h4>{title}</h4>{_marked(instruction, 'instruction', turn)}</section>"
    )


def earlier(turns: Sequence[Turn], round_key: str) -> str:
    """The turns before the current one: each instruction with both answers."""
    return "".join(
        asked(turn.instruction, number, round_key)
        + '<div class="arena-pair">'
        + "".join(
            f'<section class="arena-card arena-earlier" aria-label="Answer {side}"><header><h4>{side}</h4></header>'
            f"{_body(text, True, side, number)}</section>"
            for side, text in (("A", turn.response_a), ("B", turn.response_b))
        )
        + "</div>"
        for number, turn in enumerate(turns)
    )


def waiting_card(side: str, title: str = "") -> str:
    """title: the model's name where the visitor chose it, else empty."""
    return _card(side, '<p class="arena-quiet">Looking at the picture</p>', "thinking…", "writing", title)


def answer_card(side: str, text: str, done: bool, note: str = "", turn: int = 0, title: str = "") -> str:
    """The card of answer A or B before its model may be named; `note` says what both models wait for."""
    body = f'<p class="arena-quiet">{text_of(note)}</p>' if note and not text else _body(text, done, side, turn)
    return _card(side, body, "complete" if done else "writing…", "done" if done else "writing", title)


def cards(progress: Progress, turn: int = 0, titles: tuple[str, str] = ("", "")) -> tuple[str, str]:
    """Both cards; neither is called complete before the other is, or a slow last word would tell a model."""
    whole, note = progress.done, progress.note
    return (
        answer_card("A", progress.text_a, whole, note, turn, titles[0]),
        answer_card("B", progress.text_b, whole, note, turn, titles[1]),
    )


def revealed_card(side: str, model: Revealed, turn: int = 0) -> str:
    return _card(side, _body(model.answer, True, side, turn), model.title, "revealed")


def revealed(reveal: Reveal, judgments: Mapping[Axis, object] = MappingProxyType({}), named: bool = False) -> str:
    """Thanks, who was who, what a program says of the answers, and what the vote changed.

    judgments are those that were just given; named: the visitor chose both models.
    """
    count = f"It is judgment number {reveal.votes:,} in this arena." if reveal.votes else ""
    if named:
        rating = '<p class="arena-quiet">You chose both models, so your judgment is kept apart from the ratings.</p>'
    elif not reveal.rated:
        rating = (
            '<p class="arena-quiet">It does not change the ratings: an answer was empty, was cut off, or told its '
            "model's name.</p>"
        )
    else:
        rating = _changes(reveal)
    return (
        '<div class="arena-reveal" role="status"><h3>Thank you! Your judgment is saved.</h3>'
        f"<p>A was <b>{text_of(reveal.a.title)}</b>, B was <b>{text_of(reveal.b.title)}</b>. {count}</p>"
        f"{checker_words(reveal.checked, judgments)}{rating}</div>"
    )


def _changes(reveal: Reveal) -> str:
    rows = "".join(
        f'<tr><th scope="row"><b>{side}</b> {text_of(model.title)}</th>'
        + "".join(f"<td>{_change(change.before, change.after)}</td>" for change in model.changes)
        + "</tr>"
        for side, model in (("A", reveal.a), ("B", reveal.b))
    )
    heads = "".join(f'<th scope="col">{AXIS_TITLES[change.axis]}</th>' for change in reveal.a.changes)
    return (
        f'<div class="arena-scroll"><table><thead><tr><th scope="col">New rating</th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def checker_words(checked: CheckResult | None, judgments: Mapping[Axis, object]) -> str:
    """What the program found, axis by axis; nothing where it could not decide."""
    parts = []
    for result in checked.axes if checked else ():
        if result.comparison is Comparison.UNDECIDED:
            continue
        judgment = judgments.get(result.axis)
        agrees = result.expected(Judgment(judgment)) if judgment in list(Judgment) else None
        verb = CHECK_WORDS[agrees]
        found = "".join(
            f"<li>{CHECK_SIGNS[finding.verdict]} <b>{side}</b> {text_of(finding.why)}</li>"
            for side, finding in (("A", result.a), ("B", result.b))
        )
        parts.append(
            f'<section class="arena-checked"><h4>On {AXIS_NAMES[result.axis]}, the checker {verb}</h4><ul>{found}</ul>'
            "</section>"
        )
    return "".join(parts)


def _body(text: str, done: bool, side: str, turn: int) -> str:
    if text.strip():
        return _marked(text, side.lower(), turn)
    return f'<p class="arena-quiet">{"This model wrote nothing." if done else "Looking at the picture"}</p>'


def _marked(text: str, whose: str, turn: int) -> str:
    return f'<p class="arena-text" data-text="{whose}" data-turn="{turn:d}">{_exact(text)}</p>'


def _exact(text: str) -> str:
    """Escaped so that a browser's text node has the same code points at the same offsets.

    A parser turns a bare carriage return into a line feed (two of them into one) and drops NUL; half a surrogate pair
    is no text and cannot be sent.
    """
    whole = _LINE_ENDS.sub(lambda found: found[0] if found[0] == "\r" else "\N{REPLACEMENT CHARACTER}", text)
    return text_of(whole).replace("\r", "&#13;")


def _card(side: str, body: str, state: str, kind: str, title: str = "") -> str:
    busy = str(kind == "writing").lower()
    name = f'<span class="arena-name">{text_of(title)}</span>' if title else ""
    return (
        f'<section class="arena-card arena-{kind}" aria-label="Answer {side}" aria-busy="{busy}">'
        f'<header><h4>Answer {side}</h4>{name}<span class="arena-state">{text_of(state)}</span></header>'
        f'<div aria-live="off">{body}</div></section>'
    )


def _change(before: float, after: float) -> str:
    difference = round(after) - round(before)
    kind = "up" if difference > 0 else "down" if difference < 0 else "same"
    sign = f"{difference:+d}".replace("-", "\N{MINUS SIGN}") if difference else "no change"
    return f'{after:.0f} <span class="arena-{kind}">{sign}</span>'
