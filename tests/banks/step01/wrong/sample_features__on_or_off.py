"""wrong: makes a feature that is present always 1. Fails: 01.sample_features."""

import torch



def sample_features(batch_size, probability, generator=None):
    return (torch.rand(batch_size, *probability.shape, generator=generator) < probability).float()
