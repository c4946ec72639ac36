"""Softmax: scores to probabilities; and surprisal, what an answer costs that had some probability."""

from jaxtyping import Float, Int64
from torch import Tensor


def softmax_rows(scores: Float[Tensor, "row column"]) -> Float[Tensor, "row column"]:
    """Probabilities along each row: exp(score) / Σ exp(scores of the row).

    Takes and returns float [row, column]; every row of the result sums to 1. It must stay exact for scores of ±1,000,
    where exp overflows, and give exactly 0 for a score of −∞ (a row has at least one that is not). Write it from exp
    and sum: `torch.softmax` would do it for you, and you would miss the trick.
    """
    raise NotImplementedError("Return the softmax of each row, exact for large scores too")


def surprisal(scores: Float[Tensor, "row column"], targets: Int64[Tensor, "row"]) -> Float[Tensor, "row"]:
    """−log of the probability that softmax gives to each row's target, in nats; their mean is the cross-entropy.

    Takes float [row, column] and int64 [row]; returns float [row]. It must stay exact for scores of ±1,000: the
    probability may be too small for a float, its logarithm is not.
    """
    raise NotImplementedError("Return −log p(target) for each row, exact for improbable targets too")
