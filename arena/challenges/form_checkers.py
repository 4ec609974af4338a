"""Checkers of the form of an answer: lengths, words, formats, language. They need nothing but the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from arena.challenges import counting, formats
from arena.challenges.counting import Count
from arena.challenges.replies import numbers_in, opens_with
from arena.challenges.reply import Reply, short
from arena.challenges.verdicts import Finding

_EDGE = " \t\n*_`\"'“”‘’「」『』#>"
_STOPS = ".!?。！？… "


def sentences(reply: Reply, **limits: int) -> Finding:
    """Exactly, at most or at least so many sentences."""
    return _length(reply, counting.sentences(reply.text), "sentence", "句话", **limits)


def words(reply: Reply, **limits: int) -> Finding:
    """Exactly, at most or at least so many words; for languages with spaces."""
    return _length(reply, counting.words(reply.text), "word", "个单词", **limits)


def characters(reply: Reply, **limits: int) -> Finding:
    """Exactly, at most or at least so many Chinese characters; undecided if that depends on punctuation."""
    found = _length(reply, counting.characters(reply.text), "character", "个字", **limits)
    everything = counting.marks_and_characters(reply.text)
    if found.verdict.value == "fail" and _within(Count(everything, everything), **limits):
        return reply.undecided(
            f"It has {everything} characters only if punctuation counts.", f"算上标点才是{everything}个字。"
        )
    return found


def _length(reply: Reply, count: Count, en: str, zh: str, **limits: int) -> Finding:
    within = _within(count, **limits)
    many = "" if count.low == count.high == 1 else "s"
    said_en, said_zh = f"It has {str(count).replace('-', ' to ')} {en}{many}", f"共{str(count).replace('-', '至')}{zh}"
    if within is None:
        return reply.undecided(f"{said_en}, depending on how one counts.", f"{said_zh}，取决于怎么算。")
    ((kind, number),) = limits.items()
    asked_en = {"exactly": "exactly", "at_most": "at most", "at_least": "at least"}[kind] + f" {number}"
    asked_zh = {"exactly": "正好", "at_most": "最多", "at_least": "至少"}[kind] + f"{number}"
    if within:
        return reply.passes(f"{said_en}, as asked.", f"{said_zh}，符合要求。")
    return reply.fails(f"{said_en}, not {asked_en}.", f"{said_zh}，不是{asked_zh}{zh}。")


def _within(count: Count, *, exactly: int | None = None, at_most: int | None = None, at_least: int | None = None):
    """True or False where every way of counting agrees, otherwise None."""
    ends = {
        (exactly is None or number == exactly)
        and (at_most is None or number <= at_most)
        and (at_least is None or number >= at_least)
        for number in (count.low, count.high)
    }
    if exactly is not None and count.low < exactly < count.high:
        return None
    return ends.pop() if len(ends) == 1 else None


def forbidden(reply: Reply, *, words: Sequence[str] = (), letters: str = "", inflected: bool = False) -> Finding:
    """None of the words, and none of the letters, in upper or lower case.

    A word is one between word boundaries (Chinese: anywhere). inflected: its plural, -ed, -ing ... are forbidden too;
    otherwise the verdict on those is left open.
    """
    if used := [letter for letter in letters if letter.lower() in reply.text.lower()]:
        return reply.fails(f'It uses the letter "{used[0]}".', f"出现了字母“{used[0]}”。")
    for word in words:
        exact, forms = _word_patterns(word)
        if found := exact.search(reply.text):
            return reply.fails(f'It uses the word "{found[0]}".', f"用了“{found[0]}”。")
        if found := forms.search(reply.text):
            if inflected:
                return reply.fails(f'It uses "{found[0]}", a form of "{word}".', f"用了“{word}”的变形“{found[0]}”。")
            return reply.undecided(f'It uses "{found[0]}", a form of "{word}".', f"用了“{word}”的变形“{found[0]}”。")
    if words and not _in_script_of(reply.text, words):
        return reply.undecided("It is in another language than the forbidden words.", "回答所用的语言与禁用词不同。")
    return reply.passes("It avoids what was forbidden.", "没有用到禁用的字词。")


def _in_script_of(text: str, words: Sequence[str]) -> bool:
    """Whether a text is mostly written in the script of the words."""
    han, latin = counting.script_share(text)
    return (latin if words[0].isascii() else han) >= 0.5


def includes(reply: Reply, *, words: Sequence[str]) -> Finding:
    """Each of the words at least once; a mere form of one ("boxes" for "box") is left open."""
    for word in words:
        exact, forms = _word_patterns(word)
        if exact.search(reply.text):
            continue
        if found := forms.search(reply.text):
            return reply.undecided(
                f'It uses only "{found[0]}", a form of "{word}".', f"只用了“{word}”的变形“{found[0]}”。"
            )
        return reply.fails(f'The word "{word}" is missing.', f"缺少“{word}”。")
    return reply.passes("Every word that was asked for is there.", "要求的字词都用上了。")


def _word_patterns(word: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    if not word.isascii():
        return re.compile(re.escape(word)), re.compile(re.escape(word))
    if len(word) < 4:  # "thing" is no form of "the"
        exact = re.compile(rf"\b{re.escape(word)}\b", re.IGNORECASE)
        return exact, exact
    stem = re.escape(word.removesuffix("e"))
    forms = rf"\b{stem}(?:e|s|es|ies|d|ed|ing|er|ers|ish|'s|’s|{re.escape(word[-1])}(?:ed|ing|er|ish))\b"
    return re.compile(rf"\b{re.escape(word)}\b(?!['’]s)", re.IGNORECASE), re.compile(forms, re.IGNORECASE)


def capitals(reply: Reply) -> Finding:
    """No lower-case letter, and at least one capital."""
    lower = re.search(r"\w*[a-z]\w*", reply.text)
    if lower:
        return reply.fails(f'"{short(lower[0])}" is not in capitals.', f"“{short(lower[0])}”不是大写。")
    if not any(map(str.isupper, reply.text)):
        return reply.fails("It has no capital letters.", "没有大写字母。")
    return reply.passes("Every letter is a capital.", "全部是大写字母。")


def lower_case(reply: Reply) -> Finding:
    """No capital letter, and at least one small one."""
    upper = re.search(r"\w*[A-Z]\w*", reply.text)
    if upper:
        return reply.fails(f'"{short(upper[0])}" has a capital letter.', f"“{short(upper[0])}”里有大写字母。")
    if not any(map(str.islower, reply.text)):
        return reply.fails("It has no small letters.", "没有小写字母。")
    return reply.passes("Every letter is small.", "全部是小写字母。")


def starts(reply: Reply, *, text: str) -> Finding:
    """Begins with the words, whatever quotes, emphasis or case."""
    if _edge(reply.text).startswith(_edge(text)) and not _runs_on(reply.text, text):
        return reply.passes(f'It begins with "{text}".', f"以“{text}”开头。")
    return reply.fails(f'It begins with "{short(reply.text, 20)}".', f"开头是“{short(reply.text, 12)}”。")


def ends(reply: Reply, *, text: str) -> Finding:
    """Ends with the words; a closing mark after them is fine unless they end with one themselves."""
    written, wanted = _edge(reply.text), _edge(text)
    if wanted[-1] not in _STOPS:
        written = written.rstrip(_EDGE + _STOPS)
    if written.endswith(wanted):
        return reply.passes(f'It ends with "{text}".', f"以“{text}”结尾。")
    last = " ".join(reply.text.split())[-20:]
    return reply.fails(f'It ends with "{last}".', f"结尾是“{last}”。")


def only(reply: Reply, *, says: str) -> Finding:
    """Nothing but these words; case, quotes and a closing mark do not matter."""
    if _edge(reply.text).rstrip(_STOPS) == _edge(says).rstrip(_STOPS):
        return reply.passes(f'It says "{says}" and nothing else.', f"只回答了“{says}”。")
    return reply.fails(f'It says something other than "{says}".', f"回答的不只是“{says}”。")


def _edge(text: str) -> str:
    return " ".join(text.strip(_EDGE).split()).casefold()


def _runs_on(text: str, start: str) -> bool:
    """Whether the last word of `start` goes on: "Overalls" does not begin with "Overall"."""
    after = _edge(text)[len(_edge(start)) :][:1]
    return (
        bool(after)
        and after.isascii()
        and after.isalnum()
        and _edge(start)[-1].isascii()
        and _edge(start)[-1].isalnum()
    )


def json(reply: Reply, *, keys: Sequence[str] = (), array: bool = False, exactly: int | None = None) -> Finding:
    """JSON and nothing else (a code fence is fine): an object with these keys, or an array of such objects."""
    try:
        value = formats.read_json(reply.text)
    except formats.NotJsonError as error:
        return reply.fails(
            f"It is not JSON alone: {short(str(error), 80)}.", f"不是单独的合法 JSON：{short(str(error), 80)}。"
        )
    if array != isinstance(value, list) or not isinstance(value, list | dict):
        wanted_en, wanted_zh = ("an array", "数组") if array else ("an object", "对象")
        return reply.fails(f"It is JSON, but not {wanted_en}.", f"是 JSON，但不是{wanted_zh}。")
    entries = value if isinstance(value, list) else [value]
    if array and exactly is not None and len(entries) != exactly:
        return reply.fails(
            f"The array has {len(entries)} entries, not {exactly}.", f"数组有{len(entries)}项，不是{exactly}项。"
        )
    for entry in entries if keys else ():
        if not isinstance(entry, dict):
            return reply.fails("An entry of the array is not an object.", "数组里有一项不是对象。")
        if missing := [key for key in keys if key not in entry]:
            return reply.fails(f'The key "{missing[0]}" is missing.', f"缺少键“{missing[0]}”。")
    if array and not entries:
        return reply.undecided("It is an empty array.", "是一个空数组。")
    return reply.passes("It is JSON of the form that was asked for.", "是符合要求的 JSON。")


def table(reply: Reply, *, columns: Sequence[str], rows: int | None = None, alone: bool = False) -> Finding:
    """A Markdown table with exactly these columns in this order, whose rows are all whole."""
    found = formats.read_table(reply.text)
    if found is None:
        return reply.fails("There is no Markdown table in it.", "里面没有 Markdown 表格。")
    if [name.casefold() for name in found.columns] != [name.casefold() for name in columns]:
        named = short(", ".join(found.columns), 60)
        return reply.fails(f"The columns are {named}.", f"表格的列是{named}。")
    if any(len(row) != len(columns) for row in found.rows):
        return reply.fails("A row has too few or too many cells.", "有一行的格数不对。")
    if not found.rows:
        return reply.fails("The table has no rows.", "表格没有内容行。")
    if rows is not None and len(found.rows) != rows:
        return reply.fails(
            f"The table has {len(found.rows)} rows, not {rows}.", f"表格有{len(found.rows)}行，不是{rows}行。"
        )
    if alone and not found.alone:
        return reply.fails("There is text beside the table.", "表格之外还有别的文字。")
    return reply.passes("The table is as asked.", "表格符合要求。")


def numbered(reply: Reply, *, exactly: int) -> Finding:
    """A list numbered 1 to N."""
    items = formats.read_numbered(reply.text)
    if items.texts and items.numbers != tuple(range(1, len(items.numbers) + 1)):
        return reply.fails("The numbers of the list do not run 1, 2, 3.", "编号不是从 1 开始依次排列。")
    return _items(reply, items, exactly, "numbered", "带编号的")


def bulleted(reply: Reply, *, exactly: int) -> Finding:
    """A list of N items with dashes, stars or dots."""
    return _items(reply, formats.read_bulleted(reply.text), exactly, "bulleted", "带项目符号的")


def _items(reply: Reply, items: formats.Items, exactly: int, en: str, zh: str) -> Finding:
    count = len(items.texts)
    if count == 0:
        return reply.fails(f"There is no {en} list in it.", f"里面没有{zh}列表。")
    if count != exactly:
        return reply.fails(f"The list has {count} items, not {exactly}.", f"列表有{count}项，不是{exactly}项。")
    return reply.passes(f"The list has {count} items, as asked.", f"列表正好{count}项。")


_ENGLISH = re.compile(r"\b(?:the|a|an|is|are|of|and|in|on|there|this|it|with|to|no|not|yes|i|at)\b", re.IGNORECASE)


def language(reply: Reply, *, code: str) -> Finding:
    """Chinese ("zh") or English ("en"), by the share of the letters in its script.

    Below 10 words English is told from other languages of its script by nothing, so that short text is trusted.
    """
    han, latin = counting.script_share(reply.text)
    share = han if code == "zh" else latin
    name_en, name_zh = ("Chinese", "中文") if code == "zh" else ("English", "英文")
    if han == latin == 0:
        return reply.undecided("It has no letters to tell a language by.", "没有可以判断语言的文字。")
    if share < 0.4:
        return reply.fails(f"It is not in {name_en}.", f"不是{name_zh}。")
    count = counting.words(reply.text).low
    strange = code == "en" and count >= 10 and len(_ENGLISH.findall(reply.text)) * 20 < count
    if share < 0.75 or strange:
        return reply.undecided(f"Only part of it is surely in {name_en}.", f"不能确定全部是{name_zh}。")
    return reply.passes(f"It is in {name_en}.", f"是{name_zh}。")


def alphabetical(reply: Reply) -> Finding:
    """The listed items in the order of the English alphabet, whatever their case."""
    items = [item.casefold() for item in formats.listed_items(reply.text)]
    if len(items) < 2 or any(len(item.split()) > 4 or not item.isascii() for item in items):
        return reply.undecided("It is not a plain list of words.", "不是简单的词语列表。")
    for first, second in pairwise(items):
        if first > second:
            return reply.fails(
                f'"{short(second, 20)}" comes after "{short(first, 20)}".',
                f"“{short(first, 20)}”排在了“{short(second, 20)}”前面。",
            )
    return reply.passes("The items are in alphabetical order.", "各项按字母顺序排列。")


def number_only(reply: Reply) -> Finding:
    """One number and nothing else, in digits or as a word; a counted noun after it ("4 objects") is left open."""
    bare = reply.text.strip(_EDGE + _STOPS)
    found = len(numbers_in(bare))
    if found == 1 and (len(bare) == 1 or (bare.isascii() and counting.words(bare).low == 1)):
        return reply.passes("It is one number.", "只有一个数字。")
    if not found and not re.search("[一二三四五六七八九十百两]", bare):
        return reply.fails("It is not a number.", "不是数字。")
    if found < 2 and counting.words(bare).low <= 2 and len(bare) <= 12:
        return reply.undecided("It is a number with something beside it.", "数字旁边还有别的字。")
    return reply.fails("It says more than one number.", "回答的不只是一个数字。")


def yes_no_first(reply: Reply) -> Finding:
    """Begins with yes or no (是 or 否, 不是, 没有 ...); in the other language than the challenge's it is left open."""
    if opens_with(reply.text) is None:
        return reply.fails("It does not begin with a plain yes or no.", "没有先明确回答是或否。")
    if reply.text.strip(_EDGE)[:1].isascii() == (reply.language == "zh"):
        return reply.undecided("It begins with yes or no in another language.", "是或否不是用中文回答的。")
    return reply.passes("It begins with yes or no.", "先明确回答了是或否。")
