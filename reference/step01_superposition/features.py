"""The world that a toy model sees: many features, only a few of them present at a time."""

import torch
from jaxtyping import Float
from torch import Tensor


def sample_features(
    batch_size: int, probability: Float[Tensor, "instance feature"], generator: torch.Generator | None = None
) -> Float[Tensor, "batch instance feature"]:
    """Draw independent sparse features: each is present with its own probability, and then uniform between 0 and 1.

    Takes an int and float32 [instance, feature], the probability 1 − S that a feature is present (S is the paper's
    sparsity); returns float32 [batch, instance, feature], 0 where a feature is absent. Every number is drawn anew for
    every example, instance and feature. Draw from `generator`, or from PyTorch's global one when it is None. Source:
    Elhage et al. 2022, "Toy Models of Superposition", "Demonstrating superposition: experiment setup".
    """
    # region solution: return a batch of independent sparse features
    shape = (batch_size, *probability.shape)
    present = torch.rand(shape, generator=generator) < probability
    return present * torch.rand(shape, generator=generator)
    # endregion


def correlated_features(
    batch_size: int, probability: Float[Tensor, "instance feature"], generator: torch.Generator | None = None
) -> Float[Tensor, "batch instance feature"]:
    """Features in pairs (0 and 1, 2 and 3, …): the two of a pair are present together or absent together.

    As `sample_features` in all else: a feature is present with its own probability, which is the same for the two of a
    pair; their values are independent and uniform between 0 and 1. Takes and returns the same shapes, in
    float32. Raises ValueError for an odd number of features. Source: Elhage et al. 2022, "Correlated and anticorrelated
    features".
    """
    # region solution: return a batch of sparse features in which the two of a pair are present together
    if probability.shape[1] % 2:
        raise ValueError(f"features come in pairs, but there are {probability.shape[1]}")
    shape = (batch_size, *probability.shape)
    pairs = torch.rand(shape, generator=generator)[..., ::2].repeat_interleave(2, -1)  # the same number for both
    return (pairs < probability) * torch.rand(shape, generator=generator)
    # endregion


def anticorrelated_features(
    batch_size: int, probability: Float[Tensor, "instance feature"], generator: torch.Generator | None = None
) -> Float[Tensor, "batch instance feature"]:
    """Features in pairs (0 and 1, 2 and 3, …): the two of a pair are never present together.

    As `sample_features` in all else: a feature is present with its own probability (those of a pair may differ), and
    different pairs know nothing of each other. Takes and returns the same shapes. Raises ValueError for an odd number
    of features, and where the two probabilities of a pair add up to more than 1. Source: Elhage et al. 2022,
    "Correlated and anticorrelated features".
    """
    # region solution: return a batch of sparse features in which the two of a pair are never present together
    if probability.shape[1] % 2:
        raise ValueError(f"features come in pairs, but there are {probability.shape[1]}")
    first, second = probability[:, ::2], probability[:, 1::2]  # [instance, pair]
    if (first + second > 1).any():
        raise ValueError("two features that exclude each other cannot have probabilities above 1 together")
    pairs = torch.rand(batch_size, *first.shape, generator=generator)
    present = torch.stack([pairs < first, pairs >= 1 - second], -1).flatten(-2)  # [batch, instance, feature]
    return present * torch.rand(present.shape, generator=generator)
    # endregion
