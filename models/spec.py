"""What a model is and how it is asked, as plain facts: no torch, no files, no network."""

import re
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from models.errors import UnknownQuantizationError

_SLUG = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")


class Quantization(StrEnum):
    """How the weights are stored. `none` keeps them as published (float32 on a CPU, bfloat16 on a GPU)."""

    NONE = "none"
    INT8 = "int8"
    NF4 = "nf4"

    @property
    def title(self) -> str:
        """Plain words for a page."""
        return {"none": "full precision", "int8": "8 bits per weight", "nf4": "4 bits per weight"}[self.value]

    @classmethod
    def parse(cls, value: str) -> "Quantization":
        """The member named `value`; UnknownQuantizationError says what is allowed."""
        try:
            return cls(value)
        except ValueError:
            raise UnknownQuantizationError(value, [member.value for member in cls]) from None


class PromptFormat(StrEnum):
    """How picture and instruction become one prompt."""

    CHAT = "chat"  # the processor's own chat template
    QUESTION_ANSWER = "question-answer"  # "Question: ... Answer:", BLIP-2's own prompt (arXiv 2301.12597)
    INSTRUCTION = "instruction"  # the bare instruction, as InstructBLIP was tuned (arXiv 2305.06500)


class Mission(StrEnum):
    """What a model can be asked for here."""

    BENCHMARK = "benchmark"  # yes/no questions about one picture
    ARENA = "arena"  # free instructions about one picture
    IN_CONTEXT = "in-context"  # several pictures in one prompt, as solved examples need


class Runs(StrEnum):
    """Where a model's answers can come from."""

    HERE = "here"  # transformers has a class for it: it loads on this machine
    ENDPOINT = "endpoint"  # only through a server that somebody else's code runs
    RECORDED = "recorded"  # only as answers recorded elsewhere, scored again here


@dataclass(frozen=True)
class Endpoint:
    """An OpenAI-compatible server, or several replicas of one, that answers for a model.

    `urls` are base addresses, usually ending in "/v1"; `model` is the name that the server knows it by.
    `key_variable` names an environment variable with the key, where one is wanted. `max_requests` are the requests
    that one replica may work on at once; `timeout_seconds` is how long it may stay silent.
    """

    urls: tuple[str, ...]
    model: str
    key_variable: str = ""
    max_requests: int = 4
    timeout_seconds: float = 120.0

    def __post_init__(self) -> None:
        if not self.urls or not all(url.startswith(("http://", "https://")) for url in self.urls):
            raise ValueError(f"an endpoint needs addresses that start with http:// or https://; got {self.urls!r}")
        if any("@" in url or "?" in url for url in self.urls):  # not shown: whoever does this has put a key into it
            raise ValueError("an endpoint's address holds a user or a query; keep keys in the key_variable")
        if not self.model:
            raise ValueError("an endpoint needs the name that its server knows the model by; got an empty text")
        if self.max_requests < 1 or self.timeout_seconds <= 0:
            raise ValueError("an endpoint's max_requests and timeout_seconds must be above 0")


@dataclass(frozen=True)
class Composition:
    """A model that nobody published in one piece: its parts are put together while loading (MiniGPT-4).

    `vision` and `language` are hub ids or folders, `projection` is "owner/name::file" or a file's path.
    """

    vision: str
    language: str
    projection: str


@dataclass(frozen=True)
class ModelSpec:
    """One model of the line-up.

    `source` is a hub id ("owner/name") or a local folder (absolute, or starting with "." or "~"); `revision`
    names a branch, tag or commit of a hub id. `parameters` counts weights, tied ones once. `min_gpu_gib` is
    what a card needs at the smallest quantization, for display only: the pool predicts the real footprint.
    `serves` says what it is good for here; `endpoint` makes a server answer in place of this machine.
    """

    name: str
    title: str
    source: str
    family: str
    parameters: int
    licence: str
    revision: str = "main"
    embedded: bool = False
    gated: bool = False
    prompt_format: PromptFormat = PromptFormat.CHAT
    min_gpu_gib: float | None = None
    notes: str = ""
    quantizations: tuple[Quantization, ...] = tuple(Quantization)
    serves: tuple[Mission, ...] = (Mission.BENCHMARK, Mission.ARENA)
    runs: Runs = Runs.HERE
    endpoint: Endpoint | None = None
    composition: Composition | None = None

    def __post_init__(self) -> None:
        if not _SLUG.fullmatch(self.name):
            raise ValueError(f"a model's name is lower-case letters, digits, '.' and '-'; got {self.name!r}")
        if self.parameters < 0:
            raise ValueError(f"{self.name}: parameters must be positive, or 0 when unknown; got {self.parameters}")
        if not self.source:
            raise ValueError(f"{self.name}: source must be a hub id or a folder, got an empty text")

    @property
    def is_local(self) -> bool:
        """Whether `source` is a folder rather than a hub id, judged by how it is written."""
        return self.embedded or self.source.startswith((".", "~")) or Path(self.source).is_absolute()

    @property
    def answers(self) -> bool:
        """Whether it can be asked from this installation: it loads here, or a server answers for it."""
        return self.runs is Runs.HERE or self.endpoint is not None

    @property
    def takes_turns(self) -> bool:
        """Whether it can be asked further questions about a picture, with what was said before in its prompt."""
        return self.endpoint is not None or self.prompt_format is PromptFormat.CHAT

    @property
    def weights(self) -> tuple[tuple[str, str], ...]:
        """The quantizations that a person can choose from, as pairs of words and value; a server decides alone."""
        if self.endpoint is not None:
            return (("as its server has them", Quantization.NONE.value),)
        return tuple((quantization.title, quantization.value) for quantization in self.quantizations)

    @property
    def size(self) -> str:
        """Parameters in short words: "3.4M", "7.1B", "unknown size"."""
        if not self.parameters:
            return "unknown size"
        billions = self.parameters / 1e9
        return f"{billions:.1f}B" if billions >= 1 else f"{self.parameters / 1e6:.3g}M"


@dataclass(frozen=True)
class Generation:
    """Fixed settings of an answer; written down beside every run and battle with `record()`.

    They replace whatever a model's own generation_config.json asks for (beams, penalties, sampling), so that
    models are compared alike. `temperature` 0 is greedy decoding.
    """

    max_new_tokens: int = 256
    temperature: float = 0.0
    top_p: float = 1.0
    repetition_penalty: float = 1.0

    def __post_init__(self) -> None:
        if self.max_new_tokens < 1:
            raise ValueError(f"max_new_tokens must be at least 1, got {self.max_new_tokens}")
        if self.temperature < 0:
            raise ValueError(f"temperature must be 0 (greedy) or more, got {self.temperature}")
        if not 0 < self.top_p <= 1:
            raise ValueError(f"top_p must be above 0 and at most 1, got {self.top_p}")
        if self.repetition_penalty <= 0:
            raise ValueError(f"repetition_penalty must be positive, got {self.repetition_penalty}")

    def record(self) -> dict[str, Any]:
        """The settings as a JSON-ready dictionary."""
        return asdict(self)
