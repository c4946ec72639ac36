"""What the hidden tests of step 05 share: random language models, text that their MLPs foresee, the shipped one."""

import functools

import pytest
import torch

from exercises.kit.step05.model import load_code_model, run_code_model
from exercises.kit.step05.python_source import token_rows


@pytest.fixture
def model(draw):
    """`model(…)`: weights drawn anew, of odd sizes, with an MLP that matters."""

    def make(vocab=13, d_model=8, heads=2, d_head=3, neurons=17, length=9):
        shapes = {"W_E": (vocab, d_model), "W_pos": (length, d_model), "W_O": (heads, d_head, d_model)}
        shapes |= dict.fromkeys(("W_Q", "W_K", "W_V"), (heads, d_model, d_head))
        shapes |= {"W_in": (d_model, neurons), "b_in": (neurons,), "W_out": (neurons, d_model), "b_out": (d_model,)}
        return {name: 0.45 * draw.normal(*shape) for name, shape in (shapes | {"W_U": (d_model, vocab)}).items()}

    return make


@pytest.fixture
def text(draw):
    """`text(weights, batch, length)`: tokens of which the MLP makes the next one more likely than it were without.

    Each is the one for which the MLP does most, or the second if that is nearly as good: so the MLP is worth much.
    """

    def grow(weights, batch=3, length=7):
        tokens = draw.integers(0, weights["W_U"].shape[1], batch, 1)
        for _ in range(length - 1):
            with_it = run_code_model(weights, tokens).logits[:, -1].log_softmax(-1)
            without = run_code_model(weights, tokens, torch.zeros_like).logits[:, -1].log_softmax(-1)
            worth, best = (with_it - without).topk(2)
            second = (worth[:, 1] > 0.6 * worth[:, 0]) & (draw.uniform(batch) < 0.5)
            tokens = torch.cat([tokens, best.gather(1, second[:, None].long())], dim=1)
        return tokens

    return grow


@pytest.fixture
def code_model():
    """The shipped model's weights."""
    return load_code_model()


@pytest.fixture
def held_out():
    """Eight rows of this Python's own library that the shipped model was not trained on."""
    return _held_out()


@functools.cache
def _held_out():
    rows = token_rows("held_out")
    return rows[:: len(rows) // 8][:8]
