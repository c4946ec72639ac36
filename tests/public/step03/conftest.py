"""What the public tests of step 03 share: models of any size, tokens that repeat, and a circuit made by hand."""

import pytest
import torch


@pytest.fixture
def model():
    """`model(seed, …)`: random weights."""
    return _model


@pytest.fixture
def twice():
    """`twice(half, batch)`: BOS (token 9), `half` of the tokens 0 … 8, and the same again."""
    return _twice


@pytest.fixture
def circuit():
    """Weights of an induction circuit made by hand, for the tokens of `twice`: no training."""
    return _circuit


def _model(seed=0, layers=2, heads=3, d_model=8, d_head=4, vocab=10, length=13):
    generator = torch.Generator().manual_seed(seed)
    shapes = {"W_E": (vocab, d_model), "W_pos": (length, d_model), "W_U": (d_model, vocab)}
    shapes |= dict.fromkeys(("W_Q", "W_K", "W_V"), (layers, heads, d_model, d_head))
    shapes |= {"W_O": (layers, heads, d_head, d_model)}
    return {name: torch.randn(shape, generator=generator) / 2 for name, shape in shapes.items()}


def _twice(half=5, batch=4, bos=True):
    generator = torch.Generator().manual_seed(half)
    once = torch.rand(batch, 9, generator=generator).argsort(dim=1)[:, :half]
    return torch.cat([torch.full((batch, int(bos)), 9), once, once], dim=1)


def _circuit(length=13, strength=30.0):
    """Stream: 10 dimensions for the token, 10 for the token before it, 13 to write what comes next, or a position."""
    eye, tokens, before, rest = torch.eye(33), slice(0, 10), slice(10, 20), slice(20, 33)
    weights = {name: torch.zeros(2, 2, 33, 13) for name in ("W_Q", "W_K", "W_V")}
    weights |= {"W_O": torch.zeros(2, 2, 13, 33), "W_E": eye[tokens].clone(), "W_pos": eye[rest][:length].clone()}
    weights["W_Q"][0, 0, rest] = strength * torch.eye(13)  # head 0.0: key = query − 1
    weights["W_K"][0, 0, rest] = torch.eye(13).roll(1, dims=1)
    weights["W_V"][0, 0, tokens, :10] = weights["W_O"][0, 0, :10, before] = torch.eye(10)
    weights["W_Q"][1, 1, tokens, :10] = strength * torch.eye(10)  # head 1.1: the token before the key is the query's
    weights["W_K"][1, 1, before, :10] = torch.eye(10)
    weights["W_V"][1, 1, tokens, :10] = torch.eye(10)
    weights["W_O"][1, 1, :10, rest] = 12 * torch.eye(13)[:10]
    return weights | {"W_U": eye[:, rest][:, :10].contiguous()}
