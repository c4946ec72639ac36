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
    raise NotImplementedError("Return a batch of independent sparse features")


def correlated_features(
    batch_size: int, probability: Float[Tensor, "instance feature"], generator: torch.Generator | None = None
) -> Float[Tensor, "batch instance feature"]:
    """Features in pairs (0 and 1, 2 and 3, …): the two of a pair are present together or absent together.

    As `sample_features` in all else: a feature is present with its own probability, which is the same for the two of a
    pair; their values are independent and uniform between 0 and 1. Takes and returns the same shapes, in
    float32. Raises ValueError for an odd number of features. Source: Elhage et al. 2022, "Correlated and anticorrelated
    features".
    """
    raise NotImplementedError("Return a batch of sparse features in which the two of a pair are present together")


def anticorrelated_features(
    batch_size: int, probability: Float[Tensor, "instance feature"], generator: torch.Generator | None = None
) -> Float[Tensor, "batch instance feature"]:
    """Features in pairs (0 and 1, 2 and 3, …): the two of a pair are never present together.

    As `sample_features` in all else: a feature is present with its own probability (those of a pair may differ), and
    different pairs know nothing of each other. Takes and returns the same shapes. Raises ValueError for an odd number
    of features, and where the two probabilities of a pair add up to more than 1. Source: Elhage et al. 2022,
    "Correlated and anticorrelated features".
    """
    raise NotImplementedError("Return a batch of sparse features in which the two of a pair are never present together")
