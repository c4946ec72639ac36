"""Averages in which some values count more than others."""

import numpy as np


def weighted_mean(values: np.ndarray, weights: np.ndarray) -> float:
    """The mean of the values, each counted as often as its weight says: sum_i w_i x_i / sum_i w_i.

    Both have shape [n]; the weights need not add up to 1. Raises ValueError when they add up to 0.
    """
    # region solution: return the mean in which each value counts as often as its weight says
    total = weights.sum()
    if total == 0:
        raise ValueError("the weights add up to 0")
    return float((values * weights).sum() / total)
    # endregion
