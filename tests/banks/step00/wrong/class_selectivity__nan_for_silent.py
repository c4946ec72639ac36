"""wrong: divides zero by zero for silent units. Fails: 00.class_selectivity."""

import torch


def class_selectivity(activations, labels):
    means = torch.stack([activations[labels == c].mean(0) for c in range(10)])
    s = (means - means.mean(0)) ** 2
    return s.max(0).values / (0.9 * s.sum(0))
