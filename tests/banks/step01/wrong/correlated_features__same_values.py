"""wrong: gives the two of a pair the same value, too. Fails: 01.correlated_features."""

import torch



def correlated_features(batch_size, probability, generator=None):
    if probability.shape[1] % 2:
        raise ValueError("odd")
    p = probability[:, ::2]
    shape = (batch_size, *p.shape)
    x = (torch.rand(shape, generator=generator) < p) * torch.rand(shape, generator=generator)
    return x.repeat_interleave(2, -1)
