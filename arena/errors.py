"""What can go wrong in the arena. Every message says what came, what is allowed and what to do next."""

from collections.abc import Iterable


class ArenaError(Exception):
    """Base of every arena error; its text is written for the person at the page."""


class InstructionError(ArenaError):
    """The instruction is empty, too long, or not text."""


class PictureRefusedError(ArenaError):
    """The picture is missing, too large, or cannot be read."""


class NotEnoughModelsError(ArenaError):
    def __init__(self, count: int) -> None:
        super().__init__(f"A battle needs at least 2 different models; the line-up has {count}. Add a model.")


class UnknownBattleError(ArenaError):
    def __init__(self) -> None:
        super().__init__("There is no battle with this id. Start a new battle and judge that one.")


class NotYourBattleError(ArenaError):
    def __init__(self) -> None:
        super().__init__("This battle belongs to another visitor; only they can judge it. Start your own battle.")


class BattleMoveError(ArenaError):
    """A battle was asked to do what its state does not allow."""

    def __init__(self, move: str, state: str, allowed: Iterable[str]) -> None:
        super().__init__(
            f"This battle is {state}, so it cannot be {move}: that needs a battle that is {' or '.join(allowed)}."
            " Start a new battle."
        )


class TooManyTurnsError(ArenaError):
    def __init__(self, allowed: int) -> None:
        super().__init__(
            f"This battle has had {allowed} questions, which is as many as one may have."
            " Judge it, or start a new battle."
        )


class TurnsNotPossibleError(ArenaError):
    def __init__(self) -> None:
        super().__init__(
            "Further questions cannot be asked here: not every model of this line-up can read what was said before."
            " Judge this battle, or start a new one with the same picture."
        )


class NamedBattleError(ArenaError):
    """A battle of two chosen models that is not allowed here, or of models that cannot be meant."""


class AnswersNotReadyError(ArenaError):
    def __init__(self) -> None:
        super().__init__("Both answers must be complete before you judge them. Wait until both are written.")


class AlreadyVotedError(ArenaError):
    def __init__(self) -> None:
        super().__init__("This battle already has its one judgment, which stays as it is. Start the next battle.")


class BattleFailedError(ArenaError):
    def __init__(self, reason: str) -> None:
        super().__init__(f"This battle cannot be judged: {reason}. Start a new battle.")


class JudgmentError(ArenaError):
    """A judgment is missing, of an unknown axis, or has an unknown value."""


class RemarkError(ArenaError):
    """Marked words or a comment that cannot be meant."""


class DecisionError(ArenaError):
    """A decision about a vote or a voter that cannot be meant."""


class AnswerFailedError(ArenaError):
    def __init__(self) -> None:
        super().__init__(
            "One of the two models could not finish its answer, so this battle does not count."
            " Your picture and instruction are still here: start again."
        )


class StoreError(ArenaError):
    """The vote database cannot be read or written."""


class StorageFullError(StoreError):
    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} could not be saved because the server's disk is full. Nothing else is lost:"
            " wait until space is freed, then press the same button again."
        )
