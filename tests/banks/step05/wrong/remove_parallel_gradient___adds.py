"""wrong: adds the part along the row. Fails: 05.remove_parallel_gradient_."""

import torch
from torch import nn


@torch.no_grad()
def remove_parallel_gradient_(sae):
    unit = nn.functional.normalize(sae.W_dec, dim=-1)
    sae.W_dec.grad += (sae.W_dec.grad * unit).sum(-1, keepdim=True) * unit
