"""right: lets einsum multiply without summing."""

import torch


def pixel_contributions(x, W):
    return torch.einsum("p,cp->cp", x, W).unflatten(1, (28, 28))
