"""wrong: lets the highest digit win ties. Fails: 00.nearest_mean_accuracy."""

import torch


def nearest_mean_accuracy(x, labels, means):
    return (9 - torch.cdist(x, means).flip(1).argmin(1) == labels).float().mean().item()
