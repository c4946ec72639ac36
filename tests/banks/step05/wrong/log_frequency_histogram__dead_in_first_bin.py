"""wrong: gives the dead a small frequency. Fails: 05.log_frequency_histogram."""

import torch


def log_frequency_histogram(h, edges):
    frequency = (h > 0).double().mean(0)
    alive = (frequency + 1e-10).log10()
    counts, _ = torch.histogram(alive.float(), edges.float())
    return counts.long(), int((frequency == 0).sum())
