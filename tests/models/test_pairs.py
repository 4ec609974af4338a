"""Many questions at once give what one at a time gives, on every family."""

import itertools
from functools import cache, partial

import pytest
import torch
from bitsandbytes.functional import has_avx512bf16
from hypothesis import given
from hypothesis import strategies as st

from benchmark.asking import GENERATION as BENCHMARK
from benchmark.data import open_suite
from benchmark.parsing import Parser, Verdict, parse, verdict_is_fixed
from models import prefix
from models.families import SharedPrefix, family_of
from models.generation import answer
from models.loading import load
from models.pairs import answer_batch, answer_pairs
from models.prefix import MOST_PADDING, alike, generator, question_starts
from models.prompts import picture_tokens
from models.registry import find
from models.spec import Quantization
from tests.models.asked import PAIRS, SHORT, SINGLE, flat, vision_tower
from tests.models.tiny import FAMILIES


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


# int8 rounds activations too, so a difference of 1e-7 before that can be a whole step of 256 after it, some thousandths
# of a logit in each layer. Logits here go up to 4. nf4 leaves activations alone.
# int8 rounds activations by row; on processors with AVX512-BF16 bitsandbytes multiplies 4-bit weights in bfloat16
TOLERANCE = {Quantization.NF4: 0.05 if has_avx512bf16() else 1e-4, Quantization.INT8: 0.25}
AGREED = {Quantization.NF4: 2 if has_avx512bf16() else 4, Quantization.INT8: 2}


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
    """`alone(family)`: what `answer` says to each of SINGLE, or the first of them, with the logits it chose by."""

    @cache
    def ask(family, quantization=Quantization.NONE, requests=6):
        loaded = tiny_loaded(family, quantization)
        with pytest.MonkeyPatch.context() as patch:
            ask_each = partial(map, lambda request: answer(loaded, *request, SHORT), SINGLE[:requests])
            return Recorder(loaded, patch).of(lambda: list(ask_each()))

    return ask


@pytest.mark.parametrize("family", FAMILIES)
def test_pairs_are_answered_as_single_questions_are(family, tiny_loaded, alone, monkeypatch):
    loaded = tiny_loaded(family)
    texts, logits = alone(family)
    got, got_logits = Recorder(loaded, monkeypatch).of(lambda: answer_pairs(loaded, PAIRS, SHORT))
    assert flat(got) == texts
    assert assert_same_choices(logits, got_logits, 1e-4) == 6


@pytest.mark.parametrize("quantization", [Quantization.INT8, Quantization.NF4])
@pytest.mark.parametrize("family", FAMILIES)
def test_quantized_pairs_are_answered_as_single_questions_are(family, quantization, tiny_loaded, alone, monkeypatch):
    loaded = tiny_loaded(family, quantization)
    texts, logits = alone(family, quantization, 4)
    got, got_logits = Recorder(loaded, monkeypatch).of(lambda: answer_pairs(loaded, PAIRS[:2], SHORT))
    agreed = assert_same_choices(logits, got_logits, TOLERANCE[quantization])
    same = sum(one == other for one, other in zip(texts, flat(got), strict=True))
    assert same >= agreed >= AGREED[quantization]


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


@pytest.mark.parametrize("quantization", [Quantization.NONE, Quantization.INT8, Quantization.NF4])
def test_verdicts_of_a_trained_model_are_those_of_its_whole_answers(quantization):
    torch.set_num_threads(1)
    loaded = load(find("scout-3m"), quantization, "cpu")
    suite = open_suite("embedded")
    chosen = list(itertools.islice(suite.images(("existence", "color"), 3), 6))
    pairs = [(pair.picture(), tuple(question.text for question in pair.questions)) for pair in chosen]
    whole = [[answer(loaded, picture, text, BENCHMARK) for text in texts] for picture, texts in pairs]
    for parser in Parser:
        stopped = answer_pairs(loaded, pairs, BENCHMARK, stop=partial(verdict_is_fixed, parser=parser))
        verdicts = [parse(text, parser) for text in flat(stopped)]
        assert verdicts == [parse(text, parser) for text in flat(whole)]
        assert set(verdicts) == {Verdict.YES, Verdict.NO}
        if parser is Parser.OFFICIAL:
            assert {text.strip() for text in flat(stopped)} <= {"yes", "no", "Yes", "No"}


@pytest.mark.parametrize("family", ["llava-next", "qwen2.5-vl", "idefics3"])
def test_pictures_of_very_different_sizes_are_read_apart(family, tiny_loaded, alone, monkeypatch):
    loaded = tiny_loaded(family)
    assert len(set(picture_tokens(loaded, [image for image, _ in PAIRS]))) > 1
    monkeypatch.setattr(prefix, "alike", partial(prefix.alike, most_padding=1))
    assert flat(answer_pairs(loaded, PAIRS, SHORT)) == alone(family)[0]


@pytest.mark.parametrize(
    ("lengths", "groups"),
    [
        ([], []),
        ([7], [[0]]),
        ([5, 5, 5], [[0, 1, 2]]),
        ([100, 700, 90, 690], [[1, 3], [0, 2]]),
        ([600, 400, 500], [[0, 2], [1]]),  # 100 + 200 tokens of padding would be too many
    ],
)
def test_prompts_of_about_one_length_are_read_side_by_side(lengths, groups):
    assert alike(lengths, 250) == groups


@given(st.lists(st.integers(0, 3000), max_size=20))
def test_every_prompt_is_in_one_group_without_much_padding(lengths):
    groups = alike(lengths)
    assert sorted(flat(groups)) == list(range(len(lengths)))
    for group in groups:
        assert sum(max(lengths[nth] for nth in group) - lengths[nth] for nth in group) <= MOST_PADDING


IMAGE = 9


@pytest.mark.parametrize(
    ("prompts", "starts"),
    [
        ([[[1, 9, 9, 2, 3], [1, 9, 9, 2, 4]]], [4]),
        ([[[1, 9, 9, 2, 3], [1, 9, 9, 5, 3]]], [3]),
        ([[[9, 2, 3], [9, 2, 3]]], [2]),  # the same question twice keeps a token to go on from
        ([[[9, 2, 3], [9, 4, 3]], [[9, 9, 2, 3], [9, 9, 2, 4]]], [1, 2]),  # no further than all of them can
        ([[[9, 2]]], [1]),
        ([[[1, 2, 9], [1, 3, 9]]], None),
        ([[[1, 9, 9], [1, 9, 9]]], None),  # nothing after the picture
        ([[[1, 2, 3], [1, 2, 4]]], None),  # no picture
        ([[[9, 2], [9, 3]], [[5, 9], [6, 9]]], None),
    ],
)
def test_where_questions_start(prompts, starts):
    assert question_starts(prompts, IMAGE) == starts
