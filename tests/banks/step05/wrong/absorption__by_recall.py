"""wrong: chooses the latent that misses the fewest, whatever else it is active on. Fails: 05.absorption."""

import torch


def absorption(h, parent, child):
    alone = parent & ~child
    if (child & ~parent).any() or not child.any() or not alone.any():
        raise ValueError("no family")
    active = h > 0
    both, without_child = active[alone].sum(0), active[~child].sum(0)
    latent = int(both.argmax())
    return Absorption(latent, (both[latent] / alone.sum()).item(), active[child, latent].float().mean().item())
