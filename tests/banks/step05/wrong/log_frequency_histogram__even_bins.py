"""wrong: makes the bins evenly wide. Fails: 05.log_frequency_histogram."""

import torch


def log_frequency_histogram(h, edges):
    frequency = (h > 0).double().mean(0)
    alive = frequency[frequency > 0].log10()
    counts = torch.histc(alive.float(), len(edges) - 1, edges[0].item(), edges[-1].item())
    return counts.long(), int((frequency == 0).sum())
