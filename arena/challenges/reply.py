"""What a checker is given, and how it says what it found."""

from __future__ import annotations

from dataclasses import dataclass

from arena.challenges.facts import SceneFacts
from arena.challenges.verdicts import Finding, Verdict

NOTHING_KNOWN = SceneFacts()


@dataclass(frozen=True)
class Reply:
    """One answer, the language that the checker explains itself in, and what is known about the picture."""

    text: str
    language: str
    facts: SceneFacts = NOTHING_KNOWN

    def passes(self, en: str, zh: str) -> Finding:
        return self._say(Verdict.PASS, en, zh)

    def fails(self, en: str, zh: str) -> Finding:
        return self._say(Verdict.FAIL, en, zh)

    def undecided(self, en: str, zh: str) -> Finding:
        return self._say(Verdict.UNDECIDED, en, zh)

    def _say(self, verdict: Verdict, en: str, zh: str) -> Finding:
        return Finding(verdict, zh if self.language == "zh" else en)


def short(text: str, characters: int = 40) -> str:
    """A quotation that stays one line."""
    line = " ".join(text.split())
    return line if len(line) <= characters else line[: characters - 1] + "…"
