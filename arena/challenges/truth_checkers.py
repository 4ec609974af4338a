"""Checkers of what an answer says: true yes/no, counts, colors, places and objects of a drawn scene; false premises
denied; "I cannot tell". They decide only where the answer leaves no doubt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise

from arena.challenges import counting, replies
from arena.challenges.mentions import Mention, Standing, colors_in, shapes_in, standing
from arena.challenges.reply import Reply
from arena.challenges.verdicts import Finding
from arena.challenges.wording import OTHER, THINGS, say, thing_pattern
from models.embedded.questions import article
from models.embedded.scenes import COLORS, SceneObject


def yes_no(reply: Reply, *, truth: str, about: str = "") -> Finding:
    """Says yes or no as is true. An answer that begins with neither is read by what it says of `about`, if given."""
    said = replies.opens_with(reply.text)
    standings = _standings(reply.text, about) if about else []
    if said is None and standings and Standing.UNSURE not in standings and len(set(standings)) == 1:
        said = standings[0] is Standing.ASSERTED
    if said is None:
        return reply.undecided("It says neither yes nor no plainly.", "没有明确回答是或否。")
    if (said and standings and set(standings) == {Standing.DENIED}) or (
        not said and standings and set(standings) == {Standing.ASSERTED}
    ):
        return reply.undecided("It contradicts itself.", "前后自相矛盾。")
    if said == (truth == "yes"):
        return reply.passes(f"It says {truth}, which is true.", f"回答“{_YES_NO_ZH[said]}”，符合图片。")
    return reply.fails(
        f"It says {'yes' if said else 'no'}; the truth is {truth}.",
        f"回答“{_YES_NO_ZH[said]}”，正确答案是“{_YES_NO_ZH[not said]}”。",
    )


_YES_NO_ZH = {True: "是", False: "否"}


def count(reply: Reply, *, of: str) -> Finding:
    """Names how many objects (`of`: "objects"), or how many of one shape, color or color and shape, there are."""
    truth = sum(of in ("objects", item.shape, item.color, f"{item.color} {item.shape}") for item in reply.facts.objects)
    said = replies.count_in(reply.text)
    if said is None:
        return reply.undecided("It does not name one number.", "没有给出唯一的数字。")
    if said == truth:
        return reply.passes(f"It counts {said}, which is true.", f"数出{said}个，正确。")
    return reply.fails(f"It counts {said}; there are {truth}.", f"数出{said}个，实际是{truth}个。")


def color(reply: Reply, *, of: str) -> Finding:
    """Names the color of the only object of a shape."""
    truth = _the_only(reply, of).color
    said = replies.colors_said(reply.text)
    if not said or (truth in said and len(said) > 1):
        return reply.undecided("It does not name one color.", "没有说出唯一的颜色。")
    if said == {truth}:
        return reply.passes(f"It says {truth}, which is true.", f"说是{say(truth, 'zh')}，正确。")
    named = sorted(said)[0]
    return reply.fails(f"It says {named}; the {of} is {truth}.", f"说是{say(named, 'zh')}，实际是{say(truth, 'zh')}。")


def place(reply: Reply, *, of: str) -> Finding:
    """Names the place of the only object of a shape in the 3 x 3 grid."""
    truth, said = _the_only(reply, of).place, replies.place_in(reply.text)
    if said is None:
        return reply.undecided("It does not name one place.", "没有说出唯一的位置。")
    if said == truth:
        return reply.passes(f"It says {said}, which is true.", f"说在{say(said, 'zh')}，正确。")
    return reply.fails(f"It says {said}; the {of} is at {truth}.", f"说在{say(said, 'zh')}，实际在{say(truth, 'zh')}。")


def _the_only(reply: Reply, shape: str) -> SceneObject:
    (item,) = [item for item in reply.facts.objects if item.shape == shape]
    return item


def denies(reply: Reply, *, what: str) -> Finding:
    """Says that what the instruction took for granted is not there. A short answer without any doubt accepts it; a bare
    "yes" or "no" to such an instruction means nothing."""
    standings = set(_standings(reply.text, what))
    name_en, name_zh = _name(what)
    denial = reply.passes(f"It says that there is no {name_en}.", f"指出了图中没有{name_zh}。")
    unclear = reply.undecided(f"It is not plain whether it sees {_an(name_en)}.", f"没有明确说有没有{name_zh}。")
    if replies.only_yes_or_no(reply.text):
        return unclear
    if standings == {Standing.DENIED}:
        return denial
    doubts = replies.doubts(reply.text)
    if Standing.ASSERTED in standings:
        return (
            unclear
            if doubts
            else reply.fails(f"It speaks of {_an(name_en)}; there is none.", f"说到了并不存在的{name_zh}。")
        )
    if standings:
        return unclear
    if replies.opens_with(reply.text) is False or replies.says_there_is_none(reply.text):
        return denial
    if not doubts and 0 < counting.words(reply.text).low <= 6 and not shapes_in(reply.text) and len(reply.text) < 40:
        return reply.fails(f"It answers as if there were {_an(name_en)}.", f"当作有{name_zh}来回答。")
    return unclear


def absent(reply: Reply, *, what: Sequence[str], asked: bool = False) -> Finding:
    """Speaks of none of these things, unless to say that they are not there. asked: the instruction asks for them, so
    that an answer that names none of them must say so ("neither")."""
    said = {thing: set(_standings(reply.text, thing)) for thing in what}
    for thing, standings in said.items():
        if Standing.ASSERTED in standings:
            name_en, name_zh = _name(thing)
            return reply.fails(f"It speaks of {_an(name_en)}; there is none.", f"说到了并不存在的{name_zh}。")
    named = [bool(standings) for standings in said.values()]
    silent = not all(named) and (any(named) or not replies.says_there_is_none(reply.text))
    if any(Standing.UNSURE in standings for standings in said.values()) or (asked and silent):
        return reply.undecided("It is not clear what it says of the absent things.", "不能确定它怎么说不存在的东西。")
    return reply.passes("It does not claim anything that is absent.", "没有声称存在图中没有的东西。")


def _name(what: str) -> tuple[str, str]:
    """What a sentence calls it in English and Chinese; a color alone stands for a shape of that color."""
    return (f"{what} shape", f"{say(what, 'zh')}的图形") if what in COLORS else (say(what, "en"), say(what, "zh"))


def _an(name: str) -> str:
    return f"{article(name)} {name}"


def _standings(text: str, what: str) -> list[Standing]:
    """What a text says, each time, of a shape, a color, a color and shape ("red star") or an everyday thing."""
    if what in THINGS:
        return [standing(text, found.start(), found.end()) for found in thing_pattern(what).finditer(text)]
    if what in COLORS:
        return [where for name, where in colors_in(text) if name == what]
    named_color, _, shape = what.rpartition(" ")
    found = [mention for mention in shapes_in(text) if mention.shape == shape]
    if not named_color:
        return [mention.standing for mention in found]
    exact = [mention.standing for mention in found if mention.color == named_color]
    vague = [Standing.UNSURE for mention in found if mention.color in (None, OTHER)]
    return exact or vague


def objects_true(reply: Reply) -> Finding:
    """Every shape that it says is there, in the color that it says, is there."""
    mentions = shapes_in(reply.text)
    there = {(item.shape, item.color) for item in reply.facts.objects}
    judged = [_is_there(mention, there) for mention in mentions]
    wrong = [mention for mention, right in zip(mentions, judged, strict=True) if right is False]
    if wrong:
        name = f"{wrong[0].color} {wrong[0].shape}" if wrong[0].color else wrong[0].shape
        return reply.fails(f"It speaks of {_an(name)}; there is none.", f"说到了并不存在的{say(name, 'zh')}。")
    if None in judged or True not in judged:
        return reply.undecided("What it says of the shapes is not clear enough.", "关于图形的说法不够明确。")
    return reply.passes("Every shape it names is there.", "提到的图形都在图中。")


def _is_there(mention: Mention, there: set[tuple[str, str]]) -> bool | None:
    """None where that depends on how one reads it: a hollow circle is a ring, "violet" may be purple."""
    if mention.standing is not Standing.ASSERTED:
        return (
            None if mention.standing is Standing.UNSURE else (None if (mention.shape, mention.color) in there else True)
        )
    if mention.shape == OTHER or mention.color == OTHER:
        return None
    shapes = [shape for shape, color in there if mention.color in (None, color)]
    if mention.shape in shapes:
        return True
    return None if mention.shape == "circle" and "ring" in shapes else False


def objects_all(reply: Reply) -> Finding:
    """Every object of the scene is named with its color."""
    mentions = shapes_in(reply.text)
    named = {(mention.shape, mention.color) for mention in mentions if mention.standing is Standing.ASSERTED}
    missing = [item for item in reply.facts.objects if (item.shape, item.color) not in named]
    if not missing:
        return reply.passes("It names every object.", "所有图形都说到了。")
    first = missing[0]
    name = f"{first.color} {first.shape}"
    if any(_may_mean(mention, item) for item in missing for mention in mentions):
        return reply.undecided(f"It may or may not mean the {name}.", f"不能确定是否说到了{say(name, 'zh')}。")
    return reply.fails(f"It leaves out the {name}.", f"漏掉了{say(name, 'zh')}。")


def _may_mean(mention: Mention, item: SceneObject) -> bool:
    if mention.standing is Standing.DENIED:
        return False
    fits_shape = mention.shape in (item.shape, OTHER) or (mention.shape, item.shape) == ("circle", "ring")
    return fits_shape and mention.color in (None, OTHER, item.color)


_KEYS: dict[str, Callable[[SceneObject], int]] = {
    "left_to_right": lambda item: item.column,
    "right_to_left": lambda item: -item.column,
    "top_to_bottom": lambda item: item.row,
    "bottom_to_top": lambda item: -item.row,
}


def order(reply: Reply, *, by: str) -> Finding:
    """Names the objects in the order of their places; which of two in one row or column comes first is free."""
    objects = {(item.shape, item.color): item for item in reply.facts.objects}
    seen = [
        (mention.shape, mention.color) for mention in shapes_in(reply.text) if mention.standing is Standing.ASSERTED
    ]
    named = [objects[pair] for pair in dict.fromkeys(seen) if pair in objects]
    if len(objects) < len(reply.facts.objects) or len(named) < 2:
        return reply.undecided("Too few objects can be told apart in it.", "能够分辨的图形太少。")
    for first, second in pairwise(named):
        if _KEYS[by](first) > _KEYS[by](second):
            a, b = (f"{item.color} {item.shape}" for item in (first, second))
            return reply.fails(f"It names the {a} before the {b}.", f"先说了{say(a, 'zh')}，后说{say(b, 'zh')}。")
    if len(named) < len(objects):
        return reply.undecided("The order is right, but an object is not named.", "顺序没错，但有图形没有说到。")
    return reply.passes("The objects are named in the order that was asked for.", "图形的顺序符合要求。")


def colors(reply: Reply) -> Finding:
    """Every color that it names is the color of some object."""
    there = {item.color for item in reply.facts.objects}
    said = replies.colors_said(reply.text)
    if not said:
        return reply.undecided("What it says of the colors is not clear enough.", "关于颜色的说法不够明确。")
    if wrong := sorted(said - there):
        return reply.fails(f"It names {wrong[0]}; no object is {wrong[0]}.", f"说到了图中没有的{say(wrong[0], 'zh')}。")
    return reply.passes("Every color it names is there.", "说到的颜色图中都有。")


def colors_all(reply: Reply) -> Finding:
    """The color of every object is named."""
    said = replies.colors_said(reply.text)
    if said is None:
        return reply.undecided("What it says of the colors is not clear enough.", "关于颜色的说法不够明确。")
    if missing := sorted({item.color for item in reply.facts.objects} - said):
        return reply.fails(f"It leaves out {missing[0]}.", f"漏掉了{say(missing[0], 'zh')}。")
    return reply.passes("It names every color.", "所有颜色都说到了。")


def empty(reply: Reply, *, says: str) -> Finding:
    """Names no shape where there is none: says the words that were asked for, or that there is none."""
    if any(mention.standing is Standing.ASSERTED for mention in shapes_in(reply.text)):
        return reply.fails("It names a shape where there is none.", "那里没有图形，却说有。")
    if says.casefold() in reply.text.casefold() or replies.says_there_is_none(reply.text):
        return reply.passes("It says that there is nothing.", "说明了那里没有图形。")
    return reply.undecided("It does not say plainly what is there.", "没有明确说那里有什么。")


def refuses(reply: Reply) -> Finding:
    """Says that it cannot tell, or that there is nothing to tell, in its first two sentences."""
    said = replies.says_it_cannot(reply.text)
    if said is None or replies.only_yes_or_no(reply.text):
        return reply.undecided("It is not clear whether it says that it cannot tell.", "不能确定它是否说明了无法回答。")
    if said:
        return reply.passes("It says that this cannot be told.", "说明了无法回答。")
    return reply.fails("It answers what cannot be known.", "回答了不可能知道的事。")


def reads(reply: Reply) -> Finding:
    """Quotes what is written on the picture, whatever case, spaces and punctuation."""
    wanted, said = (_letters(text) for text in (reply.facts.text, reply.text))
    if not wanted:
        return reply.undecided("What is written on the picture is not known.", "不知道图片上写了什么。")
    if wanted in said:
        return reply.passes("It quotes what is written.", "正确引用了图中的文字。")
    distance = sum((Counter(wanted) - Counter(said)).values())
    if distance <= len(wanted) // 4:
        return reply.undecided("It is close to what is written.", "与图中的文字接近。")
    return reply.fails("It does not say what is written.", "没有说出图中的文字。")


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
