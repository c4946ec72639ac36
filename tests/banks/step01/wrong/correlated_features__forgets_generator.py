"""wrong: draws from the global generator alone. Fails: 01.correlated_features."""

import torch


def correlated_features(batch_size, probability, generator=None):
    if probability.shape[1] % 2:
        raise ValueError("odd")
    pairs = torch.rand(batch_size, len(probability), probability.shape[1] // 2).repeat_interleave(2, -1)
    return (pairs < probability) * torch.rand(pairs.shape)
