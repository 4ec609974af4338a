"""The forms that votes are published in, and why a vote gives no row of a form."""

from enum import StrEnum

from arena.records import Record
from arena.votes import Axis


class Format(StrEnum):
    """What an export is for."""

    ARENA = "arena"  # leaderboards: one row per battle with a winner or a tie
    DPO = "dpo"  # TRL's direct preference optimization: one row per battle with a winner
    RLHF_V = "rlhf-v"  # segment-level corrections (arXiv 2312.00849): one row per answer with marked words
    RAW = "raw"  # every field of every vote

    @property
    def by_axis(self) -> bool:
        """Whether the rows are about one of the two axes; raw rows have both."""
        return self is not Format.RAW


class LeftOut(StrEnum):
    """Why a vote gives no row, in words for the card; a vote counts under the first that fits."""

    NOT_BLIND = "the voter chose or knew the two models"
    MARKED = "an answer was empty, was cut off, or named its model"
    EXCLUDED = "the vote is excluded for suspected abuse"
    CANT_TELL = "the voter could not tell"
    TIE = "a tie: both good or both bad"
    SAME_ANSWER = "both answers are the same"
    NO_MARKS = "no words of an answer are marked on this axis"
    NO_BETTER_TEXT = "words are marked, but no better text is known (see the mapping)"
    NOT_PUBLISHED = "the picture may not be published"
    GONE = "the picture is no longer in the data folder"


def barred(record: Record, form: Format, include_excluded: bool) -> LeftOut | None:
    """Why a vote may not be in a form's rows at all, whatever it says; None where it may. Raw rows bar nothing."""
    if form is Format.RAW:
        return None
    if not record.battle.blind:
        return LeftOut.NOT_BLIND
    if not record.battle.rated:
        return LeftOut.MARKED
    if record.excluded and not include_excluded:
        return LeftOut.EXCLUDED
    return None


AXIS_TITLES = {Axis.HALLUCINATION: "hallucination", Axis.INSTRUCTION: "instruction following"}
