"""wrong: measures absolute differences. Fails: 00.nearest_mean_accuracy."""

import torch


def nearest_mean_accuracy(x, labels, means):
    return (torch.cdist(x, means, p=1).argmin(1) == labels).float().mean().item()
