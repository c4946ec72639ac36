"""right: compares with every pair of edges."""

import torch


def log_frequency_histogram(h, edges):
    frequency = (h > 0).float().mean(0)
    alive = torch.log10(frequency[frequency != 0])
    counts = torch.stack([((alive >= low) & (alive < high)).sum() for low, high in zip(edges[:-1], edges[1:])])
    counts[-1] += (alive == edges[-1]).sum()
    return counts, len(frequency) - len(alive)
