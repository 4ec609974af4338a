"""HTML of judged battles. What people and models wrote is escaped; the comments of voters are not shown."""

from collections.abc import Callable, Sequence

from arena.battle import Battle, Mark
from arena.finishing import stored_check
from arena.records import Record, Wanted
from arena.views import AXIS_TITLES, MARK_TITLES, checker_words
from arena.votes import Axis, Judgment, Span, SpanKind
from models.escaping import text_of

INTRO = (
    '<div class="arena-intro"><h2>What was judged</h2>'
    "<p>Every judged battle, the newest first: what was asked, what both models said, and how it was judged.</p>"
    "</div>"
)
MODELS = [("Any model", "")]
LANGUAGES = [("Any language", ""), ("English", "en"), ("Chinese", "zh"), ("Other", "other")]
JUDGMENT_WORDS = {
    Judgment.A: "A", Judgment.B: "B", Judgment.BOTH_GOOD: "both good", Judgment.BOTH_BAD: "both bad",
    Judgment.CANT_TELL: "can’t tell",
}  # fmt: skip
_RESULTS = {
    "better": ("one was better", (Judgment.A, Judgment.B)),
    "both_good": ("both good", (Judgment.BOTH_GOOD,)),
    "both_bad": ("both bad", (Judgment.BOTH_BAD,)),
    "cant_tell": ("can’t tell", (Judgment.CANT_TELL,)),
}
RESULTS = [("Any judgment", "")] + [
    (f"{AXIS_TITLES[axis]}: {title}", f"{axis.value}={name}") for axis in Axis for name, (title, _) in _RESULTS.items()
]
MARKS = {
    Mark.EMPTY: "an answer was empty",
    Mark.CUT_OFF: "an answer was cut off",
    Mark.NAMES_ITSELF: "an answer told its model’s name",
}
LONG = 420
"""Characters of an answer that are shown before a click."""

Thumbnail = Callable[[Battle], str | None]
Title = Callable[[str], str]


def wanted(model: object, result: object, language: object) -> Wanted:
    """What a browser asks for; values that are not offered find nothing or are left out, none is trusted."""
    axis, _, name = result.partition("=") if isinstance(result, str) else ("", "", "")
    known = axis in list(Axis) and name in _RESULTS
    return Wanted(
        model=model if isinstance(model, str) else "",
        language=language if isinstance(language, str) else "",
        axis=Axis(axis) if known else None,
        judgments=_RESULTS[name][1] if known else (),
    )


def entries(records: Sequence[Record], title: Title, thumbnail: Thumbnail) -> str:
    """One article for each record. title: of a model by name; thumbnail: a data URL, None where nobody may see it."""
    return "".join(entry(record, title, thumbnail(record.battle)) for record in records)


def nothing_found(more: bool) -> str:
    """more: older battles have not been looked through yet."""
    if more:
        return _empty("Nothing here yet", "None of the battles looked through so far fits. Go on with “Older”.")
    return _empty("No such battles", "Battles appear here once they have been judged.")


def entry(record: Record, title: Title, thumbnail: str | None) -> str:
    battle, ballot = record.battle, record.ballot
    spans = ballot.remarks.spans
    picture = (
        f'<img src="{text_of(thumbnail)}" alt="The picture of battle {record.vote}">'
        if thumbnail
        else '<p class="arena-no-picture">The picture is not shown</p>'
    )
    turns = "".join(
        f'<p class="arena-text arena-question">{_text(turn.instruction, _of(spans, None, number))}</p>'
        '<div class="arena-pair">'
        + _answer("A", title(battle.a.name), turn.response_a, _of(spans, "a", number))
        + _answer("B", title(battle.b.name), turn.response_b, _of(spans, "b", number))
        + "</div>"
        for number, turn in enumerate(battle.turns)
    )
    judgments = "".join(
        f"<div><dt>{AXIS_TITLES[axis]}</dt><dd>{_said(ballot.on(axis), battle, title)}</dd></div>" for axis in Axis
    )
    checked = checker_words(stored_check(battle), {axis: ballot.on(axis) for axis in Axis})
    return (
        f'<article class="arena-entry" aria-label="Battle {record.vote}"><header><b>Battle {record.vote:,}</b>'
        f"<span>{record.voted_at.day} {record.voted_at:%b %Y, %H:%M} UTC</span>{_unrated(battle)}</header>"
        f'<div class="arena-entry-body"><div class="arena-thumbnail">{picture}</div><div>{turns}'
        f'<dl class="arena-judged">{judgments}</dl>{_marks(record)}{checked}</div></div></article>'
    )


def _answer(side: str, title: str, text: str, spans: Sequence[Span]) -> str:
    whole = f'<p class="arena-text">{_text(text, spans)}</p>'
    if not text.strip():
        whole = '<p class="arena-quiet">This model wrote nothing.</p>'
    elif len(text) > LONG:
        whole = (
            f'<p class="arena-text arena-cut">{_text(text[:LONG].rstrip(), ())}…</p>'
            f"<details><summary>All {len(text):,} characters</summary>{whole}</details>"
        )
    return f'<section aria-label="Answer {side}"><h4>{side} <span>{text_of(title)}</span></h4>{whole}</section>'


def _said(judgment: Judgment, battle: Battle, title: Title) -> str:
    model = {Judgment.A: battle.a, Judgment.B: battle.b}.get(judgment)
    return f"<b>{JUDGMENT_WORDS[judgment]}</b>" + (f" ({text_of(title(model.name))})" if model else "")


def _unrated(battle: Battle) -> str:
    if battle.rated:
        return ""
    why = "the models were chosen by name" if not battle.blind else MARKS[battle.mark_a or battle.mark_b]
    return f'<span class="arena-few">not rated: {why}</span>'


def _marks(record: Record) -> str:
    """The marked words of hallucinations and of what was missed, as a list."""
    found = []
    for span in record.ballot.remarks.spans:
        words = text_of(_words(record.battle, span))
        name = "Missed" if span.kind is SpanKind.MISSED else MARK_TITLES[span.kind][0]
        correction = f" → {text_of(span.correction)}" if span.correction else ""
        found.append(f"<li><b>{span.side.upper()}</b> {name}: “{words}”{correction}</li>")
    return f'<ul class="arena-found">{"".join(found)}</ul>' if found else ""


def _words(battle: Battle, span: Span) -> str:
    turn = battle.turns[span.turn]
    text = turn.instruction if span.kind is SpanKind.MISSED else getattr(turn, f"response_{span.side}")
    return text[span.start : span.end]


def _of(spans: Sequence[Span], side: str | None, turn: int) -> list[Span]:
    """The spans of one text: an answer, or (None) an instruction."""
    missed = side is None
    return [
        span
        for span in spans
        if span.turn == turn and (span.kind is SpanKind.MISSED) is missed and (missed or span.side == side)
    ]


def _text(text: str, spans: Sequence[Span]) -> str:
    """Escaped, with marked characters in <mark>; spans may overlap."""
    whole, at, parts = text.replace("\0", "\N{REPLACEMENT CHARACTER}"), 0, []
    for start, end in _merged(spans):
        parts += [text_of(whole[at:start]), f"<mark>{text_of(whole[start:end])}</mark>"]
        at = end
    return "".join([*parts, text_of(whole[at:])])


def _merged(spans: Sequence[Span]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted((span.start, span.end) for span in spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _empty(heading: str, words: str) -> str:
    return f'<div class="arena-empty" role="status"><h3>{heading}</h3><p>{words}</p></div>'
