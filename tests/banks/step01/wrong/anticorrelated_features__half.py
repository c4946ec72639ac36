"""wrong: gives a pair the probability that each of its features should have. Fails: 01.anticorrelated_features."""

import torch



def anticorrelated_features(batch_size, probability, generator=None):
    first, second = probability[:, ::2], probability[:, 1::2]
    if probability.shape[1] % 2 or (first + second > 1).any():
        raise ValueError("pairs")
    shape = (batch_size, *first.shape)
    on = torch.rand(shape, generator=generator) < first
    coin = torch.rand(shape, generator=generator) < 0.5
    present = torch.stack([on & coin, on & ~coin], -1).flatten(-2)
    return present * torch.rand(present.shape, generator=generator)
