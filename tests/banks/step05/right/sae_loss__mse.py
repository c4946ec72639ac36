"""right: scales means up to sums."""

from torch.nn import functional as F


def sae_loss(x, x_hat, h, l1):
    batch, _, d = x.shape
    error = F.mse_loss(x_hat, x, reduction="none").mean((0, 2)) * d
    return error + h.abs().mean((0, 2)) * h.shape[-1] * l1
