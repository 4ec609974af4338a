"""Names for drawn writing: English words, made-up names and random letters. No torch in this file."""

from __future__ import annotations

import numpy as np

# None of the embedded suite's names and titles is made of these (a test holds the lists apart).
_WORDS = """
apple animal autumn bakery bank basket beach berry bicycle bird bottle branch bread bright brother brown bucket butter
button candle carpet cheese cherry church circle city cloud clever coffee cotton country cousin crown dance daughter
desert dinner doctor dragon dream drum eagle early earth empty engine evening fabric family farm father feather fence
field finger fire flag flower forest fresh friend frozen gentle giant ginger gift grand green guitar hammer hand happy
harbour heart heavy hidden holiday honey hotel hundred island jacket jewel journey jungle kettle king kitchen kitten
ladder lake lemon letter library linen little lonely magic maple market meadow melody merry middle milk mirror monkey
month morning mother mountain museum music narrow needle new north ocean office olive orange orchard owl palace paper
parrot pencil pepper piano picture pilot pine planet pocket poet potato prince proud purple puzzle queen rabbit rain
ribbon rich ring road robin rocket roof royal sailor school secret shadow shelter shirt simple singer sister sleepy
small smoke snow soft song south spring square station steel storm story straw street strong sugar summer sweet swift
table tailor tall temple theatre thunder tiger timber tower train travel tree tulip turtle uncle unicorn valley velvet
village violet violin voyage warm water weather west wheel white wild window wing wise wolf wonder wooden yellow young
zebra zoo jazz quick box fox vivid quiz extra query
"""
WORDS = tuple(_WORDS.split())
JOINTS = ("the", "of", "and", "a", "in", "on", "my", "to", "over", "at")
_SYLLABLES = """
b br c ch cl d dr f g gr h j k l m n p pl qu r s sh st str sk t th tr v w wh z x y
a e i o u ea ai oo ee ou y io
b d ck ff g k ll m n nd ng nt p r rd rk rn s ss st t th x z l n r s
ham ton bury ford ley by well worth wick field stead low more den
"""
_STARTS, _VOWELS, _ENDS, _TAILS = (line.split() for line in _SYLLABLES.strip().splitlines())


def _pick(rng: np.random.Generator, pool):
    return pool[rng.integers(len(pool))]


def made_up(rng: np.random.Generator) -> str:
    """A word that could be a name: "Strailby"."""
    word = ""
    for _ in range(int(rng.integers(1, 3))):
        word += _pick(rng, _STARTS) + _pick(rng, _VOWELS)
        if rng.random() < 0.6:
            word += _pick(rng, _ENDS)
    if len(word) < 6 and rng.random() < 0.45:
        word += _pick(rng, _TAILS)
    return word[:10]


def page_word(rng: np.random.Generator) -> str:
    """A word, a made-up word, random letters or a number, for a page of writing."""
    kind = rng.integers(4)
    if kind == 0:
        return _pick(rng, WORDS)
    if kind == 1:
        return made_up(rng).capitalize()
    pool = "abcdefghijklmnopqrstuvwxyz" if kind == 2 else "00112233445566778899+-×÷=?$°"
    return "".join(_pick(rng, pool) for _ in range(int(rng.integers(2, 7))))


def written_name(rng: np.random.Generator) -> str:
    """One to three words, 3 to 16 letters long, with capitals as a sign has them."""
    kind = rng.random()
    if kind < 0.12:
        count = int(rng.integers(3, 11))
        return "".join(_pick(rng, "abcdefghijklmnopqrstuvwxyz") for _ in range(count)).capitalize()
    while True:
        if kind < 0.42:
            words = [made_up(rng)]
        elif kind < 0.75:
            words = [_pick(rng, WORDS) if rng.random() < 0.7 else made_up(rng) for _ in range(2)]
        else:
            words = [_pick(rng, JOINTS), _pick(rng, WORDS), _pick(rng, WORDS)]
            if rng.random() < 0.4:
                words = [words[1], words[0], words[2]]
            elif rng.random() < 0.3:
                words = words[:2]
        if kind < 0.75 and rng.random() < 0.06:
            words[0] += "'s"
        name = " ".join(words)
        if 3 <= len(name) <= 16:
            return " ".join(word.capitalize() for word in words)


def altered(rng: np.random.Generator, name: str) -> str:
    """Another name that differs in one or two letters: changed, dropped, added or swapped; spaces stay."""
    letters = list(name)
    places = [number for number, letter in enumerate(letters) if letter.isalpha()]
    for _ in range(1 if rng.random() < 0.7 else 2):
        at = places[rng.integers(len(places))]
        kind = rng.random()
        if kind < 0.75:
            letters[at] = _pick(rng, [c for c in "abcdefghijklmnoprstuwy" if c != letters[at].lower()])
        elif kind < 0.87:
            letters[at] = letters[at] + _pick(rng, "abcdefghijklmnoprstuwy")
        elif len(places) > 3:
            letters[at] = ""
    other = "".join(letters)
    return altered(rng, name) if other.lower() == name.lower() else " ".join(w.capitalize() for w in other.split())
