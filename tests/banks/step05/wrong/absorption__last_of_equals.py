"""wrong: takes the last of equals. Fails: 05.absorption."""

import torch


def absorption(h, parent, child):
    alone = parent & ~child
    if (child & ~parent).any() or not child.any() or not alone.any():
        raise ValueError("no family")
    active = h > 0
    both, without_child = active[alone].sum(0), active[~child].sum(0)
    f1 = 2 * both / (alone.sum() + without_child)
    latent = int((f1 == f1.max()).nonzero()[-1])
    return Absorption(latent, (both[latent] / alone.sum()).item(), active[child, latent].float().mean().item())
