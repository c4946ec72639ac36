"""wrong: chooses by how often a latent is right. Fails: 05.absorption."""

import torch


def absorption(h, parent, child):
    alone = parent & ~child
    if (child & ~parent).any() or not child.any() or not alone.any():
        raise ValueError("no family")
    active = h > 0
    both, without_child = active[alone].sum(0), active[~child].sum(0)
    latent = int((active == parent[:, None])[~child].float().mean(0).argmax())
    return Absorption(latent, (both[latent] / alone.sum()).item(), active[child, latent].float().mean().item())
