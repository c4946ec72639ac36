"""Generators of random numbers: the same seed gives the same numbers."""

import torch


def generator(seed: int) -> torch.Generator:
    """A new `torch.Generator` that starts from `seed`."""
    return torch.Generator().manual_seed(seed)
