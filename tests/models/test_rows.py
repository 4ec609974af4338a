import pytest
import torch

from models.rows import Rows

END, PAD = 1, 0


class Bytes:
    """A tokenizer whose tokens are bytes; the two lowest are special."""

    def decode(self, ids, skip_special_tokens):
        assert skip_special_tokens
        return bytes(token for token in ids if token > END).decode("utf-8", errors="replace")


def generate(rows, answers, prompt=3, limit=50):
    """What transformers' generate does with a criterion: one token a row, PAD once a row has ended."""
    sequences = torch.full((len(answers), prompt), ord("p"))
    ended = torch.zeros(len(answers), dtype=torch.bool)
    for step in range(limit):
        tokens = [PAD if over else answer[step] for answer, over in zip(answers, ended, strict=True)]
        sequences = torch.cat([sequences, torch.tensor(tokens)[:, None]], dim=1)
        ended |= rows(sequences, None) | (sequences[:, -1] == END)
        if ended.all():
            break
    return rows.texts(sequences)


def said(text):
    return [*text.encode(), END]


@pytest.mark.parametrize("stop", [None, lambda text: False])
def test_each_row_ends_at_its_own_end(stop):
    rows = Rows(Bytes(), {END}, stop, lambda: False)
    assert generate(rows, [said("yes"), said("多少個？"), said("")]) == ["yes", "多少個？", ""]


@pytest.mark.parametrize("stop", [None, lambda text: False])
def test_half_a_character_at_the_end_is_dropped(stop):
    rows = Rows(Bytes(), {END}, stop, lambda: False)
    assert generate(rows, [[*"ok🐕".encode()[:4], END], said("no")]) == ["ok", "no"]


def test_stop_sees_whole_characters_of_rows_that_go_on():
    seen = []
    rows = Rows(Bytes(), {END}, lambda text: seen.append(text) or text == "é", lambda: False)
    assert generate(rows, [said("éa"), said("no")]) == ["é", "no"]
    assert seen == ["", "n", "é", "no"]  # a row that has ended is not asked about again


def test_a_prompt_of_no_tokens_is_fine():
    assert generate(Rows(Bytes(), {END}, None, lambda: False), [said("yes")], prompt=0) == ["yes"]


def test_the_last_token_allowed_is_part_of_the_answer():
    assert generate(Rows(Bytes(), {END}, None, lambda: False), [said("yes")], limit=2) == ["ye"]
    assert generate(Rows(Bytes(), {END}, lambda text: False, lambda: False), [said("yes")], limit=2) == ["ye"]


def test_cancelling_ends_all_rows():
    asked = iter([False, False, True])
    rows = Rows(Bytes(), {END}, None, lambda: next(asked))
    assert generate(rows, [said("a dog"), said("a cat")]) == ["a d", "a c"]


@pytest.mark.parametrize("stop", [None, lambda text: text == "a dog, and"])
def test_a_text_that_ends_answers_ends_each_row(stop):
    rows = Rows(Bytes(), {END}, stop, lambda: False, last="###")
    assert generate(rows, [said("yes###Human"), said("a # b"), said("no##")]) == ["yes", "a # b", "no##"]
