"""Training on repeated tokens, until the second half is no surprise any more.

The loop itself is given: `from exercises.kit.descent import descend`.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from jaxtyping import Float64, Int64
from torch import Tensor

from .transformer import Activations, Weights, attention_only_forward


class InductionRun(NamedTuple):
    """A trained model and its curves, one entry for each step that was recorded."""

    weights: Weights
    steps: Int64[Tensor, "record"]
    first_half: Float64[Tensor, "record"]
    second_half: Float64[Tensor, "record"]


def train_induction_model(
    weights: Weights,
    batches: Iterable[Int64[Tensor, "_batch _position"]],
    test: Int64[Tensor, "batch position"],
    *,
    learning_rate: float = 1e-2,
    weight_decay: float = 0.1,
    record_every: int = 25,
    forward: Callable[[Weights, Tensor], Activations] = attention_only_forward,
) -> InductionRun:
    """AdamW (betas 0.9 and 0.99) on one batch after the other, starting from a copy of `weights`.

    Each step lowers the mean of `per_position_loss` over all positions of one batch, of every round: nobody tells
    the model where the repetition begins. Steps 0, record_every, 2 · record_every, … are recorded, up to and including
    the number of batches where that is a multiple: step s means after s batches. Recorded are the `half_losses` on
    `test`, int64 [batch, 1 + 2L] with BOS (L follows from its shape). Curves are float64, `steps` int64, all [record].
    The returned weights are float32 and need no gradient; those given stay as they are. `forward` computes the
    activations. Source: Olsson et al. 2022, "Training curves"; sizes and settings are this project's.
    """
    raise NotImplementedError("Return the InductionRun: the trained weights, and the losses of both halves on the way")
