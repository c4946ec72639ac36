"""wrong: makes a whole example present or absent. Fails: 01.sample_features."""

import torch



def sample_features(batch_size, probability, generator=None):
    present = torch.rand(batch_size, 1, 1, generator=generator) < probability
    return present * torch.rand(batch_size, *probability.shape, generator=generator)
