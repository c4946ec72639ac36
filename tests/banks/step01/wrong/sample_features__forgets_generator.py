"""wrong: draws the strengths from the global generator. Fails: 01.sample_features."""

import torch


def sample_features(batch_size, probability, generator=None):
    shape = (batch_size, *probability.shape)
    return (torch.rand(shape, generator=generator) < probability) * torch.rand(shape)
