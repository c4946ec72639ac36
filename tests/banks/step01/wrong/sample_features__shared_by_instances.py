"""wrong: draws once and shares the draw between instances. Fails: 01.sample_features."""

import torch



def sample_features(batch_size, probability, generator=None):
    shape = (batch_size, 1, probability.shape[1])
    return (torch.rand(shape, generator=generator) < probability) * torch.rand(shape, generator=generator)
