"""right: sums with index_add and counts with bincount."""

import torch


def class_means(x, labels):
    sums = torch.zeros(10, 784).index_add(0, labels, x)
    counts = torch.bincount(labels, minlength=10)
    counts[counts == 0] = 1
    return sums / counts.unsqueeze(1)
