"""wrong: divides by one less than the number of values. Fails: 02.distance_irrelevance."""

import torch


def distance_irrelevance(logits):
    p = logits.shape[1]
    a, d = torch.arange(p)[:, None], torch.arange(p)
    b = (a + d) % p
    right = logits[a * p + b, (a + b) % p].double()
    deviation = right.std()
    irrelevance = right.std(0).mean() / deviation
    return Hand(right.mean(0), (deviation / right.mean()).item(), irrelevance.item())
