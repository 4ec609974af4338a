"""Which maker draws which subtask."""

from __future__ import annotations

from benchmark.suite import shapes
from benchmark.suite.artworks import artwork
from benchmark.suite.code_pictures import code_reasoning
from benchmark.suite.commonsense import commonsense_reasoning
from benchmark.suite.items import Maker
from benchmark.suite.landmarks import landmark
from benchmark.suite.people import celebrity
from benchmark.suite.places import scene
from benchmark.suite.posters import posters
from benchmark.suite.signs import ocr
from benchmark.suite.sums import numerical_calculation
from benchmark.suite.translation import text_translation

MAKERS: dict[str, Maker] = {
    "existence": shapes.existence,
    "count": shapes.count,
    "position": shapes.position,
    "color": shapes.color,
    "posters": posters,
    "celebrity": celebrity,
    "scene": scene,
    "landmark": landmark,
    "artwork": artwork,
    "OCR": ocr,
    "commonsense_reasoning": commonsense_reasoning,
    "numerical_calculation": numerical_calculation,
    "text_translation": text_translation,
    "code_reasoning": code_reasoning,
}
