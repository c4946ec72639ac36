"""wrong: refuses a child only if it never comes with the parent. Fails: 05.absorption."""

import torch


def absorption(h, parent, child):
    alone = parent & ~child
    if not (child & parent).any() or not alone.any():
        raise ValueError("no family")
    active = h > 0
    both, without_child = active[alone].sum(0), active[~child].sum(0)
    latent = int((2 * both / (alone.sum() + without_child)).argmax())
    return Absorption(latent, (both[latent] / alone.sum()).item(), active[child, latent].float().mean().item())
