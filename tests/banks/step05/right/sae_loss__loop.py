"""right: one instance after the other, by squared norms."""

import torch


def sae_loss(x, x_hat, h, l1):
    losses = []
    for i in range(x.shape[1]):
        error = torch.linalg.vector_norm(x[:, i] - x_hat[:, i]) ** 2 / len(x)
        sparsity = h[:, i].abs().sum() / len(x)
        losses.append(error + l1[i] * sparsity)
    return torch.stack(losses)
