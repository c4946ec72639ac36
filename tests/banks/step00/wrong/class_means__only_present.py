"""wrong: returns a row only for the classes that occur. Fails: 00.class_means."""

import torch


def class_means(x, labels):
    return torch.stack([x[labels == c].mean(0) for c in labels.unique()])
