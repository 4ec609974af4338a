"""The samples of lmms-eval: what it writes for MME with --log_samples, one JSON object a line for each question.

Read in the shapes of its versions (answers in lists or bare, the misspelt `mme_percetion_score`, one JSON file with
`logs`), and written in the one that all of them and most scripts know.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmark.errors import RecordError
from benchmark.parsing import Parser
from benchmark.prompt_styles import PromptStyle, styled
from benchmark.recorded import AnswerRow, Recorded, pair_up
from benchmark.scoring import Response, verdict
from benchmark.subtasks import Group, find_subtask

_SCORE_KEYS = ("mme_perception_score", "mme_cognition_score", "mme_percetion_score")


def sample_lines(
    pairs: Iterable[tuple[Response, Response]], style: PromptStyle = PromptStyle.OFFICIAL
) -> Iterator[str]:
    """One line for each response, scored by lmms-eval's own rule; `style` is the wording in which it was asked."""
    for number, response in enumerate(response for pair in pairs for response in pair):
        yield json.dumps(_sample(number, response, style)) + "\n"


def _sample(number: int, response: Response, style: PromptStyle) -> dict[str, Any]:
    truth = response.truth.value.capitalize()
    question_id = f"{response.subtask}/{response.image}"
    perception = find_subtask(response.subtask).group is Group.PERCEPTION
    right = verdict(response, Parser.LMMS_EVAL) == response.truth
    doc = {
        "question_id": question_id,
        "question": response.question,
        "answer": truth,
        "category": response.subtask,
    }
    return {
        "doc_id": number,
        "target": truth,
        "filtered_resps": [response.response],
        "doc_hash": hashlib.sha256(json.dumps(doc).encode()).hexdigest(),
        "mme_perception_score" if perception else "mme_cognition_score": {
            "question_id": question_id,
            "category": response.subtask,
            "score": float(right),
        },
        "input": styled(response.question, style),
    }


def read_samples(path: Path) -> Recorded:
    """Read a samples file. Raises RecordError naming the line, or the image that lacks an answer."""
    path, found = Path(path), {}
    for where, sample in _samples(path):
        number, row = _row(sample, where)
        if number in found:
            raise RecordError(f"{where}: doc_id {number} is there a second time")
        found[number] = row
    if not found:
        raise RecordError(f"{path.name} holds no samples")
    return Recorded.of(path, pair_up(found[number] for number in sorted(found)))


def _samples(path: Path) -> Iterator[tuple[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RecordError(f"{path.name} cannot be read as UTF-8 text ({error})") from None
    if path.suffix.lower() == ".json":
        try:
            logs = json.loads(text)["logs"]
            yield from ((f"{path.name}, sample {number}", sample) for number, sample in enumerate(logs, start=1))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise RecordError(
                f"{path.name} is no samples file of lmms-eval ({error!r}): it has no list `logs`"
            ) from None
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            where = f"{path.name}, line {number}"
            try:
                yield where, json.loads(line)
            except (ValueError, RecursionError) as error:
                raise RecordError(f"{where} is no JSON ({error}); the file may be cut off") from None


def _row(sample: Any, where: str) -> tuple[int, AnswerRow]:
    if not isinstance(sample, Mapping):
        raise RecordError(f"{where}: expected a JSON object, got {type(sample).__name__}")
    doc = sample.get("doc") if isinstance(sample.get("doc"), Mapping) else {}
    scored = next((sample[key] for key in _SCORE_KEYS if isinstance(sample.get(key), Mapping)), {})
    facts = {**scored, **doc}
    missing = [name for name in ("question_id", "category") if not isinstance(facts.get(name), str)]
    if missing:
        raise RecordError(
            f"{where} has no {' and no '.join(missing)}: these are not samples of the task mme "
            f"(expected {_SCORE_KEYS[0]} or {_SCORE_KEYS[1]})"
        )
    number = sample.get("doc_id")
    if not isinstance(number, int):
        raise RecordError(f"{where}: doc_id is {number!r}; expected a whole number")
    truth = sample.get("target", facts.get("answer"))
    question = facts.get("question", sample.get("input"))
    response = _said(sample.get("filtered_resps", sample.get("resps")))
    if not isinstance(truth, str) or response is None:
        raise RecordError(f"{where} lacks {'target' if response is not None else 'filtered_resps'}")
    text = question if isinstance(question, str) else ""
    return number, AnswerRow(facts["category"], facts["question_id"], text, truth, response, where)


def _said(value: Any) -> str | None:
    """The answer within as many lists as the version had."""
    while isinstance(value, list) and value:
        value = value[0]
    return value if isinstance(value, str) else None
