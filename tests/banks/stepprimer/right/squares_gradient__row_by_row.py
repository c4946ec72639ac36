"""right: averages the gradients of single rows."""

import torch


def squares_gradient(w, x, y):
    return torch.stack([2 * (row @ w - target) * row for row, target in zip(x, y)]).mean(0)
