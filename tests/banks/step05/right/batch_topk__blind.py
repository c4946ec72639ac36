"""right: as somebody wrote it from the stub alone."""

import torch


def batch_topk(pre, k):
    samples, latents = pre.shape
    flat = pre.reshape(-1)
    order = flat.sort(descending=True).indices
    h = torch.zeros_like(flat)
    smallest = 0.0
    for i in order[: k * samples].tolist():
        value = flat[i]
        if value <= 0:
            break
        h[i] = value
        smallest = value.item()
    return Kept(h.reshape(samples, latents), smallest)
