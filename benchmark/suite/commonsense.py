"""Commonsense reasoning: everyday situations in one of two states, each with a question that fits only it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from benchmark.suite import situations_home as home
from benchmark.suite import situations_outside as outside
from benchmark.suite.canvas import Canvas
from benchmark.suite.items import DrawnItem, ask, dealt, shuffled

WIDTH, HEIGHT = 480, 360


class Situation(NamedTuple):
    """A situation that `draw(canvas, rng, second)` draws in its first or second state.

    `first` is true of the first state and false of the second, `second` the other way round.
    """

    name: str
    first: str
    second: str
    draw: Callable[[Canvas, np.random.Generator, bool], None]


SITUATIONS = (
    Situation("traffic light", "I am driving towards the traffic light in the picture. Should I stop?",
              "I am driving towards the traffic light in the picture. May I drive on?", outside.traffic_light),
    Situation("thermometer", "Does the person whose body temperature is shown in the picture have a fever?",
              "Is the body temperature shown in the picture normal for a healthy person?", home.thermometer),
    Situation("clock",
              "It is morning and the shop opens at 9 a.m. Is the shop still closed at the time in the picture?",
              "It is morning and the shop opens at 9 a.m. Is the shop already open at the time in the picture?",
              home.clock),
    Situation("window", "Should I take an umbrella when I go out into the weather in the picture?",
              "Do sunglasses make sense in the weather in the picture?", home.window),
    Situation("calendar", "Is the circled day in the picture on a weekend?",
              "Is the circled day in the picture an ordinary working day?", home.calendar),
    Situation("map", "According to the map in the picture, do I walk north to get from the house to the school?",
              "According to the map in the picture, do I walk south to get from the house to the school?",
              outside.town_map),
    Situation("glasses", "Two people share the juice in the picture. Did the one with the left glass get more?",
              "Two people share the juice in the picture. Did the one with the right glass get more?", home.glasses),
    Situation("dog sign", "Does the dog have to stay outside where the sign in the picture hangs?",
              "Can I take my dog along where the sign in the picture hangs?", outside.dog_sign),
    Situation("phone", "I need my phone all day. Should I charge the one in the picture before I leave?",
              "I need my phone all day. Can I leave with the one in the picture without charging it?", home.phone),
    Situation("balance", "Is box A in the picture heavier than box B?", "Is box B in the picture heavier than box A?",
              home.balance),
    Situation("milk", "Has the milk in the picture passed its date today?",
              "Is the milk in the picture still within its date today?", home.milk),
    Situation("fuel gauge", "Should the driver of the car in the picture refuel soon?",
              "Does the car in the picture have enough fuel for a long trip?", outside.fuel_gauge),
    Situation("race", "Did the runner in red win the race in the picture?",
              "Did the runner in blue win the race in the picture?", outside.race),
    Situation("noughts and crosses", "Has the player with the crosses won the game in the picture?",
              "Has the player with the circles won the game in the picture?", home.noughts_and_crosses),
)


def commonsense_reasoning(rng: np.random.Generator, count: int) -> Iterator[DrawnItem]:
    """Both states of a situation, as twins."""
    for number, situation in enumerate(dealt(rng, SITUATIONS, (count + 1) // 2)):
        questions = (ask(situation.first), ask(situation.second))
        for second in shuffled(rng, (False, True))[: count - 2 * number]:
            c = Canvas(WIDTH, HEIGHT)
            situation.draw(c, rng, second)
            yield DrawnItem(c.finish(), questions[second], questions[not second],
                            f"{situation.name}, {'second' if second else 'first'} state")
