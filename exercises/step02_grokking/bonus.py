"""Bonus: what amplifying slow gradients does to the plateau, clock or pizza, and the clock that turns backwards.

To train: `from exercises.kit.descent import descend`.
"""

from typing import NamedTuple

from jaxtyping import Float32, Float64, Int64
from torch import Tensor

from .training import GrokkingRun
from .transformer import Weights


def grokfast_filter(
    gradient: Tensor, average: Tensor | None, alpha: float = 0.98, strength: float = 2.0
) -> tuple[Tensor, Tensor]:
    """Amplify what stays in a gradient from step to step; returns (filtered gradient, new average).

    The average is exponential: α · average + (1 − α) · gradient, and the first gradient itself where `average` is None.
    The filtered gradient is gradient + strength · (new average). All have the gradient's shape and dtype; the inputs
    stay as they are. Source: Lee et al. 2024, "Grokfast: accelerated grokking by amplifying slow gradients", alg. 2.
    """
    raise NotImplementedError("Return the filtered gradient, and the new average")


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
    raise NotImplementedError("Return the GrokkingRun of a training in which every gradient is filtered")


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
    raise NotImplementedError("Return the Hand: mean right logit for each distance, spread and irrelevance")


def modular_subtraction_data(p: int) -> tuple[Int64[Tensor, "pairs 3"], Int64[Tensor, "pairs"]]:
    """As `modular_addition_data`, but for a − b: the labels are (a − b) mod p, from 0 to p − 1, never negative.

    Returns int64 [p², 3] and int64 [p²], in the same order of rows.
    """
    raise NotImplementedError("Return the tokens of all p² questions a − b, and their answers")


def subtraction_clock(p: int, frequencies: Int64[Tensor, "key"]) -> Weights:
    """`clock_model` for a − b: weights for `forward` that answer all p² questions of `modular_subtraction_data`.

    Subtracting b turns the hand back: b's hand is (cos wb, −sin wb). But W_E has one row for b, whichever place it
    stands in. Returns the nine float32 weights; `frequencies` as in `clock_model`, p an odd prime.
    """
    raise NotImplementedError("Return weights that answer all p² questions a − b")
