"""wrong: gives both features of a pair the first one's probability. Fails: 01.anticorrelated_features."""

import torch


def anticorrelated_features(batch_size, probability, generator=None):
    first, second = probability[:, ::2], probability[:, 1::2]
    if probability.shape[1] % 2 or (first + second > 1).any():
        raise ValueError("pairs")
    pairs = torch.rand(batch_size, *first.shape, generator=generator)
    present = torch.stack([pairs < first, pairs > 1 - first], -1).flatten(-2)
    return present * torch.rand(present.shape, generator=generator)
