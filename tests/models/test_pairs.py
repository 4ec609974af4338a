"""Many questions at once give what one at a time gives, on every family."""

import threading
from dataclasses import replace
from functools import cache, partial

import numpy as np
import pytest
import torch
from PIL import Image

from models.errors import GenerationError, OutOfMemoryError
from models.families import SharedPrefix, family_of
from models.generation import answer, stream
from models.pairs import answer_batch, answer_pairs
from models.prefix import generator, question_starts
from models.spec import Generation, Quantization
from tests.models.tiny import FAMILIES

SHORT = Generation(max_new_tokens=6)
ENDLESS = Generation(max_new_tokens=1000)


def noise(width, height):
    return Image.fromarray(np.random.default_rng(width).integers(0, 255, (height, width, 3), dtype=np.uint8))


PAIRS = [  # sizes that give other numbers of tiles and image tokens; questions of other lengths
    (noise(120, 90), ("Is there a dog in the image? Please answer yes or no.", "Is there a cat?")),
    (noise(60, 60), ("yes", "Is there a red car, or is there not a red car? Please answer yes or no.")),
    (noise(50, 130), ("Is this a dog? Please answer yes or no.", "Is this a cat? Please answer yes or no.")),
]
SINGLE = [(image, question) for image, questions in PAIRS for question in questions]


def flat(answers):
    return [text for texts in answers for text in texts]


class Recorder:
    """Keeps the logits of every token that `generate` chooses, by the prompt it goes on from."""

    def __init__(self, loaded, monkeypatch):
        self.loaded, self.logits = loaded, {}
        self._module = generator(loaded.model)
        self._real = self._module.generate
        monkeypatch.setattr(self._module, "generate", self._generate)

    def _generate(self, **options):
        made = self._real(**options, output_logits=True, return_dict_in_generate=True)
        rows = torch.stack(made.logits, dim=1)  # [B, T, V]
        ids, mask = options.get("input_ids"), options["attention_mask"].bool()
        for i, logits in enumerate(rows):
            prompt = len(self.logits) if ids is None else tuple(ids[i][mask[i]].tolist())
            self.logits[prompt] = logits
        return made.sequences

    def of(self, ask):
        self.logits = {}
        return ask(), self.logits


# int8 rounds activations to 256 steps, so that a float32 difference of 1e-7 can move a logit (here up to 4) by a step
# or a few; 5 bits per weight and none leave activations alone.
TOLERANCE = {Quantization.NONE: 1e-4, Quantization.NF4: 1e-4, Quantization.INT8: 0.25}


def assert_same_choices(expected, got, atol):
    """Logits of each prompt are the same within `atol`, as long as the same tokens were chosen; returns for how many
    prompts they were chosen to the end."""
    assert expected.keys() == got.keys()
    agreed = 0
    for prompt, logits in expected.items():
        mine = got[prompt][: len(logits)]
        parted = (mine.argmax(-1) != logits[: len(mine)].argmax(-1)).nonzero()
        end = int(parted[0]) + 1 if len(parted) else len(logits)
        torch.testing.assert_close(mine[:end], logits[:end], atol=atol, rtol=0)
        agreed += not len(parted)
    return agreed


@pytest.fixture(scope="session")
def alone(tiny_loaded):
    """`alone(family, quantization)`: what `answer` says to each of SINGLE, with the logits it chose by."""

    @cache
    def ask(family, quantization=Quantization.NONE):
        loaded = tiny_loaded(family, quantization)
        with pytest.MonkeyPatch.context() as patch:
            ask_each = partial(map, lambda request: answer(loaded, *request, SHORT), SINGLE)
            return Recorder(loaded, patch).of(lambda: list(ask_each()))

    return ask


@pytest.mark.parametrize("quantization", Quantization)
@pytest.mark.parametrize("family", FAMILIES)
def test_pairs_are_answered_as_single_questions_are(family, quantization, tiny_loaded, alone, monkeypatch):
    loaded = tiny_loaded(family, quantization)
    texts, logits = alone(family, quantization)
    got, got_logits = Recorder(loaded, monkeypatch).of(lambda: answer_pairs(loaded, PAIRS, SHORT))
    agreed = assert_same_choices(logits, got_logits, TOLERANCE[quantization])
    same = sum(one == other for one, other in zip(texts, flat(got), strict=True))
    assert same >= agreed >= (3 if quantization is Quantization.INT8 else 6)


@pytest.mark.parametrize("family", FAMILIES)
def test_one_picture_is_answered_as_single_questions_are(family, tiny_loaded, alone, monkeypatch):
    loaded = tiny_loaded(family)
    texts, logits = alone(family)
    recorder = Recorder(loaded, monkeypatch)
    got, got_logits = recorder.of(lambda: [answer_pairs(loaded, [pair], SHORT)[0] for pair in PAIRS])
    assert flat(got) == texts
    assert assert_same_choices(logits, got_logits, 1e-4) == 6


@pytest.mark.parametrize("family", FAMILIES)
def test_a_batch_is_answered_as_single_questions_are(family, tiny_loaded, alone, monkeypatch):
    loaded = tiny_loaded(family)
    texts, logits = alone(family)
    got, got_logits = Recorder(loaded, monkeypatch).of(lambda: answer_batch(loaded, SINGLE, SHORT))
    assert got == texts
    assert assert_same_choices(logits, got_logits, 1e-4) == 6


@pytest.mark.parametrize("family", FAMILIES)
def test_a_stopped_answer_is_the_beginning_of_the_whole_one(family, tiny_loaded, alone):
    texts, _ = alone(family)
    got = flat(answer_pairs(tiny_loaded(family), PAIRS, SHORT, stop=lambda text: len(text) >= 3))
    for whole, stopped in zip(texts, got, strict=True):
        assert whole.startswith(stopped)
        assert len(stopped) >= 3 or stopped == whole


@pytest.mark.parametrize("family", FAMILIES)
def test_pictures_are_processed_and_seen_once(family, tiny_loaded, monkeypatch):
    loaded = tiny_loaded(family)
    family = family_of(loaded.model.config)
    processed, seen = [], []
    processor = loaded.processor.image_processor
    preprocess = type(processor).preprocess
    monkeypatch.setattr(
        type(processor), "preprocess", lambda self, images, **o: processed.append(1) or preprocess(self, images, **o)
    )
    hook = vision_tower(loaded.model).register_forward_pre_hook(
        lambda _module, args, options: seen.append(len(args[0] if args else options["pixel_values"])), with_kwargs=True
    )
    answer_pairs(loaded, PAIRS[:1], SHORT)
    hook.remove()
    assert len(processed) == 1
    once = [seen[0]]
    assert seen == (once * 2 if family.shared_prefix is SharedPrefix.NONE else once)


def vision_tower(model):
    names = ("vision_tower", "vision_model", "visual")
    return next(getattr(part, name) for part in (model, getattr(model, "model", None)) for name in names if hasattr(part, name))
