"""Train the embedded models from scratch: ``python -m models.embedded.train scout-3m``.

Two phases: the vision tower alone learns which shape and color each patch shows and is then frozen; the projector and
the language model learn the curriculum's texts. Each training picture is one prefix followed by many short texts, each
of which sees the picture and itself only, so training sees exactly what answering sees. Every step's data is seeded by
(recipe seed, phase, step): a run that is stopped resumes from its checkpoint as if it had never stopped.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as functional
from transformers import LlamaConfig, LlavaConfig, LlavaForConditionalGeneration

from models.embedded import vocabulary
from models.embedded.batches import IGNORED, draw_batch, pack, patch_labels, pixel_values
from models.embedded.curriculum import YES_NO, Curriculum, Stage
from models.embedded.scenes import COLORS, GRID, MAX_OBJECTS, SHAPES, draw_scene
from models.embedded.towers import plain_tower, reading_tower
from models.embedded.vocabulary import IMAGE_TOKENS

CHECKPOINT_STEPS = 50
VISION_BATCH = 64
LANGUAGE_BATCH = 48
VISION_RATE, LANGUAGE_RATE = 1e-3, 1.5e-3
# A stage ends when its skill is there, or at this share of the steps at the latest.
MASTERED = 0.95
LATEST = {Stage.LOOKUPS: 0.25, Stage.ONE_OBJECT: 0.5}
PROBES = 200


@dataclass(frozen=True)
class Recipe:
    """How one embedded model is made; widths are hidden sizes with heads of 32."""

    name: str
    seed: int
    vision_width: int
    vision_layers: int
    language_width: int
    language_layers: int
    vision_steps: int
    language_steps: int
    formats: bool
    stop_after: int | None = None  # language steps after which training is broken off, for a weaker partner


RECIPES = {
    recipe.name: recipe
    for recipe in (
        Recipe("scout-3m", 101, 160, 4, 192, 4, vision_steps=900, language_steps=2800, formats=True),
        Recipe("pup-3m", 101, 160, 4, 192, 4, vision_steps=900, language_steps=2800, formats=True, stop_after=600),
    )
}


@dataclass
class Progress:
    """Where training is; saved in the checkpoint. Seconds are wall time over all resumed parts."""

    phase: str = "vision"
    step: int = 0
    stage: int = 0
    seconds: dict[str, float] = field(default_factory=lambda: {"vision": 0.0, "language": 0.0})
    losses: dict[str, float] = field(default_factory=dict)


def build_model(recipe: Recipe, reads: bool = False) -> LlavaForConditionalGeneration:
    """A randomly initialised LLaVA: SigLIP tower, two-layer projector, Llama with tied embeddings.

    One that reads has a tower that begins with convolutions.
    """
    tokens = vocabulary.tokens(reads)
    vision = reading_tower(recipe.language_width) if reads else plain_tower(recipe.vision_width, recipe.vision_layers)
    text = LlamaConfig(
        vocab_size=len(tokens),
        hidden_size=recipe.language_width,
        intermediate_size=recipe.language_width * 3,
        num_hidden_layers=recipe.language_layers,
        num_attention_heads=recipe.language_width // 32,
        num_key_value_heads=recipe.language_width // 32,
        max_position_embeddings=512,
        tie_word_embeddings=True,
        pad_token_id=tokens.index(vocabulary.PAD),
        bos_token_id=None,
        eos_token_id=tokens.index(vocabulary.END),
    )
    config = LlavaConfig(
        vision_config=vision,
        text_config=text,
        image_token_index=tokens.index(vocabulary.IMAGE),
        image_token_id=tokens.index(vocabulary.IMAGE),
        vision_feature_layer=-1,
        vision_feature_select_strategy="default" if reads else "full",
        image_seq_length=IMAGE_TOKENS,
        tie_word_embeddings=True,
    )
    torch.manual_seed(recipe.seed)
    return LlavaForConditionalGeneration(config)


class Trainer:
    """One model in training, with its checkpoint in ``folder``."""

    def __init__(self, recipe: Recipe, folder: Path) -> None:
        self.recipe, self.folder = recipe, folder
        self.model = build_model(recipe)
        self.tower = self.model.model.vision_tower
        self.curriculum = Curriculum(recipe.formats)
        self.progress = Progress()
        self.head = torch.nn.Linear(recipe.vision_width, len(SHAPES) + len(COLORS) + 2)
        self.optimizer = self._optimizer("vision")
        checkpoint = folder / "checkpoint.pt"
        if checkpoint.exists():
            saved = torch.load(checkpoint, weights_only=True)
            if saved["recipe"] != asdict(recipe):
                raise SystemExit(f"error: {checkpoint} belongs to another recipe; remove it to start afresh")
            self.progress = Progress(**saved["progress"])
            self.model.load_state_dict(saved["model"])
            self.head.load_state_dict(saved["head"])
            self.optimizer = self._optimizer(self.progress.phase)
            self.optimizer.load_state_dict(saved["optimizer"])

    def run(self) -> None:
        """Both phases, from wherever the checkpoint left off."""
        if self.progress.phase == "vision":
            self._phase("vision", self.recipe.vision_steps, self._vision_loss)
            self.progress.phase, self.progress.step = "language", 0
            self.optimizer = self._optimizer("language")
        self.tower.requires_grad_(False)
        self._phase("language", self.recipe.language_steps, self._language_loss, self.recipe.stop_after)

    def _phase(self, phase: str, steps: int, loss_of, stop_after: int | None = None) -> None:
        recent: list[float] = []
        started = time.monotonic()
        last = stop_after or steps
        while self.progress.step < last:
            step = self.progress.step
            for group in self.optimizer.param_groups:
                group["lr"] = learning_rate(phase, step, steps)
            rng = np.random.default_rng([self.recipe.seed, phase == "language", step])
            loss = loss_of(rng, step / steps)
            self.optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_([p for g in self.optimizer.param_groups for p in g["params"]], 1.0)
            self.optimizer.step()
            recent = [*recent[-49:], loss.item()]
            self.progress.step += 1
            if self.progress.step % CHECKPOINT_STEPS == 0 or self.progress.step == last:
                self.progress.seconds[phase] += time.monotonic() - started
                started = time.monotonic()
                self.progress.losses[phase] = float(np.mean(recent))
                if phase == "language":
                    self._advance(self.progress.step / steps)
                self._save_checkpoint()
                seconds, mean = self.progress.seconds[phase], self.progress.losses[phase]
                where = f"{phase} step {self.progress.step}/{steps} stage {self.progress.stage}"
                print(f"{where} loss {mean:.4f} after {seconds:.0f} s", flush=True)

    def _vision_loss(self, rng: np.random.Generator, _done: float) -> torch.Tensor:
        pixels, scenes = draw_batch(rng, VISION_BATCH, MAX_OBJECTS)
        labels = torch.from_numpy(np.stack([patch_labels(scene) for scene in scenes])).reshape(-1, 2)
        features = self.tower(pixels, output_hidden_states=True).hidden_states[-1]  # (batch, 36, width)
        shapes, colors = self.head(features).flatten(0, 1).split([len(SHAPES) + 1, len(COLORS) + 1], dim=-1)
        return functional.cross_entropy(shapes, labels[:, 0]) + functional.cross_entropy(colors, labels[:, 1])

    def _language_loss(self, rng: np.random.Generator, done: float) -> torch.Tensor:
        stage = Stage(self.progress.stage)
        pixels, scenes = draw_batch(rng, LANGUAGE_BATCH, 3 if done < 0.05 else MAX_OBJECTS)
        rows = [self.curriculum.filled(rng, scene, stage) for scene in scenes]
        ids, positions, mask, labels = pack(rows, self.curriculum.lookup.end, self.curriculum.lookup.image)
        logits = self.model(pixel_values=pixels, input_ids=ids, attention_mask=mask, position_ids=positions).logits
        predicted = logits[:, IMAGE_TOKENS:-1].flatten(0, 1)
        return functional.cross_entropy(predicted, labels[:, IMAGE_TOKENS + 1 :].flatten(), ignore_index=IGNORED)

    def _advance(self, done: float) -> None:
        """Go on to the next stage of the curriculum when this one's skill is there, or when it is late."""
        stage = Stage(self.progress.stage)
        if stage == Stage.RELATIONS:
            return
        skill = probe(self.model, self.curriculum, stage, np.random.default_rng([self.recipe.seed, 7]))
        print(f"{stage.name.lower()} {skill:.3f} right on fresh pictures", flush=True)
        if skill >= MASTERED or done >= LATEST[stage]:
            self.progress.stage = int(stage) + 1

    def _optimizer(self, phase: str) -> torch.optim.AdamW:
        tower = set(self.tower.parameters())
        if phase == "vision":
            return torch.optim.AdamW([*tower, *self.head.parameters()], VISION_RATE, weight_decay=0.01)
        rest = [parameter for parameter in self.model.parameters() if parameter not in tower]
        return torch.optim.AdamW(rest, LANGUAGE_RATE, weight_decay=0.01, betas=(0.9, 0.98))

    def _save_checkpoint(self) -> None:
        saved = {
            "recipe": asdict(self.recipe),
            "progress": asdict(self.progress),
            "model": self.model.state_dict(),
            "head": self.head.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }
        partial = self.folder / "checkpoint.partial"
        torch.save(saved, partial)
        partial.replace(self.folder / "checkpoint.pt")


@torch.no_grad()
def probe(
    model: LlavaForConditionalGeneration, curriculum: Curriculum, stage: Stage, rng: np.random.Generator
) -> float:
    """Share of about PROBES questions on fresh pictures of 2 to 5 objects whose first answer token is right.

    For LOOKUPS the color of a named shape, for ONE_OBJECT yes or no.
    """
    lookup = curriculum.lookup
    right = asked = 0
    while asked < PROBES:
        picture, scene = draw_scene(rng, int(rng.integers(2, MAX_OBJECTS + 1)), GRID)
        if stage == Stage.LOOKUPS:
            pairs = [(lookup.prompt(f"what color is the {x.shape}?"), x.color) for x in scene.unique("shape")]
        else:
            truth = bool(rng.random() < 0.5)
            worded = [YES_NO[kind](rng, scene, truth) for kind in ("existence", "count", "color")]
            pairs = [([*lookup.prompt(text), lookup.answer], "Yes" if truth else "No") for text in worded if text]
        pixels = pixel_values([picture])
        for prompt, answer in pairs:
            ids = torch.tensor([[lookup.image] * IMAGE_TOKENS + prompt])
            predicted = model(pixel_values=pixels, input_ids=ids, logits_to_keep=1).logits[0, -1].argmax()
            right += [int(predicted)] == lookup.response(answer)
            asked += 1
    return right / asked


def learning_rate(phase: str, step: int, steps: int) -> float:
    """Cosine for the tower; for the language part constant until 60 %, then linear to 3 %.

    The last skill leaves chance only at a high rate and gains its last tenth as the rate falls.
    """
    done = step / steps
    if phase == "vision":
        return VISION_RATE * min(1, (step + 1) / 50) * (0.05 + 0.475 * (1 + math.cos(math.pi * done)))
    return LANGUAGE_RATE * min(1, (step + 1) / 100) * (1 if done < 0.6 else max(0.03, (1 - done) / 0.4))


def export(trainer: Trainer, out: Path) -> None:
    """Write the model as any other: config, safetensors, processor, and training.json with the facts for its card."""
    facts = {
        "recipe": asdict(trainer.recipe),
        "parameters": sum(parameter.numel() for parameter in trainer.model.parameters()),
        "seconds": {phase: round(seconds) for phase, seconds in trainer.progress.seconds.items()},
        "final_losses": trainer.progress.losses,
        "pictures": {
            "vision": trainer.recipe.vision_steps * VISION_BATCH,
            "language": trainer.progress.step * LANGUAGE_BATCH,
        },
        "last_stage": Stage(trainer.progress.stage).name.lower(),
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
    }
    save(trainer.model, trainer.curriculum.lookup.end, vocabulary.build_processor(), facts, out)


def save(model: LlavaForConditionalGeneration, ending: int, processor, facts: dict, out: Path) -> None:
    """Write model, processor and facts to a folder; ``ending`` is the id of the token that ends an answer."""
    out.mkdir(parents=True, exist_ok=True)
    model.generation_config.update(do_sample=False, eos_token_id=ending, pad_token_id=0)
    model.half().save_pretrained(out)  # half the download; every device loads it in its own precision
    processor.save_pretrained(out)
    (out / "training.json").write_text(json.dumps(facts, indent=2) + "\n")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m models.embedded.train", description=__doc__.splitlines()[0])
    parser.add_argument("model", choices=sorted(RECIPES))
    parser.add_argument("--work", type=Path, default=Path("data/training"), help="folder for checkpoints")
    parser.add_argument("--out", type=Path, help="where the model goes (default: models/embedded/MODEL)")
    options = parser.parse_args(arguments)
    recipe = RECIPES[options.model]
    folder = options.work / recipe.name
    folder.mkdir(parents=True, exist_ok=True)
    trainer = Trainer(recipe, folder)
    trainer.run()
    out = options.out or Path(__file__).parent / recipe.name
    export(trainer, out)
    print(f"saved to {out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
