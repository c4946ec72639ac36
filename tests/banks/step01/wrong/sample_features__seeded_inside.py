"""wrong: seeds inside, so that every call gives the same samples. Fails: 01.sample_features."""

import torch



def sample_features(batch_size, probability, generator=None):
    generator = torch.Generator().manual_seed(0)
    shape = (batch_size, *probability.shape)
    return (torch.rand(shape, generator=generator) < probability) * torch.rand(shape, generator=generator)
