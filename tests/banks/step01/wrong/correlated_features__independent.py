"""wrong: draws every feature independently. Fails: 01.correlated_features."""

import torch



def correlated_features(batch_size, probability, generator=None):
    if probability.shape[1] % 2:
        raise ValueError("odd")
    shape = (batch_size, *probability.shape)
    return (torch.rand(shape, generator=generator) < probability) * torch.rand(shape, generator=generator)
