"""The Arena and Ratings tabs: a thin translation between Gradio and ArenaService.

A browser can call any event at any time with any value, so nothing here is a check: ArenaService checks. The battle id
lies in `gr.State`, which never leaves the server; the voter is Gradio's session.
"""

import json
from collections.abc import Callable, Iterator

import gradio as gr
from gradio.context import Context
from PIL import Image

from arena import views
from arena.errors import ArenaError, BattleFailedError, UnknownBattleError
from arena.instructions import SUGGESTED
from arena.service import ArenaService
from arena.votes import Axis, Judgment
from models.page_ui import PRIVATE, enclosing_tab, explaining, shown

CHOICES = [
    ("A", Judgment.A.value), ("B", Judgment.B.value), ("Both good", Judgment.BOTH_GOOD.value),
    ("Both bad", Judgment.BOTH_BAD.value), ("Can't tell", Judgment.CANT_TELL.value),
]  # fmt: skip
CONCURRENT_BATTLES = 4
_explained = explaining(ArenaError)


def arena_tab(service: ArenaService, pictures: Callable[[], Image.Image]) -> None:
    """Fills the current gr.Tab. `pictures` returns a random picture for the visitor who has none at hand."""
    battle = gr.State(None)
    _html(views.INTRO)
    with gr.Row(elem_id="arena-setup"):
        with gr.Column(scale=5, min_width=300, elem_id="arena-picture-column"):
            _html(views.step(1, "A picture: take this one, or upload yours"))
            picture = gr.Image(
                label="Picture", type="filepath", image_mode=None, format="png", sources=["upload", "clipboard"],
                height=300, elem_id="arena-picture", buttons=["fullscreen"], show_label=False,
                alt_text="The picture of this battle",
                placeholder="Drop a picture here, or click to upload one\n(JPEG, PNG, WebP, GIF or BMP, up to 20 MB)",
            )  # fmt: skip
            surprise = gr.Button("Surprise me", elem_id="arena-surprise", size="md")
        with gr.Column(scale=7, min_width=300):
            _html(views.step(2, "An instruction for both models"))
            instruction = gr.Textbox(
                SUGGESTED[0], label="Instruction", show_label=False, lines=2, max_lines=6, elem_id="arena-instruction",
                placeholder="What should the models do with the picture?",
            )  # fmt: skip
            start = gr.Button("Start the battle", variant="primary", elem_id="arena-start", size="lg")
            with gr.Column(elem_id="arena-suggestions") as chips:
                _html('<p class="arena-quiet">Or take one of these:</p>')
                with gr.Row(elem_id="arena-chips"):
                    for suggestion in SUGGESTED:
                        chip = gr.Button(suggestion, size="sm", min_width=0, elem_classes="arena-chip")
                        chip.click(None, js=f"() => {json.dumps(suggestion)}", outputs=instruction, **PRIVATE)
            with gr.Row(visible=False, elem_id="arena-cards", equal_height=True) as answers:
                card_a = _html(elem_id="arena-answer-a", min_width=240)
                card_b = _html(elem_id="arena-answer-b", min_width=240)
            over = gr.Button("Start over", visible=False, elem_id="arena-over", size="md")
    with gr.Column(visible=False, elem_id="arena-judge") as judge:
        _html(views.step(3, "Your judgment"))
        with gr.Row():
            hallucination = gr.Radio(
                CHOICES, label="Which answer hallucinates less?", elem_id="arena-hallucination", min_width=300,
                info="It says fewer things that are not in the picture.", elem_classes="arena-segments",
            )  # fmt: skip
            following = gr.Radio(
                CHOICES, label="Which follows the instruction better?", elem_id="arena-following", min_width=300,
                info="It does what was asked, in the form that was asked for.", elem_classes="arena-segments",
            )  # fmt: skip
        submit = gr.Button(
            "Submit my judgment", variant="primary", interactive=False, elem_id="arena-submit", size="lg"
        )
    with gr.Column(visible=False, elem_id="arena-revealed") as reveal:
        thanks = _html()
        next_battle = gr.Button("Next battle", variant="primary", elem_id="arena-next", size="lg")

    def begin(upload: object, text: object, request: gr.Request):
        battle_id = service.new_battle(_uploaded(upload), text, _voter(request))
        return {
            battle: battle_id, card_a: views.waiting_card("A"), card_b: views.waiting_card("B"), **page("answering"),
        }  # fmt: skip

    def write(battle_id: str | None, request: gr.Request) -> Iterator[dict]:
        try:
            for progress in service.stream(_known(battle_id), _voter(request)):
                yield dict(zip((card_a, card_b), views.cards(progress), strict=True))
        except BattleFailedError:
            return  # cancelled: whoever did that has already changed the page
        except ArenaError as error:
            yield page("setup")
            raise shown(error) from error
        yield page("judging")

    def cast(battle_id: str | None, less: str | None, better: str | None, request: gr.Request):
        result = service.vote(_known(battle_id), _voter(request), {Axis.HALLUCINATION: less, Axis.INSTRUCTION: better})
        return {
            card_a: views.revealed_card("A", result.a), card_b: views.revealed_card("B", result.b),
            thanks: views.revealed(result), **page("revealed"),
        }  # fmt: skip

    def stop(request: gr.Request):
        service.abandon(_voter(request))
        return {battle: None, **page("setup")}

    def leave(request: gr.Request) -> None:
        service.abandon(_voter(request))

    def page(phase: str) -> dict:
        """What is visible and usable: setup -> answering -> judging -> revealed -> setup."""
        setup = phase == "setup"
        return {
            picture: gr.update(interactive=setup), instruction: gr.update(interactive=setup),
            chips: gr.update(visible=setup), surprise: gr.update(visible=setup), start: gr.update(visible=setup),
            over: gr.update(visible=phase == "answering"), answers: gr.update(visible=not setup),
            judge: gr.update(visible=phase == "judging"), reveal: gr.update(visible=phase == "revealed"),
            **({box: gr.update(value=None) for box in (hallucination, following)} if phase != "revealed" else {}),
        }  # fmt: skip

    everything = [
        battle, picture, instruction, chips, surprise, start, over, answers, card_a, card_b, judge, hallucination,
        following, reveal, thanks,
    ]  # fmt: skip
    free = {**PRIVATE, "concurrency_limit": None}
    # without preprocess: Gradio would open the picture with Pillow, without limits, and fail with words for nobody
    begun = start.click(_explained(begin), [picture, instruction], everything, **free, preprocess=False)
    written = begun.success(
        write, battle, everything, **PRIVATE, concurrency_limit=CONCURRENT_BATTLES, concurrency_id="arena-battles"
    )
    over.click(_explained(stop), None, everything, **free, cancels=written)
    submit.click(_explained(cast), [battle, hallucination, following], everything, **free, trigger_mode="once")
    next_battle.click(_explained(stop), None, everything, **free).success(pictures, None, picture, **free)
    surprise.click(pictures, None, picture, **free)
    both_chosen = "(less, better) => ({__type__: 'update', interactive: Boolean(less && better)})"
    gr.on([hallucination.change, following.change], None, [hallucination, following], submit, js=both_chosen, **PRIVATE)
    Context.root_block.load(pictures, None, picture, **free)
    Context.root_block.unload(leave)


def ratings_tab(service: ArenaService) -> None:
    """Fills the current gr.Tab; the ratings are read anew whenever that tab is opened or the question is changed."""
    _html('<div class="arena-intro"><h2>Which model do people trust?</h2>'
            "<p>Every judgment in the arena counts here, separately for each question.</p></div>")  # fmt: skip
    axis = gr.Radio(
        [(title, axis.value) for axis, title in views.AXIS_TITLES.items()], value=Axis.HALLUCINATION.value,
        label="Rated by", elem_id="ratings-axis", elem_classes="arena-segments",
    )  # fmt: skip
    table = _html(elem_id="ratings-table")
    plot = gr.Plot(label="Ratings with their 95 % ranges", show_label=False, elem_id="ratings-plot", visible=False)
    with gr.Accordion("How are the ratings computed?", open=False, elem_id="ratings-explained"):
        gr.Markdown(views.RATINGS_EXPLAINED)

    def refresh(chosen: str):
        from arena.plots import forest_plot  # plotly: not needed to start the page

        ratings = service.ratings(Axis(chosen))
        ratings["title"] = ratings["model"].map(service.title)
        judged, unjudged = ratings[ratings["battles"] > 0], ratings[ratings["battles"] == 0]
        if judged.empty:
            return views.no_votes(list(unjudged["title"])), gr.update(visible=False)
        text = views.ratings_table(judged) + views.unjudged_note(list(unjudged["title"]))
        return text, gr.update(value=forest_plot(judged), visible=True)

    options = {"inputs": axis, "outputs": [table, plot], **PRIVATE}
    axis.change(_explained(refresh), **options)
    # only once it is seen: a plot that is drawn in a hidden tab keeps a wrong width
    enclosing_tab().select(_explained(refresh), **options)


def _uploaded(payload: object) -> str | None:
    """The path of an uploaded file, which Gradio has checked to lie in its upload folder."""
    return payload.get("path") if isinstance(payload, dict) else None


def _html(value: str = "", **options: object) -> gr.HTML:
    return gr.HTML(value, elem_classes="arena-html", padding=False, **options)


def _voter(request: gr.Request) -> str:
    if not request.session_hash:
        raise UnknownBattleError
    return request.session_hash


def _known(battle_id: str | None) -> str:
    if not battle_id:
        raise UnknownBattleError
    return battle_id
