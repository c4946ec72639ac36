"""wrong: returns the live ones beside the counts. Fails: 05.log_frequency_histogram."""

import torch


def log_frequency_histogram(h, edges):
    frequency = (h > 0).double().mean(0)
    alive = frequency[frequency > 0].log10()
    counts, _ = torch.histogram(alive.float(), edges.float())
    return counts.long(), int((frequency > 0).sum())
