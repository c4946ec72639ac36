"""wrong: centres with the mean over images. Fails: 00.class_selectivity."""

import torch


def class_selectivity(activations, labels):
    means = torch.stack([activations[labels == c].mean(0) for c in range(10)])
    s = (means - activations.mean(0)) ** 2
    return torch.where(s.sum(0) > 0, s.max(0).values / (0.9 * s.sum(0)), 0.0)
