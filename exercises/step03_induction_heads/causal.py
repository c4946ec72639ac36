"""Take parts away and see what breaks; and watch the parts appear in training."""

from collections.abc import Sequence
from typing import NamedTuple

from jaxtyping import Float32, Float64, Int64
from torch import Tensor

from .transformer import Weights


def ablate_heads(
    weights: Weights, tokens: Int64[Tensor, "batch position"], kind: str = "mean"
) -> Float32[Tensor, "layer head"]:
    """How much the loss on the second half rises when a head is taken away, for every head, one at a time.

    `tokens` are `repeated_tokens`, with BOS or without: L is half a row, rounded down. "zero": the head adds
    nothing. "mean": it adds, at every position, its mean output there over the batch, so that it says what it always
    says and nothing about this sequence. Entry [layer, head] is (loss with the head ablated) − (loss of the intact
    model), both the second of `half_losses`. Returns float32 [layer, head]. Raises ValueError for any other `kind`.
    Source: Olsson et al. 2022, "Ablations"; Wang et al. 2022 for the mean.
    """
    raise NotImplementedError("Return how much the loss on the second half rises without each head")


class Broken(NamedTuple):
    """Prefix-matching scores of the second layer's heads: as they are, and without one head of the first layer."""

    intact: Float32[Tensor, "second"]
    ablated: Float32[Tensor, "first second"]


def break_the_circuit(weights: Weights, tokens: Int64[Tensor, "batch position"]) -> Broken:
    """Does an induction head need a previous-token head? Take each head of the first layer away, and score the second.

    `tokens` are `repeated_tokens`, with BOS or without: L is half a row, rounded down. `intact` [head] holds the
    `prefix_matching_score` of every second-layer head, averaged over the batch; row i of `ablated` [head, head] holds
    the same while head i of the first layer adds its mean output over the batch at each position, nothing else being
    touched. Returns float32. Source: Olsson et al. 2022, argument 5; Elhage et al. 2021, "How induction heads work".
    """
    raise NotImplementedError(
        "Return the Broken: prefix matching of the second layer, intact and without each first-layer head"
    )


class Spared(NamedTuple):
    """Whether a head is missed; and the numbers that say so."""

    verdict: str  # "missed", "covered" or "idle"
    alone: float
    beside: float
    other: tuple[int, int]


def why_spared(
    weights: Weights, tokens: Int64[Tensor, "batch position"], layer: int, head: int, threshold: float = 0.1
) -> Spared:
    """A head can be taken away, and little happens: does it do nothing, or does another head cover for it?

    Heads are taken away as by `ablate_heads` with "mean" (the means are the intact model's), and costs are rises of the
    same loss, that of the second half of `tokens`. `alone`: what it costs to take this head away. With another head
    gone already it may cost more: (loss without both) − (loss when only the other has gone). `beside` is the largest
    such cost, over all other heads of the model, and `other` is the (layer, head) that it belongs to. `verdict`:
    "missed" if `alone` is at least `threshold`; if not, "covered" if `beside` is at least `threshold`; "idle" if
    neither is. Returns a str, two floats and two ints. The model has two heads or more. Source: this project, after
    Wang et al. 2022, "Completeness".
    """
    raise NotImplementedError("Return the Spared: the verdict, both costs, and the head that covers")


class PhaseChange(NamedTuple):
    """What a model can do and which heads it has, snapshot by snapshot."""

    first_half: Float64[Tensor, "snapshot"]
    second_half: Float64[Tensor, "snapshot"]
    previous_token: Float32[Tensor, "snapshot layer head"]
    prefix_matching: Float32[Tensor, "snapshot layer head"]


def phase_change(snapshots: Sequence[Weights], tokens: Int64[Tensor, "batch position"]) -> PhaseChange:
    """Losses and head scores of every snapshot of a model, in the order given.

    `tokens` are `repeated_tokens`, with BOS or without: L is half a row, rounded down. The `half_losses` are
    float64 [snapshot]; the scores, averaged over the batch, float32 [snapshot, layer, head]. The model may have any
    number of layers. Source: Olsson et al. 2022, argument 1: heads and loss change together.
    """
    raise NotImplementedError("Return the PhaseChange: both losses and both scores, for every snapshot")
