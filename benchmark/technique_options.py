"""The options of `run` that say how a question is put, and the command that repeats a run's own."""

import argparse
from typing import Any

from benchmark.prompt_styles import PromptStyle
from benchmark.records import OFFICIAL_PROMPT, PLAIN_TECHNIQUE, RunSettings
from benchmark.solved_examples import DEFAULT_PAIRS
from benchmark.techniques import PLAIN_TOKENS, Technique


def add_technique_options(parser: argparse.ArgumentParser) -> None:
    """Add --prompt-style, --technique, --examples, --seed and --max-new-tokens."""
    parser.add_argument(
        "--prompt-style",
        default=OFFICIAL_PROMPT,
        help=f"whose wording: {', '.join(style.value for style in PromptStyle)}",
    )
    parser.add_argument(
        "--technique", default=PLAIN_TECHNIQUE, help="; ".join(f"{each.value}: {each.title}" for each in Technique)
    )
    parser.add_argument(
        "--examples", type=int, help=f"in-context: pictures shown with both answers ({DEFAULT_PAIRS} when left out)"
    )
    parser.add_argument("--seed", type=int, default=0, help="in-context: decides which pictures are shown")
    parser.add_argument(
        "--max-new-tokens", type=int, help="the longest answer; when left out, what the technique needs"
    )


def technique_choices(options: argparse.Namespace) -> tuple[str, str, int | None, int, int | None]:
    """The last fields of a Request, in its order."""
    return options.prompt_style, options.technique, options.examples, options.seed, options.max_new_tokens


def technique_words(settings: RunSettings) -> list[str]:
    """The options that ask as a run was asked; none for what is usual."""
    given: list[tuple[str, Any, Any]] = [
        ("--prompt-style", settings.prompt_style, OFFICIAL_PROMPT),
        ("--technique", settings.technique, PLAIN_TECHNIQUE),
        ("--examples", settings.technique_options.get("examples"), None),
        ("--seed", settings.seed, 0),
        ("--max-new-tokens", settings.generation.get("max_new_tokens"), PLAIN_TOKENS),
    ]
    return [word for option, value, usual in given if value not in (None, usual) for word in (option, str(value))]
