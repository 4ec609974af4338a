"""Code reasoning: short Python programs in an editor, with the output that their template computes.

No program text is ever evaluated: each template is a Python function here that computes the output from the
same numbers that it writes into the listing (a test runs the listings to prove that both agree).
"""

from __future__ import annotations

import io
import keyword
import tokenize
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from PIL import Image

from benchmark.suite.canvas import Canvas, Face
from benchmark.suite.items import DrawnItem, ask, dealt, pick, shuffled

WIDTH, HEIGHT = 480, 360


class Program(NamedTuple):
    """A listing and what it prints (one line)."""

    listing: str
    output: str


class Theme(NamedTuple):
    """Editor colours: page, bar, line numbers, plain text, keywords, strings, numbers, calls."""

    page: str
    bar: str
    gutter: str
    plain: str
    word: str
    string: str
    number: str
    call: str


THEMES = (
    Theme("#1f2430", "#191d27", "#5c6773", "#d7dae0", "#ffad66", "#d5ff80", "#dfbfff", "#73d0ff"),
    Theme("#fdf6e3", "#eee8d5", "#93a1a1", "#4a5f68", "#6c8a00", "#1f8f86", "#c0407f", "#2076b8"),
    Theme("#ffffff", "#ececf1", "#a0a4ae", "#2b2f38", "#8a2fb0", "#2f7d3a", "#b5560f", "#1f5fbf"),
    Theme("#282a36", "#21222c", "#6272a4", "#f8f8f2", "#ff79c6", "#f1fa8c", "#bd93f9", "#50fa7b"),
)
WORDS = ("planet", "garden", "silver", "market", "bridge", "summer", "castle", "window", "forest", "rocket")
ANIMALS = ("cat", "dog", "owl", "fox", "bee", "hen")


def _whole(rng: np.random.Generator, low: int, high: int) -> int:
    return int(rng.integers(low, high + 1))


def loop_sum(rng: np.random.Generator) -> Program:
    n = _whole(rng, 3, 6)
    return Program(f"total = 0\nfor i in range(1, {n + 1}):\n    total += i\nprint(total)", str(sum(range(1, n + 1))))


def letter(rng: np.random.Generator) -> Program:
    word, i = pick(rng, WORDS), _whole(rng, 0, 5)
    return Program(f'word = "{word}"\nprint(word[{i}])', word[i])


def word_length(rng: np.random.Generator) -> Program:
    words = shuffled(rng, WORDS)[: _whole(rng, 2, 5)]
    listed = ",\n    ".join(f'"{word}"' for word in words)
    return Program(f"words = [\n    {listed},\n]\nprint(len(words))", str(len(words)))


def branch(rng: np.random.Generator) -> Program:
    age, limit = _whole(rng, 12, 24), 18
    output = "ticket" if age >= limit else "no entry"
    return Program(f'age = {age}\nif age >= {limit}:\n    print("ticket")\nelse:\n    print("no entry")', output)


def doubling(rng: np.random.Generator) -> Program:
    start, limit = _whole(rng, 1, 5), pick(rng, (20, 30, 50))
    x = start
    while x < limit:
        x *= 2
    return Program(f"x = {start}\nwhile x < {limit}:\n    x = x * 2\nprint(x)", str(x))


def lookup(rng: np.random.Generator) -> Program:
    animals = shuffled(rng, ANIMALS)[:3]
    ages = [_whole(rng, 2, 9) for _ in animals]
    a, b = shuffled(rng, range(3))[:2]
    listed = "".join(f'    "{animal}": {age},\n' for animal, age in zip(animals, ages, strict=True))
    return Program(f'ages = {{\n{listed}}}\nprint(ages["{animals[a]}"] + ages["{animals[b]}"])', str(ages[a] + ages[b]))


def stack(rng: np.random.Generator) -> Program:
    numbers = [_whole(rng, 1, 9) for _ in range(3)]
    extra = _whole(rng, 1, 9)
    return Program(f"numbers = {numbers}\nnumbers.append({extra})\nnumbers.pop(0)\nprint(sum(numbers))",
                   str(sum(numbers[1:]) + extra))


def function(rng: np.random.Generator) -> Program:
    a, b, x = _whole(rng, 2, 5), _whole(rng, 1, 9), _whole(rng, 2, 9)
    return Program(f"def f(x):\n    return {a} * x + {b}\n\nprint(f({x}))", str(a * x + b))


def reversed_word(rng: np.random.Generator) -> Program:
    animal = pick(rng, ANIMALS)
    times = _whole(rng, 1, 2)
    return Program(f'name = "{animal}"\nname = name[::-1]\nprint(name * {times})', animal[::-1] * times)


def largest(rng: np.random.Generator) -> Program:
    a, b, c = (_whole(rng, 3, 40) for _ in range(3))
    which = pick(rng, ("max", "min"))
    return Program(f"a = {a}\nb = {b}\nc = {c}\nprint({which}(a, b, c))",
                   str((max if which == "max" else min)(a, b, c)))


def remainder(rng: np.random.Generator) -> Program:
    a, b = _whole(rng, 12, 40), _whole(rng, 4, 7)
    return Program(f"apples = {a}\nchildren = {b}\nleft = apples % children\nprint(left)", str(a % b))


def evens(rng: np.random.Generator) -> Program:
    numbers = [_whole(rng, 1, 20) for _ in range(5)]
    loop = "count = 0\nfor n in numbers:\n    if n % 2 == 0:\n        count += 1\nprint(count)"
    return Program(f"numbers = {numbers}\n{loop}", str(sum(n % 2 == 0 for n in numbers)))


def greeting(rng: np.random.Generator) -> Program:
    name, other = shuffled(rng, ("Ada", "Alan", "Grace", "Guido"))[:2]
    return Program(f'a = "{name}"\nb = "{other}"\na, b = b, a\nprint("Hello " + a)', f"Hello {other}")


TEMPLATES: tuple[Callable[[np.random.Generator], Program], ...] = (
    loop_sum, letter, word_length, branch, doubling, lookup, stack, function, reversed_word, largest, remainder,
    evens, greeting)


def coloured(listing: str, theme: Theme) -> list[list[tuple[int, str, str]]]:
    """Per line, the pieces (column, text, colour)."""
    lines: list[list[tuple[int, str, str]]] = [[] for _ in listing.split("\n")]
    for token in tokenize.generate_tokens(io.StringIO(listing).readline):
        if not token.string.strip() or token.start[0] > len(lines):
            continue
        colour = theme.plain
        if token.type == tokenize.STRING:
            colour = theme.string
        elif token.type == tokenize.NUMBER:
            colour = theme.number
        elif token.type == tokenize.NAME and keyword.iskeyword(token.string):
            colour = theme.word
        elif token.type == tokenize.NAME and token.line[token.end[1]:].startswith("("):
            colour = theme.call
        lines[token.start[0] - 1].append((token.start[1], token.string, colour))
    return lines


def editor(rng: np.random.Generator, listing: str) -> Image.Image:
    """The listing in an editor window with line numbers."""
    theme = pick(rng, THEMES)
    c = Canvas(WIDTH, HEIGHT)
    c.gradient(*pick(rng, (("#a8c0d6", "#d9c7e0"), ("#f3c9a5", "#e79a9a"), ("#9fd3c7", "#5f9ea0"),
                           ("#c9d6a3", "#8fae8b"))))
    lines = coloured(listing, theme)
    longest = max(len(line) for line in listing.split("\n"))
    size = min(29.0, 366 / (0.6 * longest), 258 / (1.5 * len(lines)))
    step = size * 1.5
    height = 38 + step * len(lines) + size * 0.9
    upper = (HEIGHT - height) / 2 - 4
    top = upper + 38 + size * 1.4
    c.shadow(26, upper + 8, 458, upper + height + 6, 12, 9, 0.45)
    c.rect(22, upper, 458, upper + height, theme.page, 12)
    c.rect(22, upper, 458, upper + 38, theme.bar, 12)
    c.rect(22, upper + 26, 458, upper + 38, theme.bar)
    for i, colour in enumerate(("#ff5f57", "#febc2e", "#28c840")):
        c.circle(44 + i * 20, upper + 19, 6.5, colour)
    name = pick(rng, ("main.py", "demo.py", "script.py", "lesson.py"))
    c.text(240, upper + 19, name, Face.MONO, 15, theme.gutter)
    advance = c.text_size("0" * 100, Face.MONO, size)[0] / 99.8
    for i, pieces in enumerate(lines):
        y = top + i * step
        c.text(58, y, str(i + 1), Face.MONO, size * 0.85, theme.gutter, "rs")
        for column, text, colour in pieces:
            c.text(76 + column * advance, y, text, Face.MONO, size, colour, "ls")
    return c.finish()


def code_reasoning(rng: np.random.Generator, count: int) -> Iterator[DrawnItem]:
    """Programs with their output; the twin of a picture prints what this one does not."""
    question = "The image shows a Python code. Is the output of the code '{}'?"
    for number, template in enumerate(dealt(rng, TEMPLATES, (count + 1) // 2)):
        first = template(rng)
        second = template(rng)
        while second.output == first.output:
            second = template(rng)
        for shown, other in ((first, second), (second, first))[: count - 2 * number]:
            yield DrawnItem(editor(rng, shown.listing), ask(question.format(shown.output)),
                            ask(question.format(other.output)), f"{template.__name__}, printing {shown.output}")
