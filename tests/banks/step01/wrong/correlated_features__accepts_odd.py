"""wrong: takes an odd number of features. Fails: 01.correlated_features."""

import torch



def correlated_features(batch_size, probability, generator=None):
    shape = (batch_size, *probability.shape)
    u = torch.rand(shape, generator=generator)[..., ::2].repeat_interleave(2, -1)[..., : probability.shape[1]]
    return (u < probability) * torch.rand(shape, generator=generator)
