"""wrong: takes away the whole gradient of zero rows. Fails: 05.remove_parallel_gradient_."""

import torch
from torch import nn


@torch.no_grad()
def remove_parallel_gradient_(sae):
    unit = nn.functional.normalize(sae.W_dec, dim=-1)
    g = sae.W_dec.grad
    g -= (g * unit).sum(-1, keepdim=True) * unit
    g *= (sae.W_dec.norm(dim=-1, keepdim=True) > 0)
