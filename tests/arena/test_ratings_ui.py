"""The Ratings tab: what each part says of votes, and the tab behind a real server."""

import math

import gradio as gr
import pandas as pd
import pytest
from ballot_box import BallotBox
from hypothesis import given
from hypothesis import strategies as st
from tab_calls import event, texts

from arena import history, insights, people, scores_views
from arena import ratings_views as views
from arena.agreement import Agreement, Unit
from arena.errors import ArenaError
from arena.insights import Insights, Reach
from arena.ratings import Note, count, rate
from arena.ratings_ui import ratings_tab
from arena.sensitivity import Filter
from arena.votes import Axis, Judgment, Span, SpanKind, Tally
from models.spec import ModelSpec

NASTY = "<script>x</script>"


@pytest.fixture
def box(tmp_path):
    box = BallotBox(tmp_path)
    yield box
    box.close()


def rated(*tallies, models=()):
    table = rate(count([Tally(*tally) for tally in tallies], models))
    return table.assign(title=table["model"].map({"x": NASTY}.get).fillna(table["model"]))


# Words and tables


def test_a_rating_has_its_rank_its_badge_and_its_note_in_words():
    page = views.ratings_table(
        rated(("x", "y", Judgment.A, 12), ("y", "z", Judgment.A, 60), ("y", "z", Judgment.B, 50))
    )
    first = page[page.index("<tbody>") : page.index("</tr>", page.index("<tbody>"))]
    assert "&lt;script&gt;" in first and "<script>" not in page
    assert (
        "<td>1</td>" in first
        and "few votes" in first
        and f"<small>{Note.UNDEFEATED.value.capitalize()}</small>" in first
    )
    assert page.count("few votes</span>") == 1, "y and z have been judged often"
    assert "imaginary games" in page and "fewer than 30 battles" in page


def test_ranks_that_nobody_can_tell_apart_are_a_span():
    page = views.ratings_table(rated(("x", "y", Judgment.A, 50), ("x", "y", Judgment.B, 49)))
    assert page.count("<td>1–2</td>") == 2 and "few votes" not in page and "imaginary" not in page


@pytest.mark.parametrize("key", ["all", "voters", "style", "language=en", "category=free", "source=own"])
def test_every_choice_that_is_offered_can_be_read(key):
    offered = views.choices({"category": ["free"], "language": ["en"], "source": ["own"]})
    assert key in [value for _, value in offered]
    read = views.read_choice(key)
    assert (read.by, read.value) == (tuple(key.split("=")) if "=" in key else (None, None))


@pytest.mark.parametrize("key", ["", None, 3, "nothing", "voter=x", "=", ["all"], {"a": 1}])
def test_what_is_not_offered_is_refused_in_words(key):
    with pytest.raises(ArenaError, match="choose one from the list"):
        views.read_choice(key)


@pytest.mark.parametrize("key", ["", None, 3, "both", ["hallucination"]])
def test_an_unknown_question_is_refused_in_words(key):
    with pytest.raises(ArenaError, match="the questions are hallucination, instruction"):
        views.read_axis(key)
    assert views.read_axis("overall") is None and views.read_axis("instruction") is Axis.INSTRUCTION


@given(st.text(max_size=30))
def test_any_key_is_read_or_refused(key):
    try:
        assert views.read_choice(f"language={key}").value == key
        views.read_choice(key)
    except ArenaError as error:
        assert "no view" in str(error)


def test_what_length_and_formatting_are_worth_is_said_in_points():
    effects = pd.DataFrame(
        [("length", 36.0, 9.0, 63.0, 40), ("lists", -12.0, -30.0, 6.0, 8), ("bold", 0.0, -851.0, 851.0, 0)],
        columns=["style", "effect", "low", "high", "votes"],
    )
    page = views.style_words(effects)
    assert "twice as long gains about 12 points (+3 to +21)." in page
    assert "with more lists loses about 12 points (\N{MINUS SIGN}30 to +6); this can be chance." in page
    assert "bold" not in page, "no votes on answers that differ in it"
    assert views.style_words(effects.assign(votes=0)) == ""


def test_a_liking_for_one_side_is_said_with_its_test():
    none = history.side_bias(Axis.HALLUCINATION, [])
    some = history.side_bias(Axis.INSTRUCTION, [Tally("x", "y", Judgment.A, 80), Tally("x", "y", Judgment.B, 20)])
    page = views.bias_words([none, some])
    assert "no side has been preferred yet" in page
    assert "preferred in 80.0 % of 100 decided judgments (71.1 % to 86.7 %)" in page
    assert "is hardly chance (p&nbsp;&lt;&nbsp;0.001)" in page


def test_agreement_is_said_or_why_not():
    nothing = Agreement(Axis.HALLUCINATION, Unit.TASK, 0, 0, 0, math.nan, math.nan, math.nan, "nothing <yet>")
    some = Agreement(Axis.INSTRUCTION, Unit.TASK, 9, 20, 5, 0.5, 0.25, 0.75)
    page = views.agreement_words({axis.axis: axis for axis in (nothing, some)})
    assert "nothing &lt;yet&gt;." in page and "0.50 (0.25 to 0.75), from 9 tasks that 5 people judged 20 times" in page


def test_a_part_of_the_votes_says_which():
    assert Reach(100, 100).words(100) == "" and Reach(100, 100).words(101) == "As of judgment number 100."
    assert Reach(90_000, 20_000).words(90_000) == "From the 20,000 judgments up to number 90,000."


def rho(**row):
    return pd.Series({"models": 6, "rho": 0.5, "low": 0.1, "high": 0.8, "note": "", **row})


def test_a_correlation_says_what_it_allows_to_say():
    assert scores_views.rho_words(rho()).endswith("0.50 (0.10 to 0.80) over 6 models. Models with a higher score are"
                                                  " rated higher by people, too.")  # fmt: skip
    assert "too uncertain" in scores_views.rho_words(rho(low=-0.2))
    assert "rated lower" in scores_views.rho_words(rho(rho=-0.5, low=-0.8, high=-0.1))
    few = rho(models=4, low=math.nan, high=math.nan, note="no range: 4 models are too few, 5 are needed")
    assert scores_views.rho_words(few) == (
        "Spearman’s rho is 0.50 over 4 models (no range: 4 models are too few, 5 are needed)."
    )
    fewer = rho(models=2, rho=math.nan, low=math.nan, high=math.nan, note="2 models have both; 3 are needed")
    assert scores_views.rho_words(fewer) == "No correlation can be given: 2 models have both; 3 are needed."
    assert "no range can be given" in scores_views.rho_words(rho(rho=1.0, low=1.0, high=1.0)).lower()
    assert "No model has both" in scores_views.rho_words(None)


# Insights


def cast_some(box, votes=12):
    for number in range(votes):
        models = [("alpha", "beta"), ("beta", "gamma"), ("alpha", "gamma")][number % 3]
        spans = (Span("b", 0, 3, SpanKind.OBJECT),) if number % 4 == 0 else ()
        box.cast(
            "a" if number % 5 else "b", ("a", "both_bad")[number % 2], voter="xyz"[number % 3 - number // 6],
            models=models, spans=spans, a="one word" * (1 + number % 2),
        )  # fmt: skip


def test_trust_is_computed_from_the_newest_votes_and_kept_until_they_have_grown(box, monkeypatch):
    cast_some(box)
    made = Insights(box.store, window=5)
    trust = made.trust()
    assert trust.reach == Reach(12, 5)
    assert trust.sensitivity[Axis.HALLUCINATION].query("filter == 'all votes'")["votes"].iloc[0] == 5
    monkeypatch.setattr(insights, "GROWTH", 0.1)
    box.cast()
    assert made.trust() is trust, "13 votes are less than a tenth more than 12"
    box.cast()
    assert made.trust().reach == Reach(14, 5)
    grown = made.trust()
    box.exclude(14)
    assert made.trust() is not grown and made.trust().reach == Reach(14, 5), "a decision makes it anew"
    left = made.trust().sensitivity[Axis.HALLUCINATION].query("filter == 'without excluded votes'")
    assert left["votes"].iloc[0] == 4


def test_ranges_by_voter_cover_both_questions_together(box):
    cast_some(box)
    tables = Insights(box.store).trust().by_voter
    assert set(tables) == {*Axis, None} and len(tables[None]) == 3
    assert tables[None]["battles"].sum() == sum(tables[axis]["battles"].sum() for axis in Axis)


def test_no_votes_have_no_trust_and_no_style(box):
    made = Insights(box.store)
    trust = made.trust()
    assert trust.reach == Reach(0, 0) and all(table.empty for table in trust.sensitivity.values())
    assert all(table.empty for table in trust.by_voter.values()) and made.styled(None).control.table.empty


def test_style_of_both_questions_counts_each_for_half_a_game(box):
    cast_some(box)
    made = Insights(box.store)
    votes = {axis: made.styled(axis).control.effects.set_index("style")["votes"]["length"] for axis in Axis}
    assert made.styled(None).control.effects.set_index("style")["votes"]["length"] == sum(votes.values()) // 2


# The tab


@pytest.fixture
def opened(box, make_service):
    """opened(scores=None) -> call(elem_id, *values): what the events of a page with nothing but this tab give."""

    def open_(scores=None):
        service = make_service(lineup=[ModelSpec(name, f"{name} {NASTY}", f"x/{name}", "llava", 1, "MIT")
                                       for name in ("alpha", "beta", "gamma")])  # fmt: skip
        with gr.Blocks() as page, gr.Tabs(), gr.Tab("Ratings", id="ratings"):
            ratings_tab(service, scores)
        return lambda name, *values: texts(event(page, name).fn(*values))

    return open_


@pytest.fixture
def store(box):
    """The store of `make_service` in this file is the one that votes are cast into."""
    return box.store


def test_every_part_of_the_tab_shows_the_votes(box, opened):
    cast_some(box)
    call = opened()
    page = call("ratings-axis", "overall", "all")
    assert "Judgments" in page and "&lt;script&gt;" in page and NASTY not in page
    assert "Before" in call("ratings-which", "hallucination", "style")
    for view in ("voters", "language=en", "category=free", "source=offered"):
        assert "few votes" in call("ratings-which", "instruction", view), view
    assert "No votes yet" in call("ratings-which", "hallucination", "language=zh")
    assert "ties left out" in call("pairs-axis", "hallucination", "share")
    assert "judged alike" in call("pairs-shown", "instruction", "tie_share")
    assert "How many battles" in call("pairs-shown", "instruction", "games")
    assert "hallucinated, whoever" in call("mistakes-axis", "hallucination")
    trust = call("trust-axis", "hallucination")
    assert "answer A was preferred in 75.0 % of 12 decided judgments" in trust
    assert all(name.value.capitalize() in trust for name in Filter)
    assert "12 votes count since 1 March 2026" in call("ratings-votes")


def test_forged_values_are_refused_in_words(box, opened):
    cast_some(box, 3)
    call = opened()
    forged = [("pairs-axis", "overall", "share"), ("pairs-axis", "hallucination", "wins"), ("ratings-axis", "x", "all"),
              ("ratings-which", "hallucination", "nothing"), ("trust-axis", None)]  # fmt: skip
    for name, *values in forged:
        with pytest.raises(gr.Error, match=r"[Cc]hoose one|the questions are"):
            call(name, *values)


def test_an_empty_arena_says_so_everywhere(opened):
    call = opened(lambda: pd.DataFrame(columns=["model", "name", "score"]))
    assert "No votes yet" in call("ratings-axis", "hallucination", "all")
    for name, values in (("pairs-axis", ("hallucination", "share")), ("mistakes-axis", ("hallucination",)),
                         ("ratings-votes", ())):  # fmt: skip
        assert "Nothing to see yet" in call(name, *values), name
    trust = call("trust-axis", "hallucination")
    assert "appears after the first judgment" in trust and "no side has been preferred" in trust
    assert "Nothing to compare yet" in call("scores-axis", "hallucination", "total")


def test_scores_are_held_against_ratings(box, opened):
    cast_some(box)
    scores = pd.DataFrame(
        [(name, score, 10.0 * place) for place, name in enumerate(("alpha", "beta", "gamma"))
         for score in ("existence", "total")], columns=["model", "name", "score"],
    )  # fmt: skip
    call = opened(lambda: scores)
    page = call("scores-axis", "hallucination", "total")
    assert "over 3 models (no range: 3 models are too few, 5 are needed)" in page
    assert "Existence" in page and "Cognition" not in page
    assert "No model has both this score" in call("scores-which", "hallucination", "color")


def test_only_known_scores_are_compared():
    scores = pd.DataFrame([("x", "poster", 3.0)], columns=["model", "subtask", "score"])
    assert people.join(scores, {Axis.HALLUCINATION: rated(("x", "y", Judgment.A, 3))}).empty
