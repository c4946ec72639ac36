"""right: takes norms, and averages both terms together."""

import torch


def sae_loss(x, x_hat, h, l1):
    error = torch.linalg.vector_norm(x - x_hat, dim=-1) ** 2
    return torch.mean(error + l1[None] * h.norm(p=1, dim=-1), dim=0)
