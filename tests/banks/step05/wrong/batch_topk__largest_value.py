"""wrong: returns the largest value as the threshold. Fails: 05.batch_topk."""

import torch


def batch_topk(pre, k):
    largest = pre.flatten().topk(k * len(pre))
    h = torch.zeros(pre.numel()).scatter(0, largest.indices, largest.values.relu()).view(pre.shape)
    active = h[h > 0]
    return Kept(h, active.max().item() if len(active) else 0.0)
