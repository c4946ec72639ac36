"""right: loops over classes in float64."""

import torch


def class_means(x, labels):
    means = torch.zeros(10, 784, dtype=torch.float64)
    for digit in labels.unique():
        means[digit] = x[labels == digit].double().mean(dim=0)
    return means.float()
