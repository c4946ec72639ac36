"""wrong: looks at the class with the highest mean only. Fails: 00.class_selectivity."""

import torch


def class_selectivity(activations, labels):
    means = torch.stack([activations[labels == c].mean(0) for c in range(10)])
    m = means - means.mean(0)
    return torch.where(m.any(0), m.max(0).values ** 2 / (0.9 * (m**2).sum(0)), 0.0)
