"""wrong: changes the first instance alone. Fails: 05.remove_parallel_gradient_."""

import torch
from torch import nn


@torch.no_grad()
def remove_parallel_gradient_(sae):
    unit = nn.functional.normalize(sae.W_dec, dim=-1)
    g = sae.W_dec.grad[0]
    g -= (g * unit[0]).sum(-1, keepdim=True) * unit[0]
