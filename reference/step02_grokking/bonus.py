"""Bonus: what amplifying slow gradients does to the plateau, clock or pizza, and the clock that turns backwards.

To train: `from exercises.kit.descent import descend`.
"""

from itertools import repeat
from typing import NamedTuple

import torch
from jaxtyping import Float32, Float64, Int64
from torch import Tensor

from exercises.kit.descent import descend

from .clock import _clock
from .training import GrokkingRun
from .transformer import Weights, cross_entropy_high_precision, forward


def grokfast_filter(
    gradient: Tensor, average: Tensor | None, alpha: float = 0.98, strength: float = 2.0
) -> tuple[Tensor, Tensor]:
    """Amplify what stays in a gradient from step to step; returns (filtered gradient, new average).

    The average is exponential: α · average + (1 − α) · gradient, and the first gradient itself where `average` is None.
    The filtered gradient is gradient + strength · (new average). All have the gradient's shape and dtype; the inputs
    stay as they are. Source: Lee et al. 2024, "Grokfast: accelerated grokking by amplifying slow gradients", alg. 2.
    """
    # region solution: return the filtered gradient, and the new average
    average = gradient.clone() if average is None else alpha * average + (1 - alpha) * gradient
    return gradient + strength * average, average
    # endregion


def train_grokfast(
    weights: Weights,
    tokens: Int64[Tensor, "pairs 3"],
    labels: Int64[Tensor, "pairs"],
    train: Int64[Tensor, "train"],
    test: Int64[Tensor, "test"],
    *,
    epochs: int,
    learning_rate: float = 1e-3,
    weight_decay: float = 1.0,
    alpha: float = 0.98,
    strength: float = 2.0,
    record_every: int = 10,
) -> GrokkingRun:
    """`train_grokking`, with every weight's gradient sent through `grokfast_filter` before AdamW sees it.

    Everything else is as there: arguments, records, returned weights, errors. With strength = 0 it is `train_grokking`.
    Where does the plateau go? It need not get shorter. Source: Lee et al. 2024, section 3.
    """
    # region solution: return the GrokkingRun of a training in which every gradient is filtered
    if epochs % record_every:
        raise ValueError(f"epochs ({epochs}) must be a multiple of record_every ({record_every}).")
    weights = {name: weight.detach().clone().requires_grad_() for name, weight in weights.items()}
    optimiser = torch.optim.AdamW(weights.values(), lr=learning_rate, weight_decay=weight_decay, betas=(0.9, 0.98))
    averages: dict[str, Tensor | None] = dict.fromkeys(weights)
    records = []

    def loss() -> Tensor:
        return cross_entropy_high_precision(forward(weights, tokens[train]).logits, labels[train])

    def record(epoch: int) -> None:
        results = [_loss_and_accuracy(weights, tokens[rows], labels[rows]) for rows in (train, test)]
        records.append([epoch, results[0][0], results[1][0], results[0][1], results[1][1]])

    def filter_gradients() -> None:
        for name, weight in weights.items():
            weight.grad, averages[name] = grokfast_filter(weight.grad, averages[name], alpha, strength)

    descend(optimiser, repeat(loss, epochs), record, every=record_every, change_gradients=filter_gradients)
    epoch_numbers, *curves = torch.tensor(records, dtype=torch.float64).T
    return GrokkingRun({name: weight.detach() for name, weight in weights.items()}, epoch_numbers.long(), *curves)
    # endregion


# region solution
def _loss_and_accuracy(weights: Weights, tokens: Tensor, labels: Tensor) -> tuple[float, float]:
    logits = forward(weights, tokens).logits
    loss = cross_entropy_high_precision(logits, labels).item()
    return loss, (logits.argmax(1) == labels).double().mean().item()


# endregion


class Hand(NamedTuple):
    """How long the clock's hand is: the logit of the right answer, and what it depends on."""

    by_distance: Float64[Tensor, "p"]
    spread: float
    irrelevance: float


def distance_irrelevance(logits: Float32[Tensor, "pairs p"]) -> Hand:
    """Clock or pizza: does the logit of the right answer depend on how far b is from a?

    The right logit of a pair is that of (a + b) mod p, and its distance is d = b − a (mod p). `by_distance` [p] is the
    mean of the right logit over all a, for d = 0 … p − 1. `irrelevance` is how much it still varies when d is known:
    the mean over d of its standard deviation over a, divided by its standard deviation over all pairs. `spread` is the
    latter divided by the mean over all pairs: a large part of hardly any variation means little. Standard deviations
    divide by the number of values (not by one less). A hand whose length is |cos(w(a − b)/2)|, a pizza's, has a low
    irrelevance and a large spread. Takes float32 [p², p], pairs as in `modular_addition_data`; returns float64 [p] and
    two floats, computed in float64. Source: Zhong et al. 2023, The clock and the pizza, "distance irrelevance".
    """
    # region solution: return the Hand: mean right logit for each distance, spread and irrelevance
    p = logits.shape[1]
    a, d = torch.arange(p)[:, None], torch.arange(p)
    b = (a + d) % p
    right = logits[a * p + b, (a + b) % p].double()  # [a, d]
    deviation = right.std(correction=0)
    irrelevance = right.std(0, correction=0).mean() / deviation
    return Hand(right.mean(0), (deviation / right.mean()).item(), irrelevance.item())
    # endregion


def modular_subtraction_data(p: int) -> tuple[Int64[Tensor, "pairs 3"], Int64[Tensor, "pairs"]]:
    """As `modular_addition_data`, but for a − b: the labels are (a − b) mod p, from 0 to p − 1, never negative.

    Returns int64 [p², 3] and int64 [p²], in the same order of rows.
    """
    # region solution: return the tokens of all p² questions a − b, and their answers
    a, b = torch.arange(p * p) // p, torch.arange(p * p) % p
    return torch.stack([a, b, torch.full_like(a, p)], dim=1), (a - b) % p
    # endregion


def subtraction_clock(p: int, frequencies: Int64[Tensor, "key"]) -> Weights:
    """`clock_model` for a − b: weights for `forward` that answer all p² questions of `modular_subtraction_data`.

    Subtracting b turns the hand back: b's hand is (cos wb, −sin wb). But W_E has one row for b, whichever place it
    stands in. Returns the nine float32 weights; `frequencies` as in `clock_model`, p an odd prime.
    """
    # region solution: return weights that answer all p² questions a − b
    return _clock(p, frequencies, turn=-1.0)
    # endregion
