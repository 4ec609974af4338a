"""Chain of thought: a model is asked to reason first, and its answer is read off a last line of its own.

The first line that is a final answer counts, so that nothing which follows it could change what is read: generation
may end there, and reads the same as the whole answer.
"""

import re

REASON = (
    "Look closely and think it through one step after the other. Then finish with one more line that reads "
    '"Answer: yes" or "Answer: no".'
)
"""What is asked for after the question."""

MAX_NEW_TOKENS = 256
"""Room for a few sentences and the last line."""

_FINAL_LINE = re.compile(
    r"""
    ^[ \t*_#>`"'-]*                        # marks that make a line bold, a heading, a quotation or an item
    (?:(?:so|thus|therefore|hence)[ ,]+)?(?:(?:the|my)\ )?(?:final\ )?
    answer[ \t*_]*(?::|\bis\b:?)
    [\s*_`"'(]*(yes|no)                    # the word may follow on the next line
    (?![ \t]*(?:/|\bor\b))                 # "yes or no" and "yes/no" answer nothing
    (?=[ \t*_`"')]*(?:[.,;:!\n]|$))        # a word of its own, and not "no doubt"
    """,
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)


def final_answer(text: str) -> str:
    """ "yes" or "no" from the first final line of `text`, or an empty text when it has none."""
    found = _FINAL_LINE.search(text)
    return found[1].lower() if found else ""


def is_answered(text: str) -> bool:
    """Whether `text` has a whole final line, so that whatever follows is read the same."""
    found = _FINAL_LINE.search(text)
    return found is not None and "\n" in text[found.end() :]
