"""Training until it groks, and telling from the curves when it did.

The loop itself is given: `from exercises.kit.descent import descend`.
"""

from itertools import repeat
from typing import NamedTuple

import torch
from jaxtyping import Float64, Int64
from torch import Tensor

from exercises.kit.descent import descend

from .transformer import Weights, cross_entropy_high_precision, forward


class GrokkingRun(NamedTuple):
    """A trained model and its curves, one entry for each epoch that was recorded."""

    weights: Weights
    epochs: Int64[Tensor, "record"]
    train_loss: Float64[Tensor, "record"]
    test_loss: Float64[Tensor, "record"]
    train_accuracy: Float64[Tensor, "record"]
    test_accuracy: Float64[Tensor, "record"]


class Grok(NamedTuple):
    """When a model knew its training pairs, when it knew the others, and how long it took from one to the other."""

    memorised: int | None
    generalised: int | None
    delay: int | None


def train_grokking(
    weights: Weights,
    tokens: Int64[Tensor, "pairs 3"],
    labels: Int64[Tensor, "pairs"],
    train: Int64[Tensor, "train"],
    test: Int64[Tensor, "test"],
    *,
    epochs: int,
    learning_rate: float = 1e-3,
    weight_decay: float = 1.0,
    record_every: int = 10,
) -> GrokkingRun:
    """Full-batch AdamW (betas 0.9 and 0.98) on the rows `train`, starting from a copy of `weights`.

    Each epoch is one step on the mean `cross_entropy_high_precision` of all training rows at once; weight decay is the
    decoupled one of AdamW, on every weight. Epochs 0, record_every, 2 · record_every, … up to and including `epochs`
    are recorded: epoch e means after e steps, so entry 0 belongs to the weights as given. Recorded are loss and
    accuracy (share of rows whose largest logit is the label's) on the rows `train` and `test`; curves are float64,
    `epochs` int64, all [record]. The returned weights are float32 and need no gradient; those given stay as they are.
    Raises ValueError unless `epochs` is a multiple of `record_every`. Source: Nanda et al. 2023, section 3.
    """
    # region solution: return the GrokkingRun: the trained weights, and losses and accuracies on the way
    if epochs % record_every:
        raise ValueError(f"epochs ({epochs}) must be a multiple of record_every ({record_every}).")
    weights = {name: weight.detach().clone().requires_grad_() for name, weight in weights.items()}
    optimiser = torch.optim.AdamW(weights.values(), lr=learning_rate, weight_decay=weight_decay, betas=(0.9, 0.98))
    records = []

    def loss() -> Tensor:
        return cross_entropy_high_precision(forward(weights, tokens[train]).logits, labels[train])

    def record(epoch: int) -> None:
        records.append([epoch, *_evaluate(weights, tokens, labels, train, test)])

    descend(optimiser, repeat(loss, epochs), record, every=record_every)
    epoch_numbers, *curves = torch.tensor(records, dtype=torch.float64).T
    return GrokkingRun({name: weight.detach() for name, weight in weights.items()}, epoch_numbers.long(), *curves)
    # endregion


# region solution
def _evaluate(weights, tokens, labels, *splits) -> list[float]:
    """Losses of the splits, then their accuracies."""
    results = []
    for rows in splits:
        logits = forward(weights, tokens[rows]).logits
        accuracy = (logits.argmax(1) == labels[rows]).double().mean()
        results.append((cross_entropy_high_precision(logits, labels[rows]).item(), accuracy.item()))
    return [value for column in zip(*results, strict=True) for value in column]


# endregion


def detect_grok(
    epochs: Int64[Tensor, "record"],
    train_accuracy: Float64[Tensor, "record"],
    test_accuracy: Float64[Tensor, "record"],
    threshold: float = 0.99,
    patience: int = 3,
) -> Grok:
    """The epochs at which the model had memorised and had generalised, and the delay between them.

    For each curve: the first epoch of the first `patience` records in a row that are all at or above `threshold` (one
    lucky record is not enough; a spike later on does not matter). None where there is none. `delay` is `generalised`
    − `memorised`, None when either is None. Takes int64 [record] and two float [record]; the results are Python ints.
    Raises ValueError unless the three have the same length. Source: Power et al. 2022, section 3.1, for the phenomenon.
    """
    # region solution: return the Grok: when the model had memorised, when it had generalised, and the delay
    if not len(epochs) == len(train_accuracy) == len(test_accuracy):
        raise ValueError("The epochs and the two curves must have the same length.")

    def reached(curve: Tensor) -> int | None:
        if len(curve) < patience:
            return None
        lasting = (curve >= threshold).unfold(0, patience, 1).all(dim=1).nonzero()
        return int(epochs[lasting[0, 0]]) if len(lasting) else None

    memorised, generalised = reached(train_accuracy), reached(test_accuracy)
    delay = None if memorised is None or generalised is None else generalised - memorised
    return Grok(memorised, generalised, delay)
    # endregion
