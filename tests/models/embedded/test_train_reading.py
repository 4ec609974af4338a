import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch

from models.embedded import batches, pages, reading_recipe, train, train_reading, vocabulary
from models.embedded.curriculum import DESCRIBE
from models.embedded.scenes import draw_scene

BASE = train.Recipe("tiny", 5, 32, 1, 64, 1, vision_steps=2, language_steps=2, formats=True)
RECIPE = reading_recipe.ReadingRecipe(BASE, 6, vision_steps=4, language_steps=4, compare_from=0.5)
QUESTIONS = (
    'Is the name written in the picture "Red Lion"? Please answer yes or no.',
    'Is the word in the picture "Rosie\'s Café"? Please answer yes or no.',
    "Is the answer to the arithmetic question in the image 97? Please answer yes or no.",
    "Is the area equal to 24 square centimetres?",
    'Is it "one" or "two words" or 12cm?',
    "Is the dog's circle RED? Please answer yes or no.",
)


@pytest.fixture(scope="module")
def processor():
    return vocabulary.build_processor(reads=True)


@pytest.fixture(autouse=True)
def small_steps(monkeypatch):
    for name, value in (("CHECKPOINT_STEPS", 2), ("VISION_BATCH", 4), ("LANGUAGE_BATCH", 4), ("PROBES", 4)):
        monkeypatch.setattr(train, name, value)
    small = {"CHECKPOINT_STEPS": 2, "WINDOWS": 3, "SHAPE_SCENES": 2, "PAGES": 2, "REHEARSED": 2, "POOL": 4, "PROBES": 3}
    for name, value in small.items():
        monkeypatch.setattr(train_reading, name, value)


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    folder = tmp_path_factory.mktemp("base")
    train.export(train.Trainer(BASE, folder), folder / "model")
    return folder / "model"


def test_a_reading_model_has_the_old_tokens_and_more():
    old, new = vocabulary.tokens(), vocabulary.tokens(reads=True)
    assert new[: len(old)] == old and len(new) == len(set(new)) > len(old) + 40


def test_training_reads_questions_as_the_tokenizer_does(processor):
    lookup = vocabulary.Lookup(reads=True)
    for question in (*QUESTIONS, *DESCRIBE):
        assert lookup.prompt(question) == processor.tokenizer(question).input_ids, question


def test_quoted_names_are_read_letter_by_letter_and_other_words_as_before():
    tokens, lookup = vocabulary.tokens(reads=True), vocabulary.Lookup(reads=True)
    said = [tokens[number] for number in lookup.prompt(QUESTIONS[0])]
    assert said[8:16] == list("red_lion")
    assert said[16:18] == ['"', "?"]
    assert [tokens[number] for number in lookup.prompt("Is it 97?")] == ["is", "it", "9", "7", "?"]
    for prompt in (*DESCRIBE, "Is the red dog on the left of the circle? Please answer yes or no."):
        assert lookup.prompt(prompt) == vocabulary.Lookup().prompt(prompt)


@pytest.mark.parametrize("text", ["golden_lion", "97", "a", "47"])
def test_a_spelled_answer_comes_out_as_words(processor, text):
    ids = vocabulary.Lookup(reads=True).spelled(text)
    assert len(ids) == len(text)
    assert processor.tokenizer.decode(ids) == text.replace("_", " ")
    assert processor.tokenizer.decode(vocabulary.Lookup(True).response("A red star, a ring.")) == "A red star, a ring."


def test_what_goes_on_says_to_old_features_what_the_old_model_said(start, tmp_path, monkeypatch):
    trainer = train_reading.ReadingTrainer(RECIPE, start, tmp_path)
    old = train.LlavaForConditionalGeneration.from_pretrained(start, dtype=torch.float32)
    with torch.no_grad():  # a tower and a head that have learned the old features perfectly
        trainer.shapes.weight.copy_(torch.eye(32, 64))
        trainer.shapes.bias.copy_(torch.linspace(-1, 1, 32))
    monkeypatch.setattr(train_reading, "ALL_ELSE", 0)
    trainer._join()
    lookup = vocabulary.Lookup(reads=True)
    picture, _ = draw_scene(np.random.default_rng(1), 3, 96)
    ids = torch.tensor([[lookup.image] * vocabulary.IMAGE_TOKENS + lookup.prompt(DESCRIBE[0])])
    with torch.no_grad():
        features = trainer.features(trainer.teacher, batches.pixel_values([picture]))
        wider = torch.nn.functional.pad(features - trainer.shapes.bias, (0, 32))
        before, after = (
            model.model.multi_modal_projector(seen) for model, seen in ((old, features), (trainer.model, wider))
        )
        torch.testing.assert_close(before, after)
        said = [
            model(inputs_embeds=_placed(model, ids, before), attention_mask=torch.ones_like(ids)).logits
            for model in (old, trainer.model)
        ]
    known = len(vocabulary.tokens())
    assert said[1].shape[-1] == len(vocabulary.tokens(reads=True)) > known
    torch.testing.assert_close(said[1][..., :known], said[0])


def _placed(model, ids, pictures):
    texts = model.get_input_embeddings()(ids)
    return torch.cat([pictures, texts[:, vocabulary.IMAGE_TOKENS :]], 1)


def test_letters_leave_the_grid_step_by_step():
    course = [reading_recipe.freedom(done) for done in np.linspace(0, 1, 21)]
    assert course[0] == (0.0, 0.0) and course[-1] == (0.85, 8.0)
    assert all(a <= b for one, two in pairwise(course) for a, b in zip(one, two, strict=True))


def test_the_rate_rises_stays_and_falls_in_each_phase():
    recipe = replace(RECIPE, vision_steps=1000, language_steps=800)
    for phase, rate, constant, last in (
        ("vision", reading_recipe.VISION_RATE, 250, 999),
        ("language", reading_recipe.LANGUAGE_RATE, 480, 799),
    ):
        course = [reading_recipe.learning_rate(phase, step, recipe) for step in range(last + 1)]
        assert course[0] < course[30] < course[59] == course[constant - 1] == rate
        assert all(a > b for a, b in pairwise(course[constant:]))
        assert course[last] == pytest.approx(0.02 * rate, rel=0.01)


def test_a_stopped_run_goes_on_where_it_was(tmp_path, start, monkeypatch):
    class PowerCut(Exception):
        pass

    original = train_reading.ReadingTrainer._language_loss

    def fails_at_step_three(self, rng):
        if self.progress.step == 3:
            raise PowerCut
        return original(self, rng)

    monkeypatch.setattr(train_reading.ReadingTrainer, "_language_loss", fails_at_step_three)
    with pytest.raises(PowerCut):
        train_reading.ReadingTrainer(RECIPE, start, tmp_path).run()
    monkeypatch.setattr(train_reading.ReadingTrainer, "_language_loss", original)
    resumed = train_reading.ReadingTrainer(RECIPE, start, tmp_path)
    assert (resumed.progress.phase, resumed.progress.step) == ("language", 2)
    frozen = {name: tensor.clone() for name, tensor in resumed.tower.state_dict().items()}
    resumed.run()
    assert resumed.progress.step == 4
    for name, tensor in resumed.tower.state_dict().items():
        torch.testing.assert_close(frozen[name], tensor, msg=name)
    with pytest.raises(SystemExit, match="belongs to another recipe"):
        train_reading.ReadingTrainer(replace(RECIPE, seed=7), start, tmp_path)


def test_the_command_line_trains_and_saves_a_model_that_loads(tmp_path, start, monkeypatch, capsys):
    from transformers import AutoModelForImageTextToText, AutoProcessor

    monkeypatch.setitem(train_reading.RECIPES, "tiny", RECIPE)
    out = tmp_path / "out"
    command = ["tiny", "--start", str(start), "--work", str(tmp_path / "work"), "--out", str(out)]
    assert train_reading.main(command) == 0
    assert "letters" in capsys.readouterr().out
    facts = json.loads((out / "training.json").read_text())
    model = AutoModelForImageTextToText.from_pretrained(out)
    assert facts["parameters"] == model.num_parameters()
    assert facts["reading"]["pictures"] == {"vision": 20, "language": 16}
    assert model.config.vision_config.model_type == "dpt"
    assert facts["recipe"]["seed"] == 5 and facts["reading"]["seed"] == 6
    tokenizer = AutoProcessor.from_pretrained(out).tokenizer
    assert tokenizer('"ab 1"').input_ids == vocabulary.Lookup(reads=True).prompt('"ab 1"')
    assert tokenizer.decode(vocabulary.Lookup(reads=True).spelled("ab_c")) == "ab c"


def test_a_model_that_is_not_there_or_reads_already_is_refused(tmp_path, start, monkeypatch):
    monkeypatch.setitem(train_reading.RECIPES, "tiny", RECIPE)
    with pytest.raises(SystemExit, match=r"has no training.json; run `python -m models.embedded.train tiny` first"):
        train_reading.main(["tiny", "--start", str(tmp_path), "--work", str(tmp_path / "work")])
    facts = json.loads((start / "training.json").read_text())
    (tmp_path / "training.json").write_text(json.dumps(facts | {"reading": {"seed": 6}}))
    with pytest.raises(SystemExit, match="reads already"):
        train_reading.main(["tiny", "--start", str(tmp_path), "--work", str(tmp_path / "work")])
    assert not (tmp_path / "work").exists()


def test_labels_of_signs_are_what_the_skill_is_measured_on(start, tmp_path):
    trainer = train_reading.ReadingTrainer(RECIPE, start, tmp_path)
    skill = trainer.letter_skill()
    assert set(skill) == {"letters", "empty", "places", "moved"}
    assert skill["moved"] > 0.5 and skill["letters"] < 0.3
    assert pages.LETTERS_A_PATCH * (len(train_reading.CHARACTERS) + 1) == trainer.letters.out_features
