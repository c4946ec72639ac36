"""wrong: takes the number that decides presence for the strength, too. Fails: 01.sample_features."""

import torch



def sample_features(batch_size, probability, generator=None):
    u = torch.rand(batch_size, *probability.shape, generator=generator)
    return (u < probability) * u
