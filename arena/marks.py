"""Marks on answers that keep a battle out of the ratings, found when an answer is stored.

An answer is marked when it is empty, when the token limit cut it off, or when it tells who wrote it. The last is a
matter of words, and words like "Scout" or "llama" stand in honest descriptions too. So:

- a model's full name or title with a number in it ("scout-3m", "Qwen2.5-VL 3B", however spaced) always counts;
- a coined word of it (mixed case as in "SmolVLM", or one of `COINED`) counts wherever it stands alone;
- any other word of it ("Scout", "Llama") and its maker ("Alibaba") count only where the answer speaks of itself:
  "I am Scout", "my name is Scout", "I was trained by Google", "我是…", "我由…开发".

Names of every model of the line-up count, not of the two that fight alone: a wrong name misleads as well.
A name that the instruction has already is no disclosure.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from arena.battle import Mark
from models.spec import ModelSpec

COINED = frozenset({"qwen", "idefics", "vicuna", "glm", "lfm"})
ORDINARY = frozenset({"llama", "blip", "multimodal"})  # whatever their case
MAKERS = {
    "qwen": ("Alibaba", "Tongyi", "阿里巴巴", "通义"),
    "google": ("Google", "DeepMind", "谷歌"),
    "huggingfacetb": ("Hugging Face", "HuggingFace"),
    "huggingfacem4": ("Hugging Face", "HuggingFace"),
    "opengvlab": ("OpenGVLab", "Shanghai AI Lab", "上海人工智能实验室"),
    "liquidai": ("Liquid AI", "LiquidAI"),
    "zai-org": ("Zhipu", "Z.ai", "智谱"),
    "salesforce": ("Salesforce",),
    "apple": ("Apple",),
}
"""Owners on the Hub (lower case) and what their models call their makers."""

_APART = r"[\s_.-]*"
_START, _END = r"(?<![A-Za-z0-9])", r"(?![A-Za-z0-9])"
_SELF = (
    r"(?:\b(?:I am|I'm|I’m|my name is|call me)\s+(?:the\s+|a\s+|an\s+)?(?:(?:AI|model|assistant|called|named)\s+)*"
    r"|我(?:是|叫|的名字是|的名字叫)\s*)[\"'“「*]*"
)
_MADE = (
    r"(?:\b(?:I am|I'm|I’m|I was|I have been|me)\b[^.!?\n]{0,60}\b(?:by|from)\s+"
    r"|我(?:是|由)[^。！？\n]{0,20})(?:the\s+)?"
)


def mark_of(answer: str, cut_off: bool, instruction: str, lineup: Iterable[ModelSpec]) -> Mark | None:
    """What is to be said of a whole answer; None for a sound one. A name weighs more than how the answer ended."""
    if names_a_model(answer, instruction, lineup):
        return Mark.NAMES_ITSELF
    if not answer.strip():
        return Mark.EMPTY
    return Mark.CUT_OFF if cut_off else None


def names_a_model(answer: str, instruction: str, lineup: Iterable[ModelSpec]) -> bool:
    """Whether the answer tells a name by the rules above that the instruction does not have."""
    patterns = [pattern for spec in lineup for pattern in _patterns(spec.name, spec.title, spec.source, spec.is_local)]
    told = instruction.casefold()
    return any(found.group("name").casefold() not in told for p in patterns for found in p.finditer(answer))


@lru_cache(maxsize=256)
def _patterns(name: str, title: str, source: str, is_local: bool) -> tuple[re.Pattern, ...]:
    patterns = []
    for full in (name, title):
        tokens = [re.escape(token) for token in re.split(r"[\s_.-]+", full) if token]
        if len(tokens) > 1 and any(character.isdigit() for character in full):
            patterns.append(re.compile(f"{_START}(?P<name>{_APART.join(tokens)}){_END}", re.IGNORECASE))
    word = re.match(r"[^\W\d_]+", title)
    if word and len(word[0]) > 2:
        patterns.append(_coined(word[0]) if _is_coined(word[0]) else _of_itself(word[0]))
    owner = "" if is_local or "/" not in source else source.split("/")[0].lower()
    patterns += [re.compile(f"(?i:{_MADE})(?P<name>{re.escape(maker)}){_END}") for maker in MAKERS.get(owner, ())]
    return tuple(patterns)


def _is_coined(word: str) -> bool:
    if word.lower() in ORDINARY:
        return False
    mixed = word[1:] != word[1:].lower() and word != word.upper()
    return mixed or word.lower() in COINED


def _coined(word: str) -> re.Pattern:
    """The word and what may be written onto it: "Qwen2", "QwenVL", but not "qwenish"."""
    return re.compile(f"{_START}(?P<name>(?i:{re.escape(word)}))(?![a-z])")


def _of_itself(word: str) -> re.Pattern:
    """The word as the title writes it, where the answer speaks of itself."""
    quoted = re.escape(word)
    return re.compile(f"(?:(?i:{_SELF})|\\bAs\\s+(?={quoted},\\s+I\\b))(?P<name>{quoted}){_END}")
