"""Going on from a shared prefix where the cache is more than keys and values."""

from types import SimpleNamespace

import pytest
import torch

from models.prefix import continuations
from tests.models import tiny, tiny_towers

PREFIXES = [9, 5]  # tokens, of two prompts
RESTS = [(0, 4), (0, 7), (1, 4), (1, 2)]  # which prompt each goes on from, and with how many tokens


@pytest.fixture(scope="module")
def lfm2():
    """LFM2's language model: convolutions with a state of their own, and attention."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    model, _ = tiny_towers.lfm2_vl()
    tiny._enliven(model)
    tokenizer = SimpleNamespace(pad_token_id=0)
    return SimpleNamespace(
        model=model.eval(), device="cpu", dtype=torch.float32, processor=SimpleNamespace(tokenizer=tokenizer)
    )


def logits(model, **inputs):
    never = 1_000_000  # no token has this id
    options = {"do_sample": False, "max_new_tokens": 4, "eos_token_id": never, "pad_token_id": 0}
    made = model.generate(**inputs, **options, output_logits=True, return_dict_in_generate=True)
    return torch.stack(made.logits, dim=1)


@torch.inference_mode()
def test_convolutions_go_on_as_if_nothing_had_been_shared(lfm2):
    random = torch.Generator().manual_seed(1)
    prompts, rests = (
        [torch.randint(20, 200, (length,), generator=random).tolist() for length in lengths]
        for lengths in (PREFIXES, [length for _, length in RESTS])
    )
    prefix = {
        "input_ids": torch.tensor([prompts[0], [0] * 4 + prompts[1]]),
        "attention_mask": torch.tensor([[1] * 9, [0] * 4 + [1] * 5]),
    }
    done = []
    for rows, inputs in continuations(lfm2, prefix, rests, [prompt for prompt, _ in RESTS]):
        for row, shared in zip(rows, logits(lfm2.model, **inputs), strict=True):
            alone = torch.tensor([prompts[RESTS[row][0]] + rests[row]])
            expected = logits(lfm2.model, input_ids=alone, attention_mask=torch.ones_like(alone))[0]
            torch.testing.assert_close(shared, expected, atol=1e-5, rtol=0)
        done.append(rows)
    assert done == [[3], [0, 2], [1]]  # only what is equally long goes on together, so that no padding is between
