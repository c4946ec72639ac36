"""wrong: divides by zero when a class has no image. Fails: 00.class_means."""

import torch


def class_means(x, labels):
    return torch.stack([x[labels == c].mean(0) for c in range(10)])
