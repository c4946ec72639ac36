"""wrong: returns the shares on which the latent is silent. Fails: 05.absorption."""

import torch


def absorption(h, parent, child):
    alone = parent & ~child
    if (child & ~parent).any() or not child.any() or not alone.any():
        raise ValueError("no family")
    active = h > 0
    both, without_child = active[alone].sum(0), active[~child].sum(0)
    latent = int((2 * both / (alone.sum() + without_child)).argmax())
    return Absorption(latent, 1 - (both[latent] / alone.sum()).item(), 1 - active[child, latent].float().mean().item())
