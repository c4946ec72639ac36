"""right: goes through instances and examples one by one."""

import torch


def sae_loss(x, x_hat, h, l1):
    losses = []
    for i in range(x.shape[1]):
        total = 0.0
        for b in range(x.shape[0]):
            error = x_hat[b, i] - x[b, i]
            total = total + error @ error + l1[i] * torch.linalg.vector_norm(h[b, i], ord=1)
        losses.append(total / x.shape[0])
    return torch.stack(losses)
