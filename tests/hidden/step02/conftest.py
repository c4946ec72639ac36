"""What the hidden tests of step 02 share, computed once: the shipped run, and training written out."""

import functools
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from exercises.kit.step02.model import ShippedRun, load_run
from reference.step02_grokking.data import modular_addition_data
from reference.step02_grokking.transformer import Activations, forward


@pytest.fixture
def run() -> ShippedRun:
    return _run()


@pytest.fixture
def trained() -> Activations:
    """Logits, neurons and attention of the shipped model on all pairs."""
    return _trained()


@functools.cache
def _run() -> ShippedRun:
    return load_run()


@functools.cache
def _trained() -> Activations:
    with torch.no_grad():
        return forward(_run().weights, modular_addition_data(_run().p)[0])


@pytest.fixture
def adamw_by_hand() -> Callable[..., tuple[Tensor, Tensor, float]]:
    """AdamW (and Grokfast's filter) as the papers write them: (train loss, test loss, final sum of squares)."""
    return _adamw


def _adamw(
    given, tokens, labels, *splits, epochs, learning_rate, record_every, weight_decay=1.0, alpha=0.0, strength=0.0
):
    weights = {name: weight.clone().requires_grad_() for name, weight in given.items()}
    parameters = list(weights.values())
    first, second, slow = ([torch.zeros_like(p) for p in parameters] for _ in range(3))
    records = []
    for epoch in range(epochs + 1):
        losses = [
            torch.nn.functional.cross_entropy(forward(weights, tokens[rows]).logits.double(), labels[rows])
            for rows in splits
        ]
        if epoch % record_every == 0:
            records.append([loss.item() for loss in losses])
        if epoch == epochs:
            break
        for i, gradient in enumerate(torch.autograd.grad(losses[0], parameters)):
            slow[i] = alpha * slow[i] + (1 - alpha) * gradient if epoch else gradient
            gradient = gradient + strength * slow[i]
            first[i] = 0.9 * first[i] + 0.1 * gradient
            second[i] = 0.98 * second[i] + 0.02 * gradient**2
            step = first[i] / (1 - 0.9 ** (epoch + 1)) / ((second[i] / (1 - 0.98 ** (epoch + 1))).sqrt() + 1e-8)
            with torch.no_grad():
                parameters[i] *= 1 - learning_rate * weight_decay
                parameters[i] -= learning_rate * step
    train_loss, test_loss = torch.tensor(records, dtype=torch.float64).T
    return train_loss, test_loss, sum(p.double().square().sum().item() for p in parameters)
