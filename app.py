"""Serve MME Arena: build the rooms, mount their tabs, launch. Importing this file imports no torch.

``python app.py`` serves on http://127.0.0.1:7860; on a Hugging Face Space the same file is the app.
"""

from __future__ import annotations

import argparse
import errno
import json
import os
import random
import sys
import threading
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import arena.startup_ui  # noqa: F401 (before gradio, whose import it speeds up)

# isort: split
import gradio as gr
import numpy as np
from PIL import Image

from arena.answers import Ended
from arena.battle import Contestant
from arena.challenges.facts import SceneFacts
from arena.errors import ArenaError
from arena.limits import RateLimits
from arena.log_ui import log_tab
from arena.moderation import WatchedModeration, build_moderation
from arena.personal_ui import personal_tab
from arena.ratings_ui import ratings_tab
from arena.service import ArenaService
from arena.space import Space, read_spacefile
from arena.store import Store
from arena.ui import arena_tab
from benchmark.asking import pool_opener
from benchmark.cache import cache_opener
from benchmark.data import EMBEDDED, ImagePair, open_suite
from benchmark.errors import BenchmarkError
from benchmark.levels import PictureKind, known_levels
from benchmark.own_runs import RunShelf, scores_of_models
from benchmark.runner import Runner
from benchmark.ui import benchmark_tab, boards_tab
from models.embedded.scenes import MAX_OBJECTS, draw_scene
from models.errors import ModelError
from models.pool import ModelPool
from models.quantized import default_cache
from models.registry import find_for, lineup, offered
from models.spec import Generation, Mission, ModelSpec, Quantization
from models.ui import models_tab
from models.zerogpu import forked_answers

ROOT = Path(__file__).parent
STYLES = [*(ROOT / room / "ui.css" for room in ("models", "benchmark", "arena")), ROOT / "arena" / "views.css"]
ANSWER = Generation(max_new_tokens=256)
MASTHEAD = """
.masthead { padding: 0.25rem 0; }
.masthead h1 { margin: 0; font-size: 1.75rem; letter-spacing: -0.01em; }
.masthead p { margin: 0.25rem 0 0; }
.gradio-container .masthead-html, .gradio-container .masthead-html > * { padding: 0; }
@media (max-width: 500px) { .tab-container button { padding: 0 0.2rem; font-size: 0.8rem; } }
"""
UPLOADS_KEPT = (600, 3600)  # seconds: every 10 minutes, drop uploaded originals (with their camera data) after an hour
SHAPES_ONLY, ALL_KINDS = 0.1, 0.5  # of offered pictures: the suite's, for models that know drawn shapes, and others
PAGE_THREADS = 64  # a battle or a watched run holds one while it streams


@dataclass(frozen=True)
class Settings:
    """How this installation runs. ``public`` is a page for strangers: no paths of this machine, Spacefile limits."""

    space: Space
    data: Path
    battlers: tuple[ModelSpec, ...]
    quantization: Quantization
    allow_smaller: bool
    host: str | None
    port: int | None
    device: str | None
    public: bool
    votes_survive_restart: bool


def parse_settings(arguments: list[str], environment: Mapping[str, str]) -> Settings:
    """Command line, Spacefile and environment in one; raises ArenaError or ModelError for what cannot be meant."""
    parser = argparse.ArgumentParser(prog="python app.py", description="Serve MME Arena.")
    parser.add_argument("--data", type=Path, help="folder for votes, pictures and runs (default: ./data)")
    parser.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (default: 7860)")
    parser.add_argument("--lineup", help="models that battle, by name, with commas (default: the Spacefile's)")
    parser.add_argument(
        "--model", action="append", default=[], help="one more model that battles: a name, or a hub id (owner/name)"
    )
    parser.add_argument("--quantization", default="none", help="none, int8 or nf4, for battles (default: none)")
    parser.add_argument(
        "--allow-smaller", action="store_true", help="when memory runs out, try once more with fewer bits per weight"
    )
    parser.add_argument("--device", help="cpu, cuda, cuda:1 (default: a GPU where there is one)")
    options = parser.parse_args(arguments)
    space = read_spacefile(ROOT / "Spacefile")
    public = "SPACE_ID" in environment
    kept = public and os.access(space.votes_directory, os.W_OK)
    names = options.lineup.split(",") if options.lineup else space.lineup
    return Settings(
        space=space,
        data=options.data or Path(environment.get("MME_ARENA_DATA") or (space.votes_directory if kept else "data")),
        battlers=tuple(dict.fromkeys(find_for(name.strip(), Mission.ARENA) for name in (*names, *options.model))),
        quantization=Quantization.parse(options.quantization),
        allow_smaller=options.allow_smaller or public,
        host=options.host or environment.get("GRADIO_SERVER_NAME") or "127.0.0.1",
        port=options.port or int(environment.get("GRADIO_SERVER_PORT") or 7860),
        device=options.device,
        public=public,
        votes_survive_restart=kept or not public,
    )


class Answering:
    """The arena's view of the model pool: who answers, how it was really loaded, what a battle waits for."""

    def __init__(self, pool: ModelPool, quantization: Quantization, allow_smaller: bool) -> None:
        self._pool, self._quantization, self._allow_smaller = pool, quantization, allow_smaller

    def stream(
        self,
        spec: ModelSpec,
        picture: Image.Image,
        instruction: str,
        cancelled: threading.Event,
        *,
        quantization: str = "",
        earlier: tuple[tuple[str, str], ...] = (),
    ) -> Generator[str, None, Ended]:
        """Text of an answer in pieces; the model stays leased until the last one. See `arena.writing.AnswerStream`."""
        loaded: list[Contestant] = []

        def note(model: object) -> None:
            record = json.dumps(ANSWER.record())
            loaded.append(Contestant(spec.name, model.quantization.value, model.revision, record))

        chosen = Quantization.parse(quantization) if quantization else self._quantization
        cut_off = yield from self._pool.stream(
            spec, chosen, picture, instruction, ANSWER, cancelled,
            allow_smaller=self._allow_smaller and not quantization, leased=note, earlier=earlier,
        )  # fmt: skip
        return Ended(loaded[-1] if loaded else None, cut_off)

    def waiting_note(self, a: ModelSpec, b: ModelSpec) -> str:
        """What a battle waits for, the same words for both sides: neither name nor speed is given away."""
        status = self._pool.status()
        loading = [model for model in status.models if model.loading and model.spec in (a, b)]
        if loading:
            return f"Getting the models ready: {min(model.share or 0 for model in loading):.0%}"
        return "Waiting for memory: the models take turns on this machine" if status.waiting else ""


def random_scene(rng: random.Random) -> tuple[Image.Image, SceneFacts]:
    """A freshly drawn scene that no model has seen, and what is on it."""
    count = rng.randint(2, MAX_OBJECTS)
    picture, scene = draw_scene(np.random.default_rng(rng.getrandbits(64)), count, size=512)
    return picture, SceneFacts.of_scene(scene)


class OfferedPictures:
    """What the arena offers: freshly drawn scenes, and drawn pictures of the embedded suite's other subtasks.

    Photographs are left out: an export of votes would have to carry their credits.
    """

    def __init__(self, suite_share: float) -> None:
        self._suite_share = suite_share

    def __call__(self, rng: random.Random, known: bool) -> tuple[Image.Image, SceneFacts]:
        """A picture and what is known of it; all of it is known where `known` is asked for."""
        if known or rng.random() >= self._suite_share:
            return random_scene(rng)
        pair = rng.choice(self._pairs)
        return pair.picture(), SceneFacts(category=pair.subtask.name)

    @cached_property
    def _pairs(self) -> list[ImagePair]:
        suite = open_suite(EMBEDDED)
        facts = known_levels(suite)
        return [pair for pair in suite.pairs if facts[pair.image_id].kind is PictureKind.DRAWN]


def theme() -> gr.themes.Base:
    """Indigo on slate, with the fonts that the visitor's system has: nothing is fetched from elsewhere."""
    system = ("ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "Noto Sans", "sans-serif")
    mono = ("ui-monospace", "Consolas", "DejaVu Sans Mono", "monospace")
    return gr.themes.Base(
        primary_hue="indigo",
        secondary_hue="amber",
        neutral_hue="slate",
        radius_size="lg",
        font=system,
        font_mono=mono,
    ).set(
        body_background_fill="*neutral_50",
        block_shadow="none",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_dark="*primary_500",
        button_primary_text_color="white",
    )


def status(settings: Settings) -> str:
    """One sentence: which models battle here, and on what."""
    titles = " and ".join(spec.title for spec in settings.battlers)
    if all(spec.embedded for spec in settings.battlers):
        return f"The models battling here are {titles}, two small ones that ship with the app and know drawn shapes."
    return f"The models battling here are {titles} ({settings.quantization.title})."


def build_page(settings: Settings) -> gr.Blocks:
    """The whole page over this installation's data; opens the vote database, loads no model."""
    forked = forked_answers()  # on ZeroGPU, before anything imports torch
    pool = ModelPool(device=settings.device, generate=forked.stream if forked else None, cache=default_cache())
    answering = Answering(pool, settings.quantization, settings.allow_smaller)
    rng = random.Random()
    moderation = build_moderation(settings.space.moderation, os.environ) if settings.public else None
    if isinstance(moderation, WatchedModeration):  # visitors are to know at once whether it works
        threading.Thread(target=moderation.probe, name="first moderation", daemon=True).start()
    service = ArenaService(
        Store(settings.data / "arena.sqlite"),
        settings.battlers,
        answering.stream,
        rng,
        lambda: datetime.now(UTC),
        waiting_note=answering.waiting_note,
        admission=RateLimits(settings.space.limits) if settings.public else None,
        moderation=moderation,
        named=() if settings.public else offered(Mission.ARENA, settings.battlers),
        scenes=OfferedPictures(SHAPES_ONLY if all(s.embedded for s in settings.battlers) else ALL_KINDS),
        known_answer_rate=settings.space.known_answer_rate,
    )
    runner = Runner(
        settings.data / "runs",
        pool_opener(pool, answer_pairs=forked.answer_pairs if forked else None),
        allow_paths=not settings.public,
        open_cache=cache_opener(settings.data / "responses", lambda: pool.device),
    )
    shelf = RunShelf(runner.runs)
    offered_here = offered(extra=settings.battlers)
    models = [spec for spec in offered_here if spec in settings.battlers or not settings.public]
    known = settings.battlers if settings.public else tuple(dict.fromkeys((*lineup(), *settings.battlers)))
    if forked:  # what a fork is to find must be there before it
        preload(pool, settings)
    about = (ROOT / "arena" / "about.md").read_text(encoding="utf-8")
    durability = "" if settings.votes_survive_restart else "**On this page, votes are lost when the server restarts.**"
    with gr.Blocks(title="MME Arena", analytics_enabled=False, delete_cache=UPLOADS_KEPT) as page:
        gr.HTML(
            '<header class="masthead"><h1>MME Arena</h1><p>Which open vision-language model should you trust? '
            "Judge two of them blind, or let the benchmark ask.</p></header>",
            padding=False,
            elem_classes="masthead-html",
        )
        with gr.Tabs(overflow_behavior="wrap"):
            with gr.Tab("Arena", id="arena"):
                arena_tab(service, behind_proxy=settings.public)
            with gr.Tab("Ratings", id="ratings"):
                ratings_tab(service, lambda: scores_of_models(shelf.runs()[0]))
            with gr.Tab("Battles", id="battles"):
                log_tab(service)
            with gr.Tab("Your votes", id="you"):
                personal_tab(service, sign_in=settings.public and "OAUTH_CLIENT_ID" in os.environ)
            with gr.Tab("Benchmark", id="benchmark"):
                benchmark_tab(runner, models)
            with gr.Tab("Boards", id="boards") as boards:
                boards_tab(runner, boards)
            with gr.Tab("Models", id="models"):
                models_tab(pool, known, lambda: random_scene(rng)[0], pool.stream, manage=not settings.public)
            with gr.Tab("About", id="about"):
                gr.Markdown(about.format(status=status(settings), durability=durability))
    return page


def preload(pool: ModelPool, settings: Settings) -> None:
    """Load every model that battles here, one after the other, telling each step on the console."""
    for spec in settings.battlers:
        with pool.lease(spec, settings.quantization, lambda step: print(step.text, flush=True)):
            pass


def main(arguments: list[str]) -> int:
    """Serve until stopped; 2 and one sentence on stderr when that cannot be."""
    try:
        settings = parse_settings(arguments, os.environ)
        page = build_page(settings)
    except (ArenaError, BenchmarkError, ModelError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    page.queue(default_concurrency_limit=PAGE_THREADS)
    try:
        page.launch(
            server_name=settings.host,
            server_port=settings.port,
            theme=theme(),
            css=MASTHEAD,
            css_paths=STYLES,
            footer_links=[],
            max_threads=PAGE_THREADS,
            max_file_size=f"{settings.space.picture_megabytes}mb",
            ssr_mode=False,
        )
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, None):
            raise
        print(f"error: port {settings.port} is taken; stop what uses it or choose another --port", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
