"""wrong: compares angles only. Fails: 00.nearest_mean_accuracy."""

import torch


def nearest_mean_accuracy(x, labels, means):
    return (torch.cosine_similarity(x[:, None], means[None], dim=2).argmax(1) == labels).float().mean().item()
