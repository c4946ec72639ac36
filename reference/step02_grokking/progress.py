"""Progress measures: what the weights are up to while the test loss shows nothing."""

from typing import NamedTuple

import torch
from jaxtyping import Float32, Float64, Int64
from torch import Tensor

from .logits import project_onto_frequency
from .transformer import Weights, cross_entropy_high_precision


def restricted_loss(logits: Float32[Tensor, "pairs p"], frequencies: Int64[Tensor, "key"]) -> float:
    """The loss of a model that has only the key frequencies: lower than the full loss once the rest is mere noise.

    Keep of `logits`, float32 [p², p], only the sum over `frequencies` of `project_onto_frequency`. Then correct the
    bias: shift every column so that its mean over all pairs is that of the original logits (the projections took the
    constant away, which is a different thing from noise). Returns the mean cross-entropy (float64 inside) over *all*
    p² pairs, trained on or not, with labels (a + b) mod p, as a float. Takes int64 [key].
    Source: Nanda et al. 2023, section 5.1, and the authors' code.
    """
    # region solution: return the loss on all pairs of a model that has only the key frequencies
    kept = torch.stack([project_onto_frequency(logits, int(k)) for k in frequencies]).sum(0)
    corrected = kept + (logits - kept).mean(0)
    return cross_entropy_high_precision(corrected, _labels(logits)).item()
    # endregion


def excluded_loss(
    logits: Float32[Tensor, "pairs p"], frequencies: Int64[Tensor, "key"], train: Int64[Tensor, "train"]
) -> Float64[Tensor, "key"]:
    """The training loss of a model that lacks one key frequency, for each of them: high once it relies on them.

    Entry i: subtract `project_onto_frequency` of frequencies[i], and only that, from `logits`, float32 [p², p]; no bias
    correction; then the mean cross-entropy (float64 inside) over the rows `train`, with labels (a + b) mod p. A model
    that merely memorised would not miss a wave. The projection is taken over all pairs, the loss only over the training
    rows. Takes int64 [key] and [train]; returns float64 [key]. Source: Nanda et al. 2023, section 5.1, and the authors'
    code.
    """
    # region solution: return the training loss of a model that lacks one key frequency, for each of them
    labels = _labels(logits)[train]
    losses = [
        cross_entropy_high_precision((logits - project_onto_frequency(logits, int(k)))[train], labels)
        for k in frequencies
    ]
    return torch.stack(losses)
    # endregion


# region solution
def _labels(logits: Tensor) -> Tensor:
    p, pair = logits.shape[1], torch.arange(logits.shape[0])
    return (pair // p + pair % p) % p


# endregion


class Needed(NamedTuple):
    """The key frequency that the model can spare least, and whether it can do with that one alone."""

    frequency: int
    without: float
    alone: float
    enough: bool


def most_needed_frequency(logits: Float32[Tensor, "pairs p"], frequencies: Int64[Tensor, "key"]) -> Needed:
    """Does one wave do the work, the others being decoration, or does it take several? The choice, and the evidence.

    `without` is the loss on *all* p² pairs when one key frequency is taken away as in `excluded_loss`; of all key
    frequencies `frequency` is the one for which it is largest (the first of equals). `alone` is the `restricted_loss`
    when that frequency is all that is left. `enough`: the loss is lower with it alone than with all but it, `alone` <
    `without`. Takes `logits` float32 [p², p] and int64 [key]; returns an int, two floats and a bool. Source: this
    project, with the measures of Nanda et al. 2023, section 5.1.
    """
    # region solution: return the Needed: the frequency, the loss without it and with it alone, and which is lower
    without = excluded_loss(logits, frequencies, torch.arange(len(logits)))
    most = int(without.argmax())
    lost, alone = without[most].item(), restricted_loss(logits, frequencies[most : most + 1])
    return Needed(int(frequencies[most]), lost, alone, alone < lost)
    # endregion


def weight_norm(weights: Weights) -> float:
    """The sum of the squares of all weights, with no root, as a float: weight decay pulls it down. Source: figure 6."""
    # region solution: return the sum of the squares of all weights
    return sum(weight.double().square().sum().item() for weight in weights.values())
    # endregion


class Phases(NamedTuple):
    """The epochs at which memorisation, circuit formation and clean-up end; None for what has not ended."""

    memorisation_end: int
    circuit_formation_end: int | None
    cleanup_end: int | None


def training_phases(
    epochs: Int64[Tensor, "record"],
    test_loss: Float64[Tensor, "record"],
    excluded: Float64[Tensor, "record"],
    norm: Float64[Tensor, "record"],
) -> Phases:
    """Where one phase of training gives way to the next, read off test loss, mean excluded loss and weight norm.

    Clean-up begins when the test loss falls: circuit formation ends at the last record whose test loss is at least half
    of the curve's maximum (None if that is the last record of all). Clean-up ends when the answers are right and the
    weights have stopped shrinking: at the first record after that whose test loss is at most 1 % of the maximum and
    whose `norm` is at most 1.05 times that of the last record (None if there is none, or if it is the last record
    itself, after which nobody knows, or if circuit formation has not ended). Memorisation ends where `excluded` is
    least among the records up to and including the end of circuit formation (all, if that is None; the first of
    equals): from there on, taking a key frequency away hurts more and more. Takes int64 [record] and three float
    [record] (`excluded` is the mean over key frequencies of `excluded_loss`, `norm` is `weight_norm`); returns Python
    ints. Source: Nanda et al. 2023, section 5.2, where the phases are told by eye: 1,400, 9,400 and 14,000 epochs.
    """
    # region solution: return the Phases: the epochs at which the three end, None for what has not ended
    high = int((test_loss >= test_loss.max() / 2).nonzero()[-1])
    settled = (test_loss <= test_loss.max() / 100) & (norm <= 1.05 * norm[-1])
    clean = settled[high + 1 : -1].nonzero()
    memorised = int(excluded[: high + 1].argmin())
    return Phases(
        int(epochs[memorised]),
        int(epochs[high]) if high + 1 < len(epochs) else None,
        int(epochs[high + 1 + clean[0]]) if len(clean) else None,
    )
    # endregion
