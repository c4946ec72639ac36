"""right: sorts the places of the batch in plain Python."""

import torch


def batch_topk(pre, k):
    values = pre.detach().flatten().tolist()
    places = sorted(range(len(values)), key=lambda i: -values[i])[: k * pre.shape[0]]
    h = torch.zeros_like(pre)
    kept = [i for i in places if values[i] > 0]
    for i in kept:
        h[i // pre.shape[1], i % pre.shape[1]] = pre[i // pre.shape[1], i % pre.shape[1]]
    return Kept(threshold=values[kept[-1]] if kept else 0.0, h=h)
