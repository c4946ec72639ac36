"""wrong: draws independently and drops both where partners meet. Fails: 01.anticorrelated_features."""

import torch



def anticorrelated_features(batch_size, probability, generator=None):
    first, second = probability[:, ::2], probability[:, 1::2]
    if probability.shape[1] % 2 or (first + second > 1).any():
        raise ValueError("pairs")
    on = torch.rand(batch_size, *probability.shape, generator=generator) < probability
    meet = (on[..., ::2] & on[..., 1::2]).repeat_interleave(2, -1)
    return (on & ~meet) * torch.rand(on.shape, generator=generator)
