import threading

import pytest
import torch
from transformers import AutoModelForImageTextToText

from models import memory, shapes
from models.errors import UnknownShapeError
from models.generation import answer, stream
from models.measuring import drawn_pairs
from models.pairs import answer_pairs
from models.progress import Stage, ignore
from models.prompts import build_inputs
from models.shapes import tokenizer, weights
from models.shapes.processing import processor_for
from models.spec import Generation, PromptFormat, Quantization

SHORT = Generation(max_new_tokens=5)
PARAMETERS = {
    "llava-1.5-7b": 7_063_427_072,
    "instructblip-vicuna-7b": 7_913_726_720,
    "minigpt4-7b": 7_832_688_128,
    "qwen2.5-vl-7b": 8_292_166_656,
    "scout-576": 3_361_584,
}
BF16_GIB = {"llava-1.5-7b": 13.16, "instructblip-vicuna-7b": 14.74, "minigpt4-7b": 14.59, "qwen2.5-vl-7b": 15.45}
IMAGE_TOKENS = {"llava-1.5-7b": 576, "instructblip-vicuna-7b": 32, "minigpt4-7b": 32, "qwen2.5-vl-7b": 576}


def shrunk(shape: str):
    """The configuration of a full-size shape with its vocabulary and picture size, but narrow and shallow."""
    config = shapes.config(shape)
    text, vision = config.text_config, config.vision_config
    # rows of 4-bit weights are blocks of 64
    narrow = {"hidden_size": 64, "intermediate_size": 128, "num_attention_heads": 4}
    text.update({**narrow, "num_hidden_layers": 2, "num_key_value_heads": 4, "head_dim": 16})
    vision.update({**narrow, "num_hidden_layers": 2})
    if shape == "qwen2.5-vl-7b":
        vision.update({"out_hidden_size": 64, "fullatt_block_indexes": [1]})
        text.update({"layer_types": ["full_attention"] * 2})
        text.rope_parameters["mrope_section"] = [2, 3, 3]
    if hasattr(config, "qformer_config"):
        config.qformer_config.update({**narrow, "num_hidden_layers": 2, "encoder_hidden_size": 64})
    return config


def filled(shape: str, quantization: Quantization = Quantization.NONE):
    config = shrunk(shape)
    spec, processor = weights.spec_of(shape), processor_for(shape, config)
    return weights.fill(spec, config, processor, quantization, "cpu", 0, ignore)


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def scout():
    return shapes.load_random("scout-576", Quantization.NONE, "cpu")


@pytest.mark.parametrize("shape", shapes.SHAPES)
def test_shapes_have_the_parameters_of_the_published_models(shape):
    with torch.device("meta"):
        model = AutoModelForImageTextToText.from_config(shapes.config(shape))
    model.tie_weights()
    assert model.num_parameters() == PARAMETERS[shape]


@pytest.mark.parametrize("shape", shapes.FULL_SIZE)
def test_full_size_shapes_are_predicted_without_loading(shape, monkeypatch):
    monkeypatch.setattr(memory, "compute_dtype", lambda _device: torch.bfloat16)
    gib = {way: memory.predict(shapes.config(shape), way, "cuda").total_bytes / 2**30 for way in Quantization}
    assert round(gib[Quantization.NONE], 2) == BF16_GIB[shape]
    assert gib[Quantization.NF4] < 0.45 * gib[Quantization.NONE]
    assert gib[Quantization.NF4] < gib[Quantization.INT8] < 0.62 * gib[Quantization.NONE]


def test_scout_576_differs_from_the_embedded_model_in_its_pictures_only():
    config, embedded = shapes.read("scout-576"), shapes.read("scout-576")
    assert config["vision_config"]["image_size"] == 384
    assert config["image_seq_length"] == 576
    assert shapes.folder("scout-576").name == "scout-3m"
    embedded["vision_config"]["image_size"] = 96
    assert config["text_config"] == embedded["text_config"]


@pytest.mark.parametrize("ask", [shapes.config, lambda shape: shapes.load_random(shape, Quantization.NONE, "cpu")])
@pytest.mark.parametrize("shape", ["llava-1.5-8b", "", "../embedded/scout-3m"])
def test_an_unknown_shape_is_refused_with_those_that_exist(ask, shape):
    with pytest.raises(UnknownShapeError, match=r"There is no shape .*; choose one of llava-1.5-7b, instructblip"):
        ask(shape)


def test_random_weights_are_views_of_one_buffer():
    config = shrunk("llava-1.5-7b")
    tensors = weights.random_tensors(config, torch.float32, 0)
    held = {tensor.untyped_storage().data_ptr(): tensor.untyped_storage().nbytes() for tensor in tensors.values()}
    largest = max(tensor.nbytes for tensor in tensors.values())
    assert sum(held.values()) < 1.2 * largest
    assert sum(tensor.nbytes for tensor in tensors.values()) > 2 * largest


def test_random_weights_are_normal_norms_one_and_biases_zero():
    tensors = weights.random_tensors(shrunk("llava-1.5-7b"), torch.float32, 0)
    layer = "model.language_model.layers.0"
    assert (tensors[f"{layer}.input_layernorm.weight"] == 1).all()
    assert (tensors["model.vision_tower.pre_layrnorm.weight"] == 1).all()
    assert (tensors["model.multi_modal_projector.linear_1.bias"] == 0).all()
    assert tensors["lm_head.weight"].float().std().item() == pytest.approx(weights.SPREAD, rel=0.01)
    assert not torch.equal(tensors[f"{layer}.self_attn.q_proj.weight"], tensors[f"{layer}.self_attn.k_proj.weight"])


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_the_buffer_is_never_in_the_model_s_own_precision(dtype):
    tensors = weights.random_tensors(shapes.config("scout-576"), dtype, 0)
    assert tensors["model.language_model.layers.0.mlp.up_proj.weight"].dtype != dtype


def test_loaded_weights_share_nothing(scout):
    parameters = list(scout.model.parameters())
    assert len({parameter.untyped_storage().data_ptr() for parameter in parameters}) == len(parameters)
    assert sum(parameter.nbytes for parameter in parameters) == PARAMETERS["scout-576"] * 4


def test_a_seed_gives_the_same_weights_again(scout):
    again = shapes.load_random("scout-576", Quantization.NONE, "cpu")
    other = shapes.load_random("scout-576", Quantization.NONE, "cpu", seed=1)
    name = "model.language_model.layers.0.mlp.up_proj.weight"
    assert torch.equal(scout.model.get_parameter(name), again.model.get_parameter(name))
    assert not torch.equal(scout.model.get_parameter(name), other.model.get_parameter(name))
    assert (scout.revision, other.revision) == ("random weights, seed 0", "random weights, seed 1")


@pytest.mark.parametrize("quantization", Quantization)
def test_a_shape_takes_what_was_predicted(quantization):
    steps = []
    loaded = shapes.load_random("scout-576", quantization, "cpu", report=steps.append)
    predicted = memory.predict(shapes.config("scout-576"), quantization, "cpu").total_bytes
    assert loaded.footprint_bytes == predicted
    assert steps[-1].share == 1
    assert steps[-1].stage is (Stage.LOADING if quantization is Quantization.NONE else Stage.QUANTIZING)


def test_a_shape_streams_answers_and_pairs(scout):
    (pair,) = pairs = drawn_pairs(1, 384, 0)
    texts = tuple(answer(scout, pair[0], question, SHORT) for question in pair[1])
    assert all(texts)
    assert "".join(stream(scout, pair[0], pair[1][0], SHORT, threading.Event())) == texts[0]
    assert answer_pairs(scout, pairs, SHORT) == [texts]
    assert (build_inputs(scout, pair[0], pair[1][0])["input_ids"] == scout.model.config.image_token_id).sum() == 576


def test_a_random_model_says_words_until_its_limit(scout):
    words = scout.processor.tokenizer
    for picture, questions in drawn_pairs(4, 384, 0):
        said = words(answer(scout, picture, questions[0], SHORT))["input_ids"]
        assert len(said) == SHORT.max_new_tokens
        assert not set(said) & set(words.all_special_ids)


@pytest.mark.parametrize("shape", shapes.FULL_SIZE)
def test_a_narrow_twin_of_each_shape_reads_pictures_and_answers(shape):
    loaded = filled(shape, Quantization.NF4)
    (pair,) = pairs = drawn_pairs(1, getattr(loaded.model.config.vision_config, "image_size", 672), 0)
    inputs = build_inputs(loaded, pair[0], pair[1][0])
    assert (inputs["input_ids"] == loaded.model.config.image_token_id).sum() == IMAGE_TOKENS[shape]
    assert inputs["input_ids"].max() < loaded.model.config.text_config.vocab_size
    assert answer_pairs(loaded, pairs, SHORT) == [tuple(answer(loaded, pair[0], one, SHORT) for one in pair[1])]


def test_specs_are_those_of_the_line_up_renamed():
    specs = {shape: weights.spec_of(shape) for shape in shapes.SHAPES}
    assert specs["instructblip-vicuna-7b"].prompt_format is PromptFormat.INSTRUCTION
    assert specs["llava-1.5-7b"].title == "LLaVA-1.5 7B, random weights"
    assert [spec.name for spec in specs.values()] == [f"random-{shape}" for shape in shapes.SHAPES]
    assert all(spec.composition is None and not spec.embedded for spec in specs.values())


@pytest.fixture(scope="module")
def words():
    special = {"<s>": 1, "</s>": 2, "<image>": 1900, "<pad>": 1950}
    return tokenizer.build(2000, special, "<s> $A", bos_token="<s>", eos_token="</s>", pad_token="<pad>")


def test_a_question_is_about_fifteen_tokens(words):
    question = "Is there a circle in this image? Please answer yes or no."
    ids = words(question)["input_ids"]
    assert 12 <= len(ids) <= 18
    assert ids[0] == 1
    assert words.decode(ids, skip_special_tokens=True) == question


def test_special_tokens_have_the_ids_that_were_asked_for(words):
    assert words.convert_tokens_to_ids(["<s>", "<image>", "<pad>"]) == [1, 1900, 1950]
    assert words("<image><image>no")["input_ids"][1:3] == [1900, 1900]
    assert words.decode([1900, 1950], skip_special_tokens=True) == ""


def test_every_id_is_a_token_and_no_two_are_alike(words):
    assert sorted(words.get_vocab().values()) == list(range(2000))
    assert words.decode([1999]).strip().isalpha()


def test_other_texts_survive_too(words):
    text = "中文? ÄÖ — 🙂\n  two spaces"
    assert words.decode(words(text)["input_ids"], skip_special_tokens=True) == text


def test_sentences_are_a_few_hundred_and_always_the_same():
    assert 200 < len(tokenizer.sentences()) < 500
    assert tokenizer.sentences() == tokenizer.sentences()
