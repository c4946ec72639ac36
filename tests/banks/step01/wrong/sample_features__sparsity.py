"""wrong: takes the probability for the sparsity. Fails: 01.sample_features."""

import torch



def sample_features(batch_size, probability, generator=None):
    shape = (batch_size, *probability.shape)
    return (torch.rand(shape, generator=generator) < 1 - probability) * torch.rand(shape, generator=generator)
