"""wrong: returns the last of the largest as the threshold, though it may be negative. Fails: 05.batch_topk."""

import torch


def batch_topk(pre, k):
    largest = pre.flatten().topk(k * len(pre))
    h = torch.zeros(pre.numel()).scatter(0, largest.indices, largest.values.relu()).view(pre.shape)
    active = h[h > 0]
    return Kept(h, largest.values[-1].item())
