"""The classifier of moderation, on a tiny ViT with random weights that is saved and loaded like any other."""

import pytest
import torch
from PIL import Image
from transformers import ViTConfig, ViTForImageClassification, ViTImageProcessorPil

from arena.moderation import ModerationKind, ModerationSettings, PictureNotAllowedError, Status, build_moderation
from models.errors import ModelError, SpecificationError
from models.moderation import PictureClassifier

RED, BLUE = Image.new("RGB", (40, 30), "red"), Image.new("RGB", (40, 30), "blue")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("classifier")
    config = ViTConfig(
        hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32, image_size=32, patch_size=8,
        id2label={0: "normal", 1: "nsfw"}, label2id={"normal": 0, "nsfw": 1}, initializer_range=0.5,
    )  # fmt: skip
    torch.manual_seed(1)
    model = ViTForImageClassification(config).eval()
    torch.nn.init.normal_(model.classifier.weight, std=0.2)
    model.save_pretrained(path)
    ViTImageProcessorPil(size={"height": 32, "width": 32}).save_pretrained(path)
    return path


def test_probabilities_of_the_labels(folder):
    classifier = PictureClassifier(str(folder))
    red, blue = classifier.probabilities(RED), classifier.probabilities(BLUE.convert("RGBA"))
    assert classifier.labels == ("normal", "nsfw") == tuple(red)
    assert sum(red.values()) == pytest.approx(1, abs=1e-6) and abs(red["nsfw"] - blue["nsfw"]) > 0.01
    assert classifier.probabilities(RED) == red


def test_several_labels_for_one_picture_need_not_sum_to_one(folder, tmp_path):
    model = ViTForImageClassification.from_pretrained(folder)
    model.config.problem_type = "multi_label_classification"
    torch.nn.init.constant_(model.classifier.bias, 50.0)
    model.save_pretrained(tmp_path)
    ViTImageProcessorPil(size={"height": 32, "width": 32}).save_pretrained(tmp_path)
    assert sum(PictureClassifier(str(tmp_path)).probabilities(RED).values()) > 1.5


def test_an_unknown_label_is_said(folder):
    PictureClassifier(str(folder)).require(("nsfw",))
    with pytest.raises(SpecificationError, match="has no label 'porn'; its labels are normal, nsfw"):
        PictureClassifier(str(folder)).require(("normal", "porn"))


def test_files_that_are_missing_or_pickled_are_refused(folder, tmp_path):
    with pytest.raises(ModelError, match="cannot be loaded"):
        PictureClassifier(str(tmp_path)).labels  # noqa: B018
    for file in ("config.json", "preprocessor_config.json"):
        (tmp_path / file).write_bytes((folder / file).read_bytes())
    torch.save(ViTForImageClassification.from_pretrained(folder).state_dict(), tmp_path / "pytorch_model.bin")
    with pytest.raises(ModelError, match="cannot be loaded"):
        PictureClassifier(str(tmp_path)).probabilities(RED)


def test_output_that_is_no_number_is_no_answer(folder, tmp_path):
    model = ViTForImageClassification.from_pretrained(folder)
    torch.nn.init.constant_(model.classifier.bias, float("nan"))
    model.save_pretrained(tmp_path)
    ViTImageProcessorPil(size={"height": 32, "width": 32}).save_pretrained(tmp_path)
    with pytest.raises(ModelError, match="no finite probabilities"):
        PictureClassifier(str(tmp_path)).probabilities(RED)


def test_it_moderates(folder):
    """The threshold lies between the two pictures: one is taken, the other is not."""
    found = {
        name: PictureClassifier(str(folder)).probabilities(p)["nsfw"] for name, p in (("red", RED), ("blue", BLUE))
    }
    good, bad = sorted(found, key=found.__getitem__)
    pictures = {"red": RED, "blue": BLUE}
    settings = ModerationSettings(
        ModerationKind.CLASSIFIER, model=str(folder), refuse=("nsfw",), threshold=(found["red"] + found["blue"]) / 2
    )
    moderation = build_moderation(settings, {})
    moderation.check(pictures[good])
    with pytest.raises(PictureNotAllowedError, match="it looks like 'nsfw'"):
        moderation.check(pictures[bad])
    assert moderation.state.status is Status.READY
