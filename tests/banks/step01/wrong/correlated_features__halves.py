"""wrong: pairs feature k with feature k + n/2. Fails: 01.correlated_features."""

import torch



def correlated_features(batch_size, probability, generator=None):
    if probability.shape[1] % 2:
        raise ValueError("odd")
    shape = (batch_size, *probability.shape)
    u = torch.rand(shape, generator=generator)[..., : probability.shape[1] // 2].repeat(1, 1, 2)
    return (u < probability) * torch.rand(shape, generator=generator)
