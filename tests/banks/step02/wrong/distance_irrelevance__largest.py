"""wrong: takes the largest logit of each pair, right or not. Fails: 02.distance_irrelevance."""

import torch


def distance_irrelevance(logits):
    p = logits.shape[1]
    a, d = torch.arange(p)[:, None], torch.arange(p)
    b = (a + d) % p
    right = logits[a * p + b].amax(-1).double()
    deviation = right.std(correction=0)
    irrelevance = right.std(0, correction=0).mean() / deviation
    return Hand(right.mean(0), (deviation / right.mean()).item(), irrelevance.item())
