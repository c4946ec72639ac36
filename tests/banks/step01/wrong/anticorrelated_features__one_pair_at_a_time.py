"""wrong: lets one number decide for all pairs of an example. Fails: 01.anticorrelated_features."""

import torch



def anticorrelated_features(batch_size, probability, generator=None):
    first, second = probability[:, ::2], probability[:, 1::2]
    if probability.shape[1] % 2 or (first + second > 1).any():
        raise ValueError("pairs")
    u = torch.rand(batch_size, 1, 1, generator=generator)
    present = torch.stack([u < first, u >= 1 - second], -1).flatten(-2)
    return present * torch.rand(present.shape, generator=generator)
