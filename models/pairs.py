"""Many questions at once: rows side by side, and all questions of a picture from one prefill where that is exact.

How a family shares (families.SharedPrefix) decides: a repeated KV cache, repeated picture features, or nothing but
the processed picture. Whatever way is taken, an answer is what `generation.answer` gives for its question alone.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from models.examples import Example
from models.families import SharedPrefix, family_of
from models.generation import eos_tokens, readable_errors, settings, turn
from models.prompts import Requests, Row, build_batch, build_rounds, on_device, pad, picture_tokens
from models.remote import RemoteModel
from models.rows import Rows, Stop
from models.spec import Generation

if TYPE_CHECKING:
    from PIL import Image

    from models.loading import LoadedModel


class Asked(NamedTuple):
    """A picture, the questions about it (MME asks two), and solved examples that come before each of them."""

    image: "Image.Image"
    questions: tuple[str, ...]
    examples: tuple[Example, ...] = ()


def answer_batch(
    loaded: "LoadedModel | RemoteModel",
    requests: Sequence[tuple["Image.Image", str]],
    generation: Generation,
    stop: Stop | None = None,
    cancelled: threading.Event | None = None,
) -> list[str]:
    """The answer to each request, generated side by side; `stop` and `cancelled` are as in `answer_pairs`."""
    pairs = [(image, (instruction,)) for image, instruction in requests]
    return [text for (text,) in answer_pairs(loaded, pairs, generation, stop, cancelled)]


def answer_pairs(
    loaded: "LoadedModel | RemoteModel",
    pairs: Sequence[tuple],
    generation: Generation,
    stop: Stop | None = None,
    cancelled: threading.Event | None = None,
) -> list[tuple[str, ...]]:
    """The answers to each picture's questions, all pictures side by side; `pairs` holds what `Asked` is made of.

    `stop` sees an answer so far after each token and ends that answer alone by returning True; what it has then is
    returned. Setting `cancelled` ends all work within one token, and the list is empty: half an answer is none.
    Raises a ModelError when something goes wrong.
    """

    def stopped() -> bool:
        return cancelled is not None and cancelled.is_set()

    asked = [each for each in (Asked(*pair) for pair in pairs) if each.questions]
    texts: list[str] = []
    if asked and not stopped():
        if isinstance(loaded, RemoteModel):
            texts = _from_server(loaded, asked, generation, stop, cancelled)
        else:
            with readable_errors(loaded.spec):
                texts = _Work(loaded, generation, stop, stopped).ask(asked)
    if stopped():
        return []
    said = iter(texts)
    return [tuple(next(said) for _ in pair[1]) for pair in pairs]


def _from_server(
    remote: RemoteModel,
    asked: Sequence[Asked],
    generation: Generation,
    stop: Stop | None,
    cancelled: threading.Event | None,
) -> list[str]:
    """One request per question, as many at once as the servers take; each is hung up on when `stop` says so."""
    over = _Either(cancelled)

    def text_of(each: Asked, question: str) -> str:
        text = ""
        try:
            with closing(remote.stream(each.image, question, generation, over, each.examples)) as pieces:
                for piece in pieces:
                    text += piece
                    if stop is not None and stop(text):
                        break
        except BaseException:
            over.set()  # the others would be asked in vain
            raise
        return text

    endpoint = remote.spec.endpoint
    with ThreadPoolExecutor(endpoint.max_requests * len(endpoint.urls)) as threads:
        requests = [threads.submit(text_of, each, question) for each in asked for question in each.questions]
    return [request.result() for request in requests]


class _Either(threading.Event):
    """An event that counts as set when `other` is."""

    def __init__(self, other: threading.Event | None) -> None:
        super().__init__()
        self._other = other

    def is_set(self) -> bool:
        return super().is_set() or (self._other is not None and self._other.is_set())


@dataclass(frozen=True)
class _Work:
    """One call of `answer_pairs`; each method returns one text per question, in order."""

    loaded: "LoadedModel"
    generation: Generation
    stop: Stop | None
    stopped: Callable[[], bool]

    def ask(self, asked: Sequence[Asked]) -> list[str]:
        shared = family_of(self.loaded.model.config).shared_prefix
        # A repetition penalty reads the prompt's tokens, padding included: such an answer must stand alone.
        if shared is SharedPrefix.NONE or self.generation.repetition_penalty != 1:
            return self._one_by_one(asked)
        if all(len(each.questions) == 1 for each in asked):
            return self._batch(asked)
        return self._from_caches(asked) if shared is SharedPrefix.CACHE else self._from_features(asked)

    def _one_by_one(self, asked: Sequence[Asked]) -> list[str]:
        texts = []
        for image, questions, examples in asked:
            if self.stopped():
                break
            for requests in build_rounds(self.loaded, [image], [[question] for question in questions], [examples]):
                inputs = on_device(self.loaded, {**pad(self.loaded, requests.tokens), **requests.pictures})
                with turn(self.loaded, self.stopped) as mine:
                    texts += self._generate(inputs) if mine else []
        return texts

    def _batch(self, asked: Sequence[Asked]) -> list[str]:
        images, questions, examples = zip(*asked, strict=True)
        inputs = build_batch(self.loaded, images, [question for (question,) in questions], examples)
        with turn(self.loaded, self.stopped) as mine:
            return self._generate(inputs) if mine else []

    def _from_features(self, asked: Sequence[Asked]) -> list[str]:
        """Each picture goes through the vision tower once; each question is read from the start of its prompt."""
        from models.prefix import features_repeated

        rounds, rows = self._rounds(asked)
        tokens = {name: [rounds[nth].tokens[name][picture] for picture, nth in rows] for name in rounds[0].tokens}
        inputs = on_device(self.loaded, {**pad(self.loaded, tokens), **rounds[0].pictures})
        pictures = [picture for picture, _ in rows]
        with turn(self.loaded, self.stopped) as mine:
            if not mine:  # somebody else's answer is under way
                return []
            with features_repeated(self.loaded.model, pictures):
                return self._generate(inputs)

    def _from_caches(self, asked: Sequence[Asked]) -> list[str]:
        """Pictures that take about as many tokens go together."""
        from models.prefix import alike

        texts: dict[int, list[str]] = {}
        for group in alike(self._tokens_of_pictures(asked)):
            if self.stopped():
                return []
            said = iter(self._from_cache([asked[nth] for nth in group]))
            texts |= {nth: list(islice(said, len(asked[nth].questions))) for nth in group}
        return [text for nth in range(len(asked)) for text in texts[nth]]

    def _from_cache(self, asked: Sequence[Asked]) -> list[str]:
        """Each picture's prompt is read once, up to where its questions part; they go on from copies of its cache."""
        from models.prefix import question_starts

        rounds, rows = self._rounds(asked)
        prompts: list[list[Row]] = [[] for _ in asked]
        for picture, nth in rows:
            prompts[picture].append(rounds[nth].tokens["input_ids"][picture])
        starts = question_starts(prompts, self.loaded.model.config.image_token_id)
        if starts is None:
            return self._one_by_one(asked)
        tokens = {
            name: [row[:start] for row, start in zip(column, starts, strict=True)]
            for name, column in rounds[0].tokens.items()
        }
        prefix = on_device(self.loaded, {**pad(self.loaded, tokens, "left"), **rounds[0].pictures})
        rests = [prompts[picture][nth][starts[picture] :] for picture, nth in rows]
        with turn(self.loaded, self.stopped) as mine:
            return self._go_on(prefix, rests, [picture for picture, _ in rows]) if mine else []

    def _go_on(self, prefix: dict[str, Any], rests: list[Row], pictures: list[int]) -> list[str]:
        import torch

        from models.prefix import continuations, generator

        texts = [""] * len(rests)
        with torch.inference_mode(), closing(continuations(self.loaded, prefix, rests, pictures)) as groups:
            for rows, inputs in groups:
                if self.stopped():
                    break
                for row, text in zip(rows, self._generate(inputs, generator(self.loaded.model)), strict=True):
                    texts[row] = text
        return texts

    def _rounds(self, asked: Sequence[Asked]) -> tuple[list[Requests], list[tuple[int, int]]]:
        """The prompts of each picture's first question, second, ..., and for each row its picture and which question.

        Where a picture has fewer questions than others, its first one fills the later rounds and is not used there.
        """
        images, questions, examples = zip(*asked, strict=True)
        most = max(map(len, questions))
        filled = [each + each[:1] * (most - len(each)) for each in questions]
        rounds = build_rounds(self.loaded, images, list(zip(*filled, strict=True)), examples)
        return rounds, [(i, nth) for i, each in enumerate(questions) for nth in range(len(each))]

    def _tokens_of_pictures(self, asked: Sequence[Asked]) -> list[int]:
        """How many tokens the pictures of each prompt take together."""
        pictures = [[each.image, *(e.picture for e in each.examples if e.picture is not None)] for each in asked]
        tokens = iter(picture_tokens(self.loaded, [picture for row in pictures for picture in row]))
        return [sum(islice(tokens, len(row))) for row in pictures]

    def _generate(self, inputs: dict[str, Any], model: Any = None) -> list[str]:
        import torch

        model = model or self.loaded.model
        last = family_of(self.loaded.model.config).answers_end_at
        rows = Rows(self.loaded.processor.tokenizer, eos_tokens(model), self.stop, self.stopped, last)
        with torch.inference_mode():
            sequences = model.generate(**inputs, **settings(self.generation), stopping_criteria=[rows])
        return rows.texts(sequences)
