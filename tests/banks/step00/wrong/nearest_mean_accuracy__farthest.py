"""wrong: takes the farthest mean. Fails: 00.nearest_mean_accuracy."""

import torch


def nearest_mean_accuracy(x, labels, means):
    return (torch.cdist(x, means).argmax(1) == labels).float().mean().item()
