"""Posters: self-designed posters of silent films and of stories for the stage, with true facts about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from PIL import Image

from benchmark.suite import poster_films as films
from benchmark.suite import poster_stories as stories
from benchmark.suite import poster_voyages as voyages
from benchmark.suite.canvas import Canvas, darker, lighter, mix, turned
from benchmark.suite.items import DrawnItem, dealt, pick, questioned

WIDTH, HEIGHT = 340, 480
PAPERS = ("#f3e3c0", "#f6eed8", "#efd9b0", "#e9e2cf")
TINTS = ("#e8b08a", "#a9c4c9", "#c9cf9a", "#d9b3c4")
WALLS = ("#c9c4ba", "#b5bfc4", "#a9b3a2", "#c4b3a6", "#8f99a6", "#a58f86")


class Poster(NamedTuple):
    """A film or story: who directed or wrote it, where the film or the writer came from, and how it is drawn."""

    title: str
    author: str
    country: str
    draw: Callable[[Canvas, np.random.Generator, str], None]


FILMS = (
    Poster("Metropolis", "Fritz Lang", "Germany", films.metropolis),
    Poster("Nosferatu", "F. W. Murnau", "Germany", films.nosferatu),
    Poster("A Trip to the Moon", "Georges Méliès", "France", films.trip_to_the_moon),
    Poster("The General", "Buster Keaton", "the United States", films.general),
    Poster("The Gold Rush", "Charlie Chaplin", "the United States", films.gold_rush),
    Poster("Battleship Potemkin", "Sergei Eisenstein", "the Soviet Union", films.potemkin),
    Poster("The Cabinet of Dr. Caligari", "Robert Wiene", "Germany", films.caligari),
    Poster("Man with a Movie Camera", "Dziga Vertov", "the Soviet Union", films.movie_camera),
)
STORIES = (
    Poster("Hamlet", "William Shakespeare", "England", stories.hamlet),
    Poster("Frankenstein", "Mary Shelley", "England", stories.frankenstein),
    Poster("Don Quixote", "Miguel de Cervantes", "Spain", stories.don_quixote),
    Poster("Moby-Dick", "Herman Melville", "the United States", voyages.moby_dick),
    Poster("Alice in Wonderland", "Lewis Carroll", "England", stories.alice),
    Poster("The Little Mermaid", "Hans Christian Andersen", "Denmark", voyages.mermaid),
    Poster("The Hunchback of Notre-Dame", "Victor Hugo", "France", stories.hunchback),
    Poster("Around the World in Eighty Days", "Jules Verne", "France", voyages.eighty_days),
)
FILM_FORMS = (("Is this movie directed by {}?", lambda poster: poster.author),
              ("Did this movie originate from {}?", lambda poster: poster.country))
STORY_FORMS = (
    ("Was the story on this poster written by {}?", lambda poster: poster.author),
    ("Was the story on this poster written by somebody from {}?", lambda poster: poster.country),
)


def hung(rng: np.random.Generator, poster: Poster) -> Image.Image:
    """The poster, taped to a wall."""
    paper = mix(pick(rng, PAPERS), pick(rng, TINTS), float(rng.uniform(0, 0.3)))
    sheet = Canvas(WIDTH, HEIGHT, paper)
    poster.draw(sheet, rng, paper)
    sheet.rect(7, 7, WIDTH - 7, HEIGHT - 7, None, 0, "#1c1c22", 2.4)
    c = Canvas(WIDTH + 44, HEIGHT + 32)
    wall = mix(pick(rng, WALLS), pick(rng, WALLS), float(rng.uniform(0, 1)))
    c.gradient(lighter(wall, 0.1), darker(wall, 0.08))
    c.shadow(26, 22, WIDTH + 28, HEIGHT + 24, 2, 6, 0.45)
    c.paste(sheet.finish(), 22, 16)
    for x, turn in ((30, -38), (WIDTH + 14, 38)):
        c.poly(turned([(x - 17, 14), (x + 17, 14), (x + 17, 25), (x - 17, 25)], (x, 20), turn), "#f3ead0c0")
    return c.finish()


def posters(rng: np.random.Generator, count: int) -> Iterator[DrawnItem]:
    """Films and stories, about as many of each; each once before any comes again, on another wall."""
    films_wanted = 2 * ((count + 2) // 4)
    for pool, forms, wanted in ((FILMS, FILM_FORMS, films_wanted), (STORIES, STORY_FORMS, count - films_wanted)):
        subjects = dealt(rng, pool, wanted)
        for subject, (yes, no) in zip(subjects, questioned(rng, subjects, forms), strict=True):
            yield DrawnItem(hung(rng, subject), yes, no, f"own poster of {subject.title} ({subject.author})")
