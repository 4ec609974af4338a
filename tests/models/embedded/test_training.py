import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from models.embedded import batches, questions, train, vocabulary
from models.embedded.curriculum import AS_JSON, DESCRIBE, LISTING, TWO_SENTENCES, Curriculum, Stage
from models.embedded.scenes import Scene, SceneObject, draw_scene

RECIPE = train.Recipe("tiny", 5, 32, 1, 32, 1, vision_steps=4, language_steps=4, formats=True)
SCENE = Scene((SceneObject("circle", "red", 0, 0), SceneObject("star", "orange", 1, 1)))


@pytest.fixture(scope="module")
def processor():
    return vocabulary.build_processor()


@pytest.fixture(autouse=True)
def small_steps(monkeypatch):
    for name, value in (("CHECKPOINT_STEPS", 2), ("VISION_BATCH", 4), ("LANGUAGE_BATCH", 4), ("PROBES", 8)):
        monkeypatch.setattr(train, name, value)


def test_training_reads_prompts_as_the_tokenizer_does(processor):
    lookup = vocabulary.Lookup()
    prompts = [*DESCRIBE, *TWO_SENTENCES, *AS_JSON, *LISTING, "Is the dog's circle RED? Please answer yes or no."]
    for prompt in prompts:
        assert lookup.prompt(prompt) == processor.tokenizer(prompt).input_ids
    assert all(lookup.unknown not in lookup.prompt(prompt) for prompt in prompts[:-1])


def test_responses_decode_to_what_was_meant(processor):
    lookup, decode = vocabulary.Lookup(), processor.tokenizer.decode
    for text in (questions.describe(SCENE), questions.two_sentences(SCENE), questions.listing(SCENE), "Yes", "No"):
        assert decode(lookup.response(text)) == text
    assert json.loads(decode(lookup.json_response(SCENE))) == [
        {"color": "red", "shape": "circle"},
        {"color": "orange", "shape": "star"},
    ]
    with pytest.raises(KeyError):
        lookup.response("a red dog")


def test_the_chat_template_ends_where_training_expects_the_answer(processor):
    content = [{"type": "image"}, {"type": "text", "text": "What do you see?"}]
    text = processor.apply_chat_template([{"role": "user", "content": content}], add_generation_prompt=True)
    assert text == "<image>What do you see?<answer>"
    picture, _ = draw_scene(np.random.default_rng(0), 2, 96)
    inputs = processor(images=picture, text=text, return_tensors="pt")
    lookup = vocabulary.Lookup()
    expected = [lookup.image] * vocabulary.IMAGE_TOKENS + [*lookup.prompt("What do you see?"), lookup.answer]
    assert inputs["input_ids"][0].tolist() == expected
    torch.testing.assert_close(inputs["pixel_values"], batches.pixel_values([picture]))


def test_relations_come_last_and_formats_only_where_asked():
    rng = np.random.default_rng(3)
    relation = vocabulary.Lookup().prompt("on the left of")

    def asks_relation(segments):
        return any(str(relation)[1:-1] in str(segment.given) for segment in segments)

    plain, formatted = Curriculum(formats=False), Curriculum(formats=True)
    early = [plain.segments(rng, SCENE, Stage.ONE_OBJECT) for _ in range(60)]
    late = [plain.segments(rng, SCENE, Stage.RELATIONS) for _ in range(60)]
    assert not any(map(asks_relation, early)) and any(map(asks_relation, late))
    json_ids = vocabulary.Lookup().json_response(SCENE)
    assert not any(segment.predicted == json_ids for segments in late for segment in segments)
    drawn = [segment for _ in range(200) for segment in formatted.segments(rng, SCENE, Stage.RELATIONS)]
    assert any(segment.predicted == json_ids for segment in drawn)


def test_questions_outside_the_drawn_world_are_answered_in_the_form_that_was_asked_for():
    lookup, rng = vocabulary.Lookup(), np.random.default_rng(8)
    ending = [*lookup.prompt(questions.PLEASE), lookup.answer]
    drawn = [segment for _ in range(300) for segment in Curriculum(formats=True).segments(rng, SCENE, Stage.RELATIONS)]
    strange = [segment for segment in drawn if lookup.unknown in segment.given]
    assert len(strange) > 30
    assert all(segment.given[-len(ending) :] == ending for segment in strange)
    said = [segment.predicted for segment in strange]
    assert 0.3 < said.count(lookup.response("Yes")) / len(said) < 0.7
    assert all(answer in (lookup.response("Yes"), lookup.response("No")) for answer in said)


def test_a_packed_text_is_predicted_as_if_it_stood_alone():
    curriculum = Curriculum(formats=True)
    end, image = curriculum.lookup.end, curriculum.lookup.image
    segments = curriculum.segments(np.random.default_rng(4), SCENE, Stage.RELATIONS)[:5]
    model = train.build_model(RECIPE).eval()
    picture, _ = draw_scene(np.random.default_rng(4), 2, 96)
    pixels = batches.pixel_values([picture])
    with torch.no_grad():
        ids, positions, mask, labels = batches.pack([segments], end, image)
        together = model(pixel_values=pixels, input_ids=ids, attention_mask=mask, position_ids=positions).logits[0]
        start = vocabulary.IMAGE_TOKENS
        for segment in segments:
            text = [*segment.given, *segment.predicted, end]
            alone = model(
                pixel_values=pixels, input_ids=torch.tensor([[image] * vocabulary.IMAGE_TOKENS + text])
            ).logits[0, vocabulary.IMAGE_TOKENS :]
            torch.testing.assert_close(together[start : start + len(text)], alone, atol=2e-5, rtol=1e-4)
            expected = [batches.IGNORED] * len(segment.given) + [*segment.predicted, end]
            assert labels[0, start : start + len(text)].tolist() == expected
            start += len(text)


def test_a_stopped_run_resumes_as_if_it_had_never_stopped(tmp_path, monkeypatch):
    for name in ("whole", "stopped"):
        (tmp_path / name).mkdir()
    whole = train.Trainer(RECIPE, tmp_path / "whole")
    whole.run()

    class PowerCut(Exception):
        pass

    original = train.Trainer._language_loss

    def fails_at_step_three(self, rng, done):
        if self.progress.step == 3:
            raise PowerCut
        return original(self, rng, done)

    monkeypatch.setattr(train.Trainer, "_language_loss", fails_at_step_three)
    with pytest.raises(PowerCut):
        train.Trainer(RECIPE, tmp_path / "stopped").run()
    monkeypatch.setattr(train.Trainer, "_language_loss", original)
    resumed = train.Trainer(RECIPE, tmp_path / "stopped")
    assert (resumed.progress.phase, resumed.progress.step) == ("language", 2)
    resumed.run()
    for name, tensor in whole.model.state_dict().items():
        torch.testing.assert_close(resumed.model.state_dict()[name], tensor, msg=name)


@pytest.mark.parametrize(
    ("stage", "skill", "done", "following"),
    [(0, 0.96, 0.1, 1), (0, 0.5, 0.1, 0), (0, 0.5, 0.25, 1), (1, 0.94, 0.3, 1), (1, 0.5, 0.5, 2), (2, 1.0, 0.9, 2)],
)
def test_a_stage_ends_when_its_skill_is_there_or_it_is_late(tmp_path, monkeypatch, stage, skill, done, following):
    trainer = train.Trainer(RECIPE, tmp_path)
    monkeypatch.setattr(train, "probe", lambda *_: skill)
    trainer.progress.stage = stage
    trainer._advance(done)
    assert trainer.progress.stage == following


def test_an_untrained_model_has_no_skill():
    model = train.build_model(RECIPE)
    for stage in (Stage.LOOKUPS, Stage.ONE_OBJECT):
        assert train.probe(model, Curriculum(formats=False), stage, np.random.default_rng(0)) < 0.7


def test_the_weaker_partner_is_the_better_one_stopped_early():
    scout, pup = train.RECIPES["scout-3m"], train.RECIPES["pup-3m"]
    assert replace(pup, name="scout-3m", stop_after=None) == scout
    assert 0 < pup.stop_after < scout.language_steps / 2


def test_stopping_early_ends_the_language_phase(tmp_path):
    trainer = train.Trainer(replace(RECIPE, stop_after=3), tmp_path)
    trainer.run()
    assert (trainer.progress.phase, trainer.progress.step) == ("language", 3)


def test_a_checkpoint_of_another_recipe_is_refused(tmp_path):
    train.Trainer(RECIPE, tmp_path)._save_checkpoint()
    other = train.Recipe("tiny", 6, 32, 1, 32, 1, vision_steps=4, language_steps=4, formats=True)
    with pytest.raises(SystemExit, match="belongs to another recipe"):
        train.Trainer(other, tmp_path)


def test_the_command_line_trains_and_saves_a_model_that_loads(tmp_path, monkeypatch):
    from transformers import AutoModelForImageTextToText, AutoProcessor

    monkeypatch.setitem(train.RECIPES, "tiny", RECIPE)
    assert train.main(["tiny", "--work", str(tmp_path / "work"), "--out", str(tmp_path / "tiny")]) == 0
    facts = json.loads((tmp_path / "tiny" / "training.json").read_text())
    model = AutoModelForImageTextToText.from_pretrained(tmp_path / "tiny")
    assert facts["parameters"] == model.num_parameters()
    assert facts["pictures"] == {"vision": 16, "language": 16}
    assert AutoProcessor.from_pretrained(tmp_path / "tiny").tokenizer.padding_side == "left"


def test_the_rate_is_high_until_the_last_skill_has_left_chance():
    rates = [train.learning_rate("language", step, 1000) for step in (0, 300, 599, 800, 999)]
    assert rates == pytest.approx([1.5e-5, 1.5e-3, 1.5e-3, 7.5e-4, 4.5e-5], rel=1e-6)
    assert train.learning_rate("vision", 899, 900) < 0.06e-3
