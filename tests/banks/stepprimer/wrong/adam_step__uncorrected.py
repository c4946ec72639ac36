"""wrong: takes the running means as they are, too small at first. Fails: primer.adam_step."""

from typing import NamedTuple

import torch


class AdamState(NamedTuple):
    w: torch.Tensor
    mean: torch.Tensor
    square: torch.Tensor


def adam_step(w, mean, square, gradient, step, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
    mean = betas[0] * mean + (1 - betas[0]) * gradient
    square = betas[1] * square + (1 - betas[1]) * gradient**2
    return AdamState(w - learning_rate * mean / (square.sqrt() + eps), mean, square)
