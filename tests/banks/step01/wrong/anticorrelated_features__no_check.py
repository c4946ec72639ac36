"""wrong: does not refuse probabilities above 1 together. Fails: 01.anticorrelated_features."""

import torch



def anticorrelated_features(batch_size, probability, generator=None):
    if probability.shape[1] % 2:
        raise ValueError("odd")
    first, second = probability[:, ::2], probability[:, 1::2]
    u = torch.rand(batch_size, *first.shape, generator=generator)
    present = torch.stack([u < first, (u >= first) & (u < first + second)], -1).flatten(-2)
    return present * torch.rand(present.shape, generator=generator)
