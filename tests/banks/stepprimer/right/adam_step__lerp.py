"""right: moves the running means by interpolation, and corrects the step's length instead of the means."""

from typing import NamedTuple

import torch


class AdamState(NamedTuple):
    w: torch.Tensor
    mean: torch.Tensor
    square: torch.Tensor


def adam_step(w, mean, square, gradient, step, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
    mean = torch.lerp(mean, gradient, 1 - betas[0])
    square = torch.lerp(square, gradient.square(), 1 - betas[1])
    root = (1 - betas[1] ** step) ** 0.5
    length = learning_rate * root / (1 - betas[0] ** step)
    return AdamState(w - length * mean / (square.sqrt() + eps * root), mean, square)
