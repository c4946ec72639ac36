"""What the hidden tests of step 03 share: random models, random repeated tokens, and the shipped runs."""

import functools

import pytest
import torch

from exercises.kit.step03.model import ShippedRuns, load_runs


@pytest.fixture
def model(draw):
    """`model(…)`: weights drawn anew, of odd sizes."""

    def make(layers=2, heads=3, d_model=10, d_head=4, vocab=13, length=21, scale=0.35):
        shapes = {"W_E": (vocab, d_model), "W_pos": (length, d_model), "W_U": (d_model, vocab)}
        shapes |= dict.fromkeys(("W_Q", "W_K", "W_V"), (layers, heads, d_model, d_head))
        shapes |= {"W_O": (layers, heads, d_head, d_model)}
        return {name: scale * draw.normal(*shape) for name, shape in shapes.items()}

    return make


@pytest.fixture
def twice(draw):
    """`twice(half, …)`: BOS and `half` different tokens, twice."""

    def make(half=7, batch=5, vocab=13, bos=True):
        once = torch.stack([draw.permutation(vocab - 1)[:half] for _ in range(batch)])
        return torch.cat([torch.full((batch, int(bos)), vocab - 1), once, once], dim=1)

    return make


@pytest.fixture
def patterns(draw):
    """`patterns(t, …)`: random causal patterns [*rest, t, t]."""

    def make(t, *rest):
        scores = 2 * draw.normal(*rest, t, t)
        return scores.masked_fill(torch.ones(t, t).triu(1).bool(), -torch.inf).softmax(-1)

    return make


@pytest.fixture
def runs() -> ShippedRuns:
    return _runs()


@functools.cache
def _runs() -> ShippedRuns:
    return load_runs()
