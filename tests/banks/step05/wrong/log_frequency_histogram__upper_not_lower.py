"""wrong: counts the upper edge of a bin, not the lower. Fails: 05.log_frequency_histogram."""

import torch


def log_frequency_histogram(h, edges):
    frequency = (h > 0).double().mean(0)
    alive = frequency[frequency > 0].log10()
    counts = torch.stack([((alive > a) & (alive <= b)).sum() for a, b in zip(edges[:-1], edges[1:])])
    return counts.long(), int((frequency == 0).sum())
