"""The Arena tab: a thin translation between Gradio and ArenaService.

A browser can call any event at any time with any value, so nothing here is a check: ArenaService checks. The battle id
lies in `gr.State`, which never leaves the server; the voter is Gradio's session.
"""

from collections.abc import Iterator
from dataclasses import replace

import gradio as gr
from gradio.context import Context

from arena import views
from arena.battle import Source
from arena.battle_parts_ui import (
    address_of,
    axis,
    battle_of,
    contestants,
    html,
    named_title,
    path_of,
    run_scripts,
    seated,
    voter_of,
)
from arena.desk import Desk, read_marks
from arena.errors import ArenaError, BattleFailedError
from arena.guard import PUBLISH_CHOICE, PUBLISH_NOTE, check_instruction, clean_picture
from arena.service import ArenaService
from arena.votes import Axis
from models.page_ui import PRIVATE, shown

LANGUAGES = [("English", "en"), ("中文", "zh")]
CONCURRENT_BATTLES = 4
FREE = {**PRIVATE, "concurrency_limit": None}
WITH_MARKS = "(desk, less, better, comment) => [desk, less, better, comment, globalThis.arenaSpans?.() ?? '']"
BOTH_CHOSEN = "(less, better) => ({__type__: 'update', interactive: Boolean(less && better)})"


def arena_tab(service: ArenaService, *, behind_proxy: bool = False) -> None:
    """Fills the current gr.Tab. behind_proxy: visitors come through a proxy that tells their address in a header."""
    desk = gr.State(None)  # a Desk; Gradio writes a state's first value into the page
    intro = html(views.INTRO)
    with gr.Row(elem_id="arena-setup"):
        with gr.Column(scale=5, min_width=300, elem_id="arena-picture-column"):
            picture_step = html(views.step(1, "A picture: take this one, or upload yours"))
            picture = gr.Image(
                label="Picture", type="filepath", image_mode=None, format="png", sources=["upload", "clipboard"],
                height=340, elem_id="arena-picture", buttons=["fullscreen"], show_label=False,
                alt_text="The picture of this battle",
                placeholder="Drop a picture here, or click to upload one\n(JPEG, PNG, WebP, GIF or BMP, up to 20 MB)",
            )  # fmt: skip
            with gr.Column(elem_id="arena-pictures") as picture_choice:
                with gr.Row():
                    surprise = gr.Button("Surprise me", elem_id="arena-surprise", size="md", min_width=120)
                    upload = gr.UploadButton(
                        "Upload yours", file_types=["image"], elem_id="arena-upload", size="md", min_width=120
                    )
                private = gr.Checkbox(
                    label=PUBLISH_CHOICE, info=PUBLISH_NOTE, visible=False, elem_id="arena-private", container=False
                )
                consent = html(views.consent(service.uploads_note()), elem_id="arena-consent")
        with gr.Column(scale=8, min_width=300, elem_id="arena-talk"):
            with gr.Column(elem_id="arena-ask") as ask:
                html(views.step(2, "An instruction for both models"))
                instruction = gr.Textbox(
                    label="Instruction", show_label=False, lines=3, max_lines=8, elem_id="arena-instruction",
                    placeholder="What should the models do with the picture?",
                )  # fmt: skip
                with gr.Row(elem_id="arena-challenges"):
                    another = gr.Button("Another challenge", elem_id="arena-another", size="md", min_width=150)
                    language = gr.Radio(
                        LANGUAGES, value="en", label="Language of the challenges", show_label=False, container=False,
                        elem_id="arena-language", elem_classes="arena-segments", min_width=160,
                    )  # fmt: skip
                start = gr.Button("Start the battle", variant="primary", elem_id="arena-start", size="lg")
                with gr.Accordion(
                    "Or compare two models by name", open=False, visible=service.named_allowed, elem_id="arena-named"
                ):
                    html(views.NAMED_HINT)
                    chosen = contestants(service)
                    start_named = gr.Button("Compare these two", elem_id="arena-start-named", size="md")
            with gr.Column(visible=False, elem_id="arena-cards") as answers:
                past = html(elem_id="arena-past")
                asked = html(elem_id="arena-asked")
                with gr.Row(equal_height=True, elem_id="arena-pair"):
                    card_a = html(elem_id="arena-answer-a", min_width=240)
                    card_b = html(elem_id="arena-answer-b", min_width=240)
            over = gr.Button("Stop", visible=False, elem_id="arena-over", size="md")
            with gr.Column(visible=False, elem_id="arena-judge") as judge:
                html(views.MARKING_HINT)
                with gr.Column(elem_id="arena-axes"):
                    hallucination = axis(
                        "Which answer hallucinates less?", "It says fewer things that are not in the picture.",
                        "arena-hallucination",
                    )  # fmt: skip
                    following = axis(
                        "Which follows the instruction better?", "It does what was asked, in the form asked for.",
                        "arena-following",
                    )  # fmt: skip
                with gr.Row(elem_id="arena-commit"):
                    comment = gr.Textbox(
                        label="Comment", show_label=False, lines=1, max_lines=4, elem_id="arena-comment",
                        placeholder="Anything to add? (optional)", container=False, max_length=2000, min_width=200,
                    )  # fmt: skip
                    submit = gr.Button(
                        "Submit my judgment", variant="primary", interactive=False, elem_id="arena-submit", size="lg",
                        min_width=240,
                    )  # fmt: skip
                marks = gr.Textbox(visible=False)  # the browser fills it in as the judgment is sent
                with gr.Row(elem_id="arena-undecided"):
                    question = gr.Textbox(
                        label="Another question", show_label=False, lines=1, max_lines=4, container=False,
                        placeholder="Unsure? Ask both another question", elem_id="arena-question", min_width=220,
                        visible=service.turns_allowed,
                    )  # fmt: skip
                    further = gr.Button(
                        "Ask", elem_id="arena-ask-again", size="md", min_width=64, visible=service.turns_allowed
                    )
                    regenerate = gr.Button("Two new answers", elem_id="arena-regenerate", size="md", min_width=130)
                    skip = gr.Button("Skip", elem_id="arena-skip", size="md", min_width=80)
            with gr.Column(visible=False, elem_id="arena-revealed") as reveal:
                thanks = html()
                with gr.Row():
                    next_battle = gr.Button("Next battle", variant="primary", elem_id="arena-next", size="lg")
                    same = gr.Button("Same picture again", elem_id="arena-same", size="lg")
    run_scripts()

    def page(phase: str) -> dict:
        """What is visible and usable: setup -> answering -> judging -> revealed -> setup."""
        setup = phase == "setup"
        emptied = (hallucination, following, comment, question)
        return {
            intro: gr.update(visible=setup), picture_step: gr.update(visible=setup),
            picture: gr.update(interactive=setup), picture_choice: gr.update(visible=setup),
            ask: gr.update(visible=setup), answers: gr.update(visible=not setup),
            over: gr.update(visible=phase == "answering"), judge: gr.update(visible=phase == "judging"),
            reveal: gr.update(visible=phase == "revealed"),
            **({box: gr.update(value=None) for box in emptied} if phase in ("setup", "answering") else {}),
        }  # fmt: skip

    def fight(now: Desk) -> dict:
        """The page while both models write the last turn of `now`."""
        turn = len(now.turns)
        return {
            desk: now, past: views.earlier(now.turns, now.round_key),
            asked: views.asked(now.instruction, turn, now.round_key),
            card_a: views.waiting_card("A", now.names[0]), card_b: views.waiting_card("B", now.names[1]),
            **page("answering"),
        }  # fmt: skip

    def fresh_picture(now: Desk, tongue: str, request: gr.Request) -> dict:
        """A fresh picture with a challenge that fits it."""
        made = service.offer(voter_of(request), tongue)
        return {
            **page("setup"), desk: Desk(offer=made), picture: gr.update(value=made.picture, interactive=True),
            instruction: made.instruction, private: gr.update(value=False, visible=False),
            consent: views.consent(service.uploads_note()),
        }  # fmt: skip

    def another_challenge(now: Desk, tongue: str, request: gr.Request) -> dict:
        """Another challenge for the picture that lies on the page."""
        made = service.another(voter_of(request), tongue, None if now.own else now.offer)
        return {desk: replace(now, offer=made), instruction: made.instruction}

    def other_language(now: Desk, tongue: str, text: object, request: gr.Request) -> dict:
        """The same for the other language; a visitor's own words stay."""
        return another_challenge(now, tongue, request) if _is_offered(now, text) else {desk: now}

    def uploaded(now: Desk, file: object, text: object, tongue: str, request: gr.Request) -> dict:
        """A picture of the visitor's own: refused at once where it cannot be used."""
        clean_picture(path_of(file))
        return {picture: gr.update(value=path_of(file), interactive=True), **own_picture(now, text, tongue, request)}

    def own_picture(now: Desk, text: object, tongue: str, request: gr.Request) -> dict:
        """The challenge was made for the picture that has gone; a visitor's own words stay."""
        shown = {private: gr.update(value=False, visible=True)}
        if not _is_offered(now, text):
            return {desk: replace(now, own=True, kept=None), **shown}
        made = service.another(voter_of(request), tongue, None)
        return {desk: replace(now, own=True, kept=None, offer=made), instruction: made.instruction, **shown}

    def begin(now: Desk, file: object, text: object, hidden: bool, request: gr.Request) -> dict:
        text, voter = check_instruction(text), voter_of(request)
        if now.kept:
            return fight(now.with_battle(service.same_picture(now.kept, voter, text, now.offer), text))
        whole, known = _picture(now, file)
        battle = service.new_battle(
            whole, text, voter, **known, challenge=now.offer, publish=not hidden,
            address=address_of(request, behind_proxy),
        )  # fmt: skip
        return fight(now.with_battle(battle, text))

    def begin_named(
        now: Desk, file: object, text: object, hidden: bool,
        name_a: str, how_a: str, name_b: str, how_b: str, request: gr.Request,
    ) -> dict:  # fmt: skip
        text = check_instruction(text)
        whole, known = _picture(now, file)
        battle = service.new_battle(
            whole, text, voter_of(request), **known, challenge=now.offer, publish=not hidden,
            address=address_of(request, behind_proxy), models=((name_a, name_b), (how_a, how_b)),
        )  # fmt: skip
        return fight(
            now.with_battle(battle, text, (named_title(service, name_a, how_a), named_title(service, name_b, how_b)))
        )

    def write(now: Desk | None, request: gr.Request) -> Iterator[dict]:
        now, last = now or Desk(), None
        try:
            for last in service.stream(battle_of(now), voter_of(request)):
                shown_cards = views.cards(last, len(now.turns), now.names)
                yield dict(zip((card_a, card_b), shown_cards, strict=True))
        except BattleFailedError:
            return  # cancelled: whoever did that has already changed the page
        except ArenaError as error:
            yield {desk: now.cleared(), **page("setup")}
            raise shown(error) from error
        yield {desk: replace(now, answers=(last.text_a, last.text_b)), **page("judging")}

    def ask_again(now: Desk, text: object, request: gr.Request) -> dict:
        text = check_instruction(text)
        service.ask_again(battle_of(now), voter_of(request), text)
        return fight(now.with_question(text))

    def answer_anew(now: Desk, request: gr.Request) -> dict:
        first = now.turns[0].instruction if now.turns else now.instruction
        return fight(now.with_battle(service.regenerate(battle_of(now), voter_of(request)), first, now.names))

    def pass_over(now: Desk, request: gr.Request) -> dict:
        service.skip(battle_of(now), voter_of(request))
        return {desk: now.cleared(), **page("setup")}

    def cast(now: Desk, less: object, better: object, why: object, spans: object, request: gr.Request) -> dict:
        judgments = {Axis.HALLUCINATION: less, Axis.INSTRUCTION: better}
        result = service.vote(battle_of(now), voter_of(request), judgments, read_marks(spans, why))
        if any(now.names):  # with how each was loaded: it may be one model twice
            title_a, title_b = now.names
            result = replace(result, a=replace(result.a, title=title_a), b=replace(result.b, title=title_b))
        turn = len(now.turns)
        return {
            card_a: views.revealed_card("A", result.a, turn), card_b: views.revealed_card("B", result.b, turn),
            thanks: views.revealed(result, judgments, any(now.names)), **page("revealed"),
        }  # fmt: skip

    def keep_picture(now: Desk, tongue: str, request: gr.Request) -> dict:
        """The same picture for the next battle, with a new challenge."""
        kept = {**page("setup"), picture: gr.update(interactive=False)}
        if now.offer is None:
            return {desk: now.cleared(keep_picture=True), **kept}
        made = service.another(voter_of(request), tongue, None if now.own else now.offer)
        return {desk: replace(now.cleared(keep_picture=True), offer=made), instruction: made.instruction, **kept}

    def stop(now: Desk, request: gr.Request) -> dict:
        service.abandon(voter_of(request))
        return {desk: now.cleared(), **page("setup")}

    def leave(request: gr.Request) -> None:
        service.abandon(voter_of(request))

    everything = [
        desk, intro, picture_step, picture, picture_choice, private, consent, ask, instruction, answers, past, asked,
        card_a, card_b, over, judge, hallucination, following, comment, question, reveal, thanks,
    ]  # fmt: skip

    def on(events: list, handler, inputs: list, **options):
        return gr.on(events, seated(handler), inputs, everything, **{**FREE, **options})

    # without preprocess: Gradio would open the picture with Pillow, without limits, and fail with words for nobody
    raw = {"preprocess": False}
    fresh = [desk, language]
    begun = on([start.click, instruction.submit], begin, [desk, picture, instruction, private], **raw)
    named = on([start_named.click], begin_named, [desk, picture, instruction, private, *chosen], **raw)
    further_asked = on([further.click, question.submit], ask_again, [desk, question])
    renewed = on([regenerate.click], answer_anew, [desk])
    writing = {**PRIVATE, "concurrency_limit": CONCURRENT_BATTLES, "concurrency_id": "arena-battles"}
    written = [event.success(write, desk, everything, **writing) for event in (begun, named, further_asked, renewed)]
    on([over.click], stop, [desk], cancels=written)
    on([submit.click], cast, [desk, hallucination, following, comment, marks], js=WITH_MARKS, trigger_mode="once")
    on([skip.click], pass_over, [desk]).success(seated(fresh_picture), fresh, everything, **FREE)
    on([next_battle.click, surprise.click], fresh_picture, fresh)
    on([same.click], keep_picture, fresh)
    on([another.click], another_challenge, fresh)
    on([language.change], other_language, [desk, language, instruction])
    on([upload.upload], uploaded, [desk, upload, instruction, language], **raw)
    on([picture.upload], own_picture, [desk, instruction, language])
    gr.on([hallucination.change, following.change], None, [hallucination, following], submit, js=BOTH_CHOSEN, **PRIVATE)
    Context.root_block.load(seated(fresh_picture), fresh, everything, **FREE)
    Context.root_block.unload(leave)


def _is_offered(now: Desk, text: object) -> bool:
    """Whether the instruction is the one that the page put there, or none at all."""
    return not text or (now.offer is not None and text == now.offer.instruction)


def _picture(now: Desk, file: object) -> tuple[object, dict]:
    """The picture that was sent, and what is known of it: everything where it is the one that the page offered."""
    clean, offer = clean_picture(path_of(file)), now.offer
    if offer is None or offer.picture is None or clean_picture(offer.picture).sha256 != clean.sha256:
        return clean.image, {"source": Source.OWN}
    return offer.picture, {"source": Source.OFFERED, "facts": offer.facts}
