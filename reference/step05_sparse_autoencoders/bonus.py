"""Bonus: what happens to a feature when the dictionary grows."""

from jaxtyping import Float, Int64
from torch import Tensor, nn


def feature_splitting(
    small: Float[Tensor, "n d"], large: Float[Tensor, "m d"], threshold: float = 0.5
) -> list[Int64[Tensor, "relative"]]:
    """For every feature of a small dictionary: its relatives in a larger one, nearest first.

    Every feature of `large` belongs to the one feature of `small` with which it has the largest cosine, if that is
    at least `threshold`; otherwise to none. A feature that has split has several. Takes float32 [n, d] and [m, d];
    returns a list of n int64 tensors of rows of `large`. Source: Bricken et al. 2023, "Feature splitting" (who look
    at a map of both dictionaries).
    """
    # region solution: return for each small feature the large ones that belong to it, nearest first
    cosines = nn.functional.normalize(large, dim=-1) @ nn.functional.normalize(small, dim=-1).T  # [m, n]
    best, parent = cosines.max(1)
    order = best.argsort(descending=True)
    order = order[best[order] >= threshold]
    return [order[parent[order] == feature] for feature in range(len(small))]
    # endregion
