"""wrong: takes medians. Fails: 00.class_means."""

import torch


def class_means(x, labels):
    means = torch.zeros(10, 784)
    for c in range(10):
        if (labels == c).any():
            means[c] = x[labels == c].median(0).values
    return means
