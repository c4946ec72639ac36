"""Weights made by hand that add modulo p."""

import math

import pytest
import torch

from autograder import exercise, expect

NAMES = {"W_E", "W_pos", "W_Q", "W_K", "W_V", "W_O", "W_in", "W_out", "W_U"}


def logits(weights, p):
    """The model's last position, written once more, so that only the weights count."""
    pair = torch.arange(p * p)
    tokens = torch.stack([pair // p, pair % p, torch.full_like(pair, p)], 1)
    x = weights["W_E"][tokens] + weights["W_pos"]
    query = torch.einsum("bd,hde->bhe", x[:, 2], weights["W_Q"])
    keys, values = (torch.einsum("btd,hde->bhte", x, weights[name]) for name in ("W_K", "W_V"))
    pattern = (torch.einsum("bhe,bhte->bht", query, keys) / query.shape[-1] ** 0.5).softmax(-1)
    mixed = torch.einsum("bht,bhte,hed->bd", pattern, values, weights["W_O"])
    stream = x[:, 2] + mixed
    return (stream + (stream @ weights["W_in"]).relu() @ weights["W_out"]) @ weights["W_U"], (pair // p + pair % p) % p


@exercise("02.clock_model")
def test_the_nine_weights_fit_together(learner):
    weights = learner.clock.clock_model(7, torch.tensor([1, 2, 3]))
    expect(sorted(weights), "names of the weights").to_equal(sorted(NAMES))
    heads, d_model, d_head = weights["W_Q"].shape
    d_mlp = weights["W_in"].shape[1]
    expect(d_model, "d_model").to_be_at_most(512)
    expect(d_mlp, "d_mlp").to_be_at_most(2048)
    shapes = {"W_E": (8, d_model), "W_pos": (3, d_model), "W_O": (heads, d_head, d_model), "W_U": (d_model, 7)}
    shapes |= {"W_K": (heads, d_model, d_head), "W_V": (heads, d_model, d_head), "W_out": (d_mlp, d_model)}
    for name, shape in shapes.items():
        expect(weights[name], name).to_have_shape(*shape)
        expect(weights[name], name).to_be_finite()


@exercise("02.clock_model")
@pytest.mark.parametrize("p", [3, 5, 11, 29, 53])
def test_every_answer_is_right(learner, p):
    frequencies = torch.arange(1, p // 2 + 1)[:5]
    z, labels = logits(learner.clock.clock_model(p, frequencies), p)
    expect((z.argmax(1) == labels).double().mean().item(), f"accuracy on all {p * p} pairs").to_equal(1.0)


@exercise("02.clock_model")
def test_two_numbers_are_a_clock_too(learner):
    z, labels = logits(learner.clock.clock_model(2, torch.tensor([1])), 2)
    expect((z.argmax(1) == labels).double().mean().item(), "accuracy for p = 2").to_equal(1.0)


@exercise("02.clock_model")
def test_the_logits_are_cosines_of_the_given_frequencies(learner):
    p, frequencies = 31, torch.tensor([3, 7, 8, 14])
    z, labels = logits(learner.clock.clock_model(p, frequencies), p)
    z = z - z.mean(1, keepdim=True)
    difference = labels[:, None] - torch.arange(p)
    waves = torch.stack([(2 * math.pi * k / p * difference).cos() for k in frequencies.tolist()])
    explained = ((waves * z).sum((1, 2)).square() / (p**3 / 2)).sum() / z.square().sum()
    expect(explained.item(), "fraction of the logits' variance that is Σ α cos w(a + b − c)").to_be_at_least(0.7)
