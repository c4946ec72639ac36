"""wrong: accepts a parent that never comes alone. Fails: 05.absorption."""

import torch


def absorption(h, parent, child):
    alone = parent & ~child
    if (child & ~parent).any() or not child.any():
        raise ValueError("no family")
    active = h > 0
    both, without_child = active[alone].sum(0), active[~child].sum(0)
    latent = int((2 * both / (alone.sum() + without_child).clamp(min=1)).argmax())
    share = (both[latent] / alone.sum().clamp(min=1)).item()
    return Absorption(latent, share, active[child, latent].float().mean().item())
