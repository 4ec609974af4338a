"""Pictures and questions that the tests of batches and pairs ask."""

import numpy as np
from PIL import Image

from models.spec import Generation

SHORT = Generation(max_new_tokens=4)


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


def vision_tower(model):
    parts, names = (model, getattr(model, "model", None)), ("vision_tower", "vision_model", "visual")
    return next(getattr(part, name) for part in parts for name in names if hasattr(part, name))
