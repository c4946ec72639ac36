"""Gradients: which way the loss grows; and Adam, which steps the other way with a step of its own for each weight."""

from typing import NamedTuple

from jaxtyping import Float
from torch import Tensor


class AdamState(NamedTuple):
    """What Adam carries from one step to the next: the weights and two running means, all of one shape."""

    w: Tensor
    mean: Tensor  # of the gradient; 0 before the first step
    square: Tensor  # of the gradient's square; 0 before the first step


def squares_gradient(
    w: Float[Tensor, "feature"], x: Float[Tensor, "batch feature"], y: Float[Tensor, "batch"]
) -> Float[Tensor, "feature"]:
    """The gradient with respect to `w` of the mean over the batch of (x · w − y)², by hand: no autograd.

    Takes float [feature], [batch, feature] and [batch]; returns float [feature], in units of loss for each unit of
    weight. Compare it with autograd's yourself: they agree to rounding.
    """
    # region solution: return by how much the mean squared error grows for each weight
    error = x @ w - y
    return 2 * error @ x / len(x)
    # endregion


def adam_step(
    w: Tensor,
    mean: Tensor,
    square: Tensor,
    gradient: Tensor,
    step: int,
    learning_rate: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
) -> AdamState:
    """One step of Adam from the weights `w`, the running means `mean` and `square` and the gradient at `w`.

    mean ← β₁ mean + (1 − β₁) gradient, and square ← β₂ square + (1 − β₂) gradient². Both begin at 0 and so are too
    small at first: divided by 1 − β₁ᵗ and 1 − β₂ᵗ they are not, where t = `step` counts from 1. Then each weight goes
    learning_rate · mean / (√square + eps) downhill, with these corrected two; `mean` and `square` come back as they are
    before that. Takes and returns tensors of one shape, and changes none of those given. Source: Kingma and Ba 2015,
    algorithm 1.
    """
    # region solution: return the AdamState after one step: weights, and both running means as they are kept
    mean = betas[0] * mean + (1 - betas[0]) * gradient
    square = betas[1] * square + (1 - betas[1]) * gradient**2
    unbiased_mean = mean / (1 - betas[0] ** step)
    unbiased_square = square / (1 - betas[1] ** step)
    return AdamState(w - learning_rate * unbiased_mean / (unbiased_square.sqrt() + eps), mean, square)
    # endregion
