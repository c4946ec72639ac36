"""wrong: averages variances, and takes the root of their mean. Fails: 02.distance_irrelevance."""

import torch


def distance_irrelevance(logits):
    p = logits.shape[1]
    a, d = torch.arange(p)[:, None], torch.arange(p)
    b = (a + d) % p
    right = logits[a * p + b, (a + b) % p].double()
    deviation = right.std(correction=0)
    irrelevance = right.var(0, correction=0).mean().sqrt() / deviation
    return Hand(right.mean(0), (deviation / right.mean()).item(), irrelevance.item())
