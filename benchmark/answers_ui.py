"""How a model answers, beside how well: the leaning to yes, instruction following, where tools disagree."""

import gradio as gr

from benchmark import answer_views
from benchmark.audits import confusion, disagreements
from benchmark.following import OVERALL, instruction_following
from benchmark.parts_ui import PRIVATE, explained, html_block
from benchmark.results_ui import Choice
from benchmark.runner import Runner
from benchmark.scoring import whole_pairs

_NOTHING = '<p class="bench-quiet">No picture has both its answers yet.</p>'


def answers_panel(runner: Runner, choice: Choice, tab: gr.Tab, opened: gr.State, ended: gr.Number) -> None:
    """Fills the current block for the chosen run when `tab` opens, and anew while it is the `opened` one."""
    html_block(answer_views.INTRO)
    tiles = html_block(elem_id="bench-answers")
    with gr.Column(visible=False, elem_id="bench-answer-parts") as parts:
        with gr.Row(equal_height=False):
            with gr.Column(scale=6, min_width=300):
                html_block('<h3 class="bench-sub">What it said, and what was true</h3>')
                table = html_block(elem_id="bench-confusion")
            with gr.Column(scale=5, min_width=300):
                html_block('<h3 class="bench-sub">What it leans to</h3><p class="bench-quiet">Half of the true answers '
                           "are yes: the dotted line.</p>")  # fmt: skip
                plot = gr.Plot(label="Yes and no per subtask", show_label=False, elem_id="bench-leaning")
        html_block('<h3 class="bench-sub">Does it keep to yes or no?</h3>')
        kept = html_block(elem_id="bench-following")
        html_block(
            '<h3 class="bench-sub">Read differently</h3><p class="bench-quiet">Three tools are in use to score '
            "MME. These "
            "answers do not count the same for all of them.</p>"
        )
        differ = html_block(elem_id="bench-disagreements")

    def show_answers(run_id: str | None, rule: str):
        """Everything in this panel for one run, from its stored answers."""
        if not run_id:
            return {tiles: _NOTHING, parts: gr.update(visible=False)}
        from benchmark.plots import answer_shares  # plotly: not needed to start the page

        run = runner.find(run_id)
        responses = [response for pair in whole_pairs(run.responses()) for response in pair]
        if not responses:
            return {tiles: _NOTHING, parts: gr.update(visible=False)}
        following, said, rows = instruction_following(responses), confusion(responses, rule), disagreements(responses)
        yes_rate = float(said.set_index("name").loc[OVERALL, "yes_rate"])
        return {
            tiles: answer_views.cut_note(run.settings) + answer_views.answer_tiles(following, yes_rate, len(rows)),
            parts: gr.update(visible=True),
            table: answer_views.confusion_table(said),
            plot: answer_shares(said),
            kept: answer_views.following_table(following),
            differ: answer_views.disagreement_table(rows),
        }

    def refresh_answers(run_id: str | None, rule: str, now_open: str):
        """The same, unless nobody looks: then the work waits until the tab opens."""
        return show_answers(run_id, rule) if now_open == tab.id else {tiles: gr.skip()}

    outputs = [tiles, parts, table, plot, kept, differ]
    tab.select(explained(show_answers), [choice.run, choice.parser], outputs, **PRIVATE)
    gr.on(
        [choice.run.change, choice.parser.change, ended.change], explained(refresh_answers),
        [choice.run, choice.parser, opened], outputs, **PRIVATE,
    )  # fmt: skip
