"""What the public tests of step 05 share: a language model so small that its losses can be worked out by hand."""

import math

import pytest
import torch


@pytest.fixture
def counting():
    """Weights of a model that counts 0, 1, 2, 0, 1, 2, …, with its MLP alone.

    Token i switches on neuron i, at exactly 1, and no other. A neuron i that is on at s adds s · log 4 to the logit of
    the token that comes next, i + 1 (after 2 comes 0), and nothing else reaches the logits. So the next token has
    probability 4 / (4 + 1 + 1) = 2/3, and without the MLP 1/3. Two more dimensions of the stream do nothing.
    """
    return _counting()


def _counting(tokens=3, d_model=8, positions=6):
    eye = torch.eye(d_model)
    is_now, comes_next = eye[:tokens], eye[tokens : 2 * tokens]  # directions of the stream
    weights = {name: torch.zeros(1, d_model, 2) for name in ("W_Q", "W_K", "W_V")}
    weights |= {"W_O": torch.zeros(1, 2, d_model), "W_E": is_now.clone(), "W_pos": torch.zeros(positions, d_model)}
    weights |= {"W_in": is_now.T.clone(), "b_in": torch.zeros(tokens), "b_out": torch.zeros(d_model)}
    return weights | {"W_out": math.log(4) * comes_next.roll(-1, dims=0), "W_U": comes_next.T.clone()}
