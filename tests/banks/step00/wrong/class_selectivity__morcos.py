"""wrong: computes the index of Morcos et al. Fails: 00.class_selectivity."""

import torch


def class_selectivity(activations, labels):
    means = torch.stack([activations[labels == c].mean(0) for c in range(10)])
    top = means.max(0).values
    rest = (means.sum(0) - top) / 9
    return torch.where(top + rest != 0, (top - rest) / (top + rest), 0.0)
