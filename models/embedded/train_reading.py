"""Teach a trained model to read: ``python -m models.embedded.train_reading scout-3m``.

It goes on from the model that ``models.embedded.train`` left, in two phases. A new vision tower, which begins with
convolutions, learns which letters each patch holds and, on scenes of shapes, what features the old tower had there; the
projector is changed so that the old skills are there at once. Then the language model, with letters and digits among
its tokens, learns to find letters, to compare names and to check sums, and rehearses what it knew.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as functional
from transformers import LlavaForConditionalGeneration

from models.embedded import train, vocabulary
from models.embedded.batches import IGNORED, draw_batch, pack, pixel_values
from models.embedded.curriculum import Curriculum, Stage
from models.embedded.lessons import Lessons, LessonStage
from models.embedded.pages import LETTERS_A_PATCH, Pool, letter_labels, marks_of
from models.embedded.reading import Page, draw_page_of, name_page
from models.embedded.reading_recipe import RECIPES, ReadingRecipe, freedom, learning_rate
from models.embedded.scenes import MAX_OBJECTS
from models.embedded.sheet import CHARACTERS
from models.embedded.vocabulary import IMAGE_TOKENS

CHECKPOINT_STEPS = 50
WINDOWS, SHAPE_SCENES = 40, 10  # of a vision step
PAGES, REHEARSED = 18, 6  # of a language step
POOL, RENEWED = 300, 6
NAMES = 0.7  # the share of names among the pages of the language phase, numbers are the rest
PLACED = 0.3  # weight of telling the main writing from what is beside it
KEPT = 2.0  # weight of the old features on scenes of shapes
ALL_ELSE = 0.5  # how much of what the old tower did not tell the projector takes at first, by its own weights
NAMED = 5.0  # weight of telling the letters of a patch
PROBES = 64
FACTS = "training.json"
LEARNING = ("model", "letters", "places", "shapes")


def with_letters(old: LlavaForConditionalGeneration, recipe: train.Recipe) -> LlavaForConditionalGeneration:
    """The same model with a tower that can read and room for its tokens; old tokens keep ids and embeddings."""
    new = train.build_model(recipe, reads=True)
    state, known = old.state_dict(), len(vocabulary.tokens())
    for name, tensor in new.state_dict().items():
        if "vision_tower" in name or "linear_1.weight" in name:
            continue  # the tower is another one, and with it what the projector takes
        if tensor.shape == state[name].shape:
            tensor.copy_(state[name])
        else:  # the embedding, which is the output layer too
            tensor[:known] = state[name]
            tensor[known:] *= state[name].std() / tensor[known:].std()
    return new


class ReadingTrainer:
    """One model in training, with its checkpoint in ``folder``; it goes on from the model in the folder ``start``."""

    def __init__(self, recipe: ReadingRecipe, start: Path, folder: Path) -> None:
        self.recipe, self.folder = recipe, folder
        self.progress = train.Progress()
        old = LlavaForConditionalGeneration.from_pretrained(start, dtype=torch.float32)
        self.teacher = old.model.vision_tower.requires_grad_(False).eval()
        self.before = old.model.multi_modal_projector.linear_1.requires_grad_(False)
        with torch.no_grad():
            self.model = with_letters(old, recipe.base)
        self.tower = self.model.model.vision_tower.to(memory_format=torch.channels_last)
        width = recipe.base.language_width
        torch.manual_seed(recipe.seed)
        self.letters = torch.nn.Linear(width, LETTERS_A_PATCH * (len(CHARACTERS) + 1))
        self.places = torch.nn.Linear(width, LETTERS_A_PATCH * 2)
        self.shapes = torch.nn.Linear(width, recipe.base.vision_width)  # the old tower's features from the new one's
        self.curriculum = Curriculum(recipe.base.formats, reads=True)
        self.lessons = Lessons(self.curriculum.lookup)
        self.shown = torch.empty(0)  # (batch, 36, width): the picture's tokens as the language model got them last
        self.model.model.multi_modal_projector.register_forward_hook(self._keep_shown)
        self.names = torch.tensor(self.curriculum.lookup.spelled(CHARACTERS))
        self.pool: Pool | None = None
        self.optimizer = self._optimizer("vision")
        checkpoint = folder / "checkpoint.pt"
        if checkpoint.exists():
            saved = torch.load(checkpoint, weights_only=True)
            if saved["recipe"] != asdict(recipe):
                raise SystemExit(f"error: {checkpoint} belongs to another recipe; remove it to start afresh")
            self.progress = train.Progress(**saved["progress"])
            for name in LEARNING:
                getattr(self, name).load_state_dict(saved[name])
            self.optimizer = self._optimizer(self.progress.phase)
            self.optimizer.load_state_dict(saved["optimizer"])

    def run(self) -> None:
        """Both phases, from wherever the checkpoint left off."""
        if self.progress.phase == "vision":
            self._phase("vision", self.recipe.vision_steps, self._vision_loss)
            self._join()
            self.progress.phase, self.progress.step = "language", 0
            self.optimizer = self._optimizer("language")
        self.tower.requires_grad_(False).eval()
        self._phase("language", self.recipe.language_steps, self._language_loss)

    def _phase(self, phase: str, steps: int, loss_of) -> None:
        recent: list[float] = []
        started = time.monotonic()
        while self.progress.step < steps:
            step = self.progress.step
            for group in self.optimizer.param_groups:
                group["lr"] = learning_rate(phase, step, self.recipe)
            loss = loss_of(np.random.default_rng([self.recipe.seed, phase == "language", step]))
            self.optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_([p for g in self.optimizer.param_groups for p in g["params"]], 1.0)
            self.optimizer.step()
            recent = [*recent[-49:], loss.item()]
            self.progress.step += 1
            if self.progress.step % CHECKPOINT_STEPS == 0 or self.progress.step == steps:
                self.progress.seconds[phase] += time.monotonic() - started
                self.progress.losses[phase] = float(np.mean(recent))
                self._save_checkpoint()
                skill = self.letter_skill() if phase == "vision" else self.answer_skill()
                said = ", ".join(f"{name} {value:.3f}" for name, value in skill.items())
                seconds, mean = self.progress.seconds[phase], self.progress.losses[phase]
                where = f"{phase} step {self.progress.step}/{steps}"
                print(f"{where} loss {mean:.4f} after {seconds:.0f} s: {said}", flush=True)
                started = time.monotonic()

    def features(self, tower, pixels: torch.Tensor) -> torch.Tensor:
        """(batch, 36, width)."""
        return tower(pixels, output_hidden_states=True).hidden_states[-1][:, -IMAGE_TOKENS:]

    def _keep_shown(self, _module: torch.nn.Module, _given: tuple, shown: torch.Tensor) -> None:
        self.shown = shown

    @torch.no_grad()
    def _join(self) -> None:
        """The projector takes from the new tower what it took from the old one, and a little of all else.

        Without that no letter would reach the language model, and neither of the two would learn to use the other.
        """
        linear = self.model.model.multi_modal_projector.linear_1
        taken = self.before.weight @ self.shapes.weight
        noise = torch.randn(taken.shape, generator=torch.Generator().manual_seed(self.recipe.seed))
        linear.weight.copy_(taken + ALL_ELSE * taken.std() * noise)
        linear.bias.copy_(self.before.weight @ self.shapes.bias + self.before.bias)

    def _vision_loss(self, rng: np.random.Generator) -> torch.Tensor:
        if self.pool is None:
            self.pool = Pool(np.random.default_rng([self.recipe.seed, 5, self.progress.step]), POOL)
        free, shifted = freedom(self.progress.step / self.recipe.vision_steps)
        cut, letters, places = self.pool.windows(rng, WINDOWS, RENEWED, free, shifted)
        pixels, _ = draw_batch(rng, SHAPE_SCENES, MAX_OBJECTS)
        with torch.autocast("cpu", torch.bfloat16):  # convolutions are twice as fast, and learn the same
            together = torch.cat([pixel_values(cut), pixels]).to(memory_format=torch.channels_last)
            seen = self.features(self.tower, together)
        seen = seen.float()
        with torch.no_grad():
            before = self.features(self.teacher, pixels)
        read = _by_third(self.letters, seen).flatten(0, 2)
        none = np.zeros((SHAPE_SCENES, *letters.shape[1:]), np.int64)
        wanted = torch.from_numpy(np.concatenate([letters, none])).flatten()
        loss = functional.cross_entropy(read, wanted, ignore_index=IGNORED)
        stand = torch.from_numpy(places).flatten()
        if (stand != IGNORED).any():
            placed = _by_third(self.places, seen[:WINDOWS]).flatten(0, 2)
            loss = loss + PLACED * functional.cross_entropy(placed, stand, ignore_index=IGNORED)
        return loss + KEPT * functional.mse_loss(self.shapes(seen[WINDOWS:]), before) / before.var()

    def _language_loss(self, rng: np.random.Generator) -> torch.Tensor:
        done = self.progress.step / self.recipe.language_steps
        stage = LessonStage.LETTERS if done < self.recipe.compare_from else LessonStage.NAMES
        pages = [draw_page_of(rng, NAMES) for _ in range(PAGES)]
        pixels, scenes = draw_batch(rng, REHEARSED, MAX_OBJECTS)
        rows = [self.lessons.filled(rng, page, stage) for page in pages]
        rows += [self.curriculum.filled(rng, scene, Stage.RELATIONS) for scene in scenes]
        ids, positions, mask, labels = pack(rows, self.curriculum.lookup.end, self.curriculum.lookup.image)
        pixels = torch.cat([pixel_values([page.picture for page in pages]), pixels])
        logits = self.model(pixel_values=pixels, input_ids=ids, attention_mask=mask, position_ids=positions).logits
        predicted = logits[:, IMAGE_TOKENS:-1].flatten(0, 1)
        loss = functional.cross_entropy(predicted, labels[:, IMAGE_TOKENS + 1 :].flatten(), ignore_index=IGNORED)
        return loss + NAMED * self._naming_loss(self.shown[:PAGES], pages)

    def _naming_loss(self, token: torch.Tensor, pages: list[Page]) -> torch.Tensor:
        """How badly a patch's token tells its letters of the main writing by pointing as their own tokens do.

        A letter in a question then finds the same letter in the picture by likeness, which is what attention is for.
        """
        there = torch.zeros(len(pages), IMAGE_TOKENS, len(CHARACTERS) + 1)
        for row, page in zip(there, pages, strict=True):
            letters, places = letter_labels(marks_of(page.writing))
            patch, third = np.nonzero((letters > 0) & (places == 1))
            row[patch, letters[patch, third]] = 1
        token = token * token.square().mean(-1, keepdim=True).rsqrt()
        names = self.model.get_input_embeddings().weight[self.names]
        likeness = 2 * token @ functional.normalize(names, dim=-1).T - 4
        return functional.binary_cross_entropy_with_logits(likeness, there[..., 1:])

    @torch.no_grad()
    def letter_skill(self) -> dict[str, float]:
        """On fresh signs: the share of letters that the patch features tell, and how far shapes' features moved."""
        rng = np.random.default_rng([self.recipe.seed, 7])
        pages = [name_page(rng) for _ in range(PROBES)]
        wanted, places = torch.from_numpy(np.stack([letter_labels(marks_of(page.writing)) for page in pages])).unbind(1)
        self.tower.eval()
        seen = self.features(self.tower, pixel_values([page.picture for page in pages]))
        read = _by_third(self.letters, seen).argmax(-1)
        placed = _by_third(self.places, seen).argmax(-1)
        pixels, _ = draw_batch(rng, PROBES, MAX_OBJECTS)
        before = self.features(self.teacher, pixels)
        moved = functional.mse_loss(self.shapes(self.features(self.tower, pixels)), before) / before.var()
        self.tower.train()
        there = wanted > 0
        return {
            "letters": (read == wanted)[there].float().mean().item(),
            "empty": (read == wanted)[wanted == 0].float().mean().item(),
            "places": (placed == places)[places != IGNORED].float().mean().item(),
            "moved": moved.item(),
        }

    @torch.no_grad()
    def answer_skill(self) -> dict[str, float]:
        """Share right on fresh pictures, by kind of lesson."""
        rng = np.random.default_rng([self.recipe.seed, 8])
        right: dict[str, list[bool]] = {}
        for _ in range(2 * PROBES):
            page = draw_page_of(rng, NAMES)
            pixels = pixel_values([page.picture])
            for kind, prompt, answer in self.lessons.probes(rng, page):
                ids = torch.tensor([[self.curriculum.lookup.image] * IMAGE_TOKENS + prompt])
                said = self.model(pixel_values=pixels, input_ids=ids, logits_to_keep=1).logits[0, -1].argmax()
                right.setdefault(kind, []).append(int(said) == answer)
        relations = train.probe(self.model, self.curriculum, Stage.ONE_OBJECT, rng)
        return {kind: float(np.mean(found)) for kind, found in sorted(right.items())} | {"one object": relations}

    def _optimizer(self, phase: str) -> torch.optim.AdamW:
        """Every step sets its rate."""
        if phase == "vision":
            parts = (self.tower, self.letters, self.places, self.shapes)
            learning = [parameter for part in parts for parameter in part.parameters()]
        else:
            tower = set(self.tower.parameters())
            learning = [parameter for parameter in self.model.parameters() if parameter not in tower]
        return torch.optim.AdamW(learning, weight_decay=0.01, betas=(0.9, 0.98))

    def _save_checkpoint(self) -> None:
        saved = {"recipe": asdict(self.recipe), "progress": asdict(self.progress)}
        for name in (*LEARNING, "optimizer"):
            saved[name] = getattr(self, name).state_dict()
        partial = self.folder / "checkpoint.partial"
        torch.save(saved, partial)
        partial.replace(self.folder / "checkpoint.pt")


def _by_third(head: torch.nn.Linear, seen: torch.Tensor) -> torch.Tensor:
    """What a head says of each third of a patch: (batch, 36, 3, classes)."""
    return head(seen).unflatten(-1, (LETTERS_A_PATCH, -1))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m models.embedded.train_reading", description=__doc__.splitlines()[0])
    parser.add_argument("model", choices=sorted(RECIPES))
    parser.add_argument("--start", type=Path, help="the model that goes on, a folder (default: models/embedded/MODEL)")
    parser.add_argument("--work", type=Path, default=Path("data/training"), help="folder for checkpoints")
    parser.add_argument("--out", type=Path, help="where the model goes (default: models/embedded/MODEL)")
    parser.add_argument("--threads", type=int, default=1, help="processor threads")
    options = parser.parse_args(arguments)
    recipe = RECIPES[options.model]
    shipped = Path(__file__).parent / recipe.name
    start = options.start or shipped
    first = first_training(start, recipe.name)
    torch.set_num_threads(options.threads)
    folder = options.work / f"{recipe.name}-reading"
    folder.mkdir(parents=True, exist_ok=True)
    trainer = ReadingTrainer(recipe, start, folder)
    trainer.run()
    out = options.out or shipped
    export(trainer, first, out)
    print(f"saved to {out}")
    return 0


def first_training(start: Path, name: str) -> dict:
    """The facts of the training that a model goes on from; SystemExit where there are none, or it reads already."""
    first = f"run `python -m models.embedded.train {name}` first, or name its result with --start"
    if not (start / FACTS).exists():
        raise SystemExit(f"error: {start} has no {FACTS}; {first}")
    facts = json.loads((start / FACTS).read_text(encoding="utf-8"))
    if "reading" in facts:
        raise SystemExit(f"error: the model in {start} reads already; {first}")
    return facts


def export(trainer: ReadingTrainer, first: dict, out: Path) -> None:
    """Write the model, its processor and training.json: the facts of the first training, and of this one."""
    vision = trainer.recipe.vision_steps
    facts = first | {
        "parameters": trainer.model.num_parameters(),
        "reading": {
            "seed": trainer.recipe.seed,
            "steps": {"vision": vision, "language": trainer.progress.step},
            "seconds": {phase: round(seconds) for phase, seconds in trainer.progress.seconds.items()},
            "final_losses": trainer.progress.losses,
            "pictures": {
                "vision": vision * (WINDOWS + SHAPE_SCENES),
                "language": trainer.progress.step * (PAGES + REHEARSED),
            },
            "threads": torch.get_num_threads(),
        },
    }
    train.save(trainer.model, trainer.curriculum.lookup.end, vocabulary.build_processor(reads=True), facts, out)


if __name__ == "__main__":
    sys.exit(main())
