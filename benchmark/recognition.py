"""Recognising the published MME, or a part of it, by its questions, without carrying them: only hashes are kept."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from benchmark.parsing import Verdict
from benchmark.subtasks import SUBTASKS

PairTexts = tuple[tuple[str, Verdict], tuple[str, Verdict]]
"""The two questions of an image, each with its true answer."""

MME_IMAGES = {subtask.name: subtask.images for subtask in SUBTASKS}
"""Subtask -> images in the official release."""

_HASHES = Path(__file__).parent / "data" / "mme_questions.json"
_WORDS = re.compile(r"[^\W_]+")
_INSTRUCTIONS = (
    "answer the question using a single word or phrase",  # lmms-eval's, in the place of the next
    "please answer yes or no",  # a part of every question as published
)


def asks_mme(pairs: Iterable[tuple[str, PairTexts]]) -> bool:
    """Whether every pair of questions, given with its subtask, is one of the published MME's, none too often."""
    published, found = _published(), Counter((subtask, pair_hash(texts)) for subtask, texts in pairs)
    return bool(found) and all(count <= published[key] for key, count in found.items())


def pair_hash(texts: PairTexts) -> str:
    """12 hexadecimal digits for a pair: its words, whatever the punctuation, capitals, order and instruction."""
    plain = sorted(f"{plain_words(text)}|{truth.value}" for text, truth in texts)
    return hashlib.sha256("|".join(plain).encode()).hexdigest()[:12]


def plain_words(text: str) -> str:
    """The words of a question, without punctuation, capitals, and the instruction how to answer it."""
    words = " ".join(_WORDS.findall(text.casefold()))
    for instruction in _INSTRUCTIONS:
        words = words.removesuffix(instruction).strip()
    return words


@cache
def _published() -> Counter[tuple[str, str]]:
    told = json.loads(_HASHES.read_text(encoding="utf-8"))["pairs"]
    return Counter((subtask, digits) for subtask, line in told.items() for digits in line.split())
