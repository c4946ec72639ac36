"""wrong: puts what is outside into the first and last bins. Fails: 05.log_frequency_histogram."""

import torch


def log_frequency_histogram(h, edges):
    frequency = (h > 0).double().mean(0)
    alive = frequency[frequency > 0].log10()
    counts, _ = torch.histogram(alive.float().clamp(edges[0], edges[-1]), edges.float())
    return counts.long(), int((frequency == 0).sum())
