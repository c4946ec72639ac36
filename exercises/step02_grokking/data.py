"""Modular addition: every pair of numbers, what it adds up to, and which pairs the model may learn from."""

from jaxtyping import Int64
from torch import Tensor


def modular_addition_data(p: int) -> tuple[Int64[Tensor, "pairs 3"], Int64[Tensor, "pairs"]]:
    """All p² questions "a b =" and their answers (a + b) mod p; returns (tokens, labels).

    `tokens` is int64 [p², 3]: row a·p + b is (a, b, p), for a and b from 0 to p − 1, where token p stands for "=".
    `labels` is int64 [p²]. This order of rows is used throughout the step: whatever has p² rows can be reshaped to
    [p, p, …], with a first. Source: Nanda et al. 2023, section 3.
    """
    raise NotImplementedError("Return the tokens of all p² questions, and their answers")


def split(n: int, train_fraction: float, seed: int) -> tuple[Int64[Tensor, "train"], Int64[Tensor, "test"]]:
    """Which of `n` rows are trained on and which are held out; returns their numbers (train, test).

    int(train_fraction · n) rows, chosen at random by a generator of its own seeded with `seed` (the global one is left
    alone), are for training, all others for testing. Both are int64, sorted ascending. The same seed gives the same
    split. Raises ValueError unless 0 < train_fraction < 1. Source: Nanda et al. 2023, section 3 (30 % of the pairs).
    """
    raise NotImplementedError("Return the numbers of the rows to train on, and of those held out")
