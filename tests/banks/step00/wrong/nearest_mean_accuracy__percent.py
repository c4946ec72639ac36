"""wrong: returns percent. Fails: 00.nearest_mean_accuracy."""

import torch


def nearest_mean_accuracy(x, labels, means):
    return 100 * (torch.cdist(x, means).argmin(1) == labels).float().mean().item()
