"""right: divides by the squared norm, and gives the parameter another gradient."""

import torch


def remove_parallel_gradient_(sae):
    W, g = sae.W_dec.detach(), sae.W_dec.grad
    square = (W * W).sum(-1)
    share = torch.where(square > 0, (W * g).sum(-1) / square, torch.zeros(()))
    sae.W_dec.grad = g - share[..., None] * W
