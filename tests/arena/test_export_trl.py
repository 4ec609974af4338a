"""DPO rows go through TRL as they are: its own checks, its collator for pictures, and a step of its trainer."""

import pytest
from ballot_box import LICENCES, BallotBox

from arena.export.exporting import export
from arena.export.formats import Format
from arena.votes import Axis
from models.loading import load
from models.registry import find
from models.spec import Quantization

datasets = pytest.importorskip("datasets", reason="the rows are opened with Hugging Face's datasets")
pytest.importorskip("trl", reason="TRL is not a dependency of this project: pip install trl==1.16.0 to run its checks")


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    """Four exported pairs of words that the embedded models know, one of them over two turns."""
    folder = tmp_path_factory.mktemp("trl")
    box = BallotBox(folder / "data")
    question = "is there a red circle in this image ?"
    for number, winner in enumerate("abab"):
        earlier = [(question, "yes", "no")] if number == 3 else []
        box.cast(winner, question=question, a="yes", b="no", earlier=earlier, colour=(60 * number, 0, 0))
    export(box.store, box.pictures, Format.DPO, Axis.HALLUCINATION, folder / "out", licences=LICENCES)
    box.close()
    return datasets.load_dataset(str(folder / "out"), split="train", cache_dir=str(folder / "cache"))


@pytest.fixture(scope="module")
def scout():
    return load(find("scout-3m"), Quantization.NONE, "cpu")


def test_trl_sees_a_conversation_with_one_picture(rows, scout):
    from trl.data_utils import apply_chat_template, is_conversational, prepare_multimodal_messages

    for row in rows:
        assert is_conversational(row)
        prompt = prepare_multimodal_messages(row["prompt"], images=row["images"])
        assert prompt[0]["content"][0]["image"] is row["images"][0]
        whole = {
            "prompt": prompt,
            "chosen": prepare_multimodal_messages(row["chosen"]),
            "rejected": prepare_multimodal_messages(row["rejected"]),
        }
        text = apply_chat_template(whole, scout.processor)
        assert text["prompt"].count("<image>") == 1
        assert ("yes" in text["chosen"]) == ("no" in text["rejected"]) == (row["chosen_model"] == "alpha")
    with pytest.raises(ValueError, match=r"does not match number of image placeholders"):
        prepare_multimodal_messages(rows[0]["prompt"], images=[])


def test_trl_trains_on_the_rows(rows, scout, tmp_path):
    from trl import DPOConfig, DPOTrainer

    settings = DPOConfig(
        output_dir=str(tmp_path), per_device_train_batch_size=2, max_steps=2, max_length=None, learning_rate=1e-3,
        use_cpu=True, report_to=[], save_strategy="no", logging_steps=1, bf16=False, gradient_checkpointing=False,
        disable_tqdm=True, seed=7,
    )  # fmt: skip
    model = scout.model.float()
    before = model.get_output_embeddings().weight.detach().clone()
    trainer = DPOTrainer(model=model, args=settings, train_dataset=rows, processing_class=scout.processor)
    trainer.train()
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    assert len(losses) == 2
    assert losses[0] == pytest.approx(0.6931, abs=1e-3)  # log 2: before the first step, policy and reference agree
    assert not before.equal(model.get_output_embeddings().weight)
