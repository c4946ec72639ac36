"""wrong: divides zero rows by zero. Fails: 05.remove_parallel_gradient_."""

import torch
from torch import nn


@torch.no_grad()
def remove_parallel_gradient_(sae):
    unit = sae.W_dec / sae.W_dec.norm(dim=-1, keepdim=True)
    sae.W_dec.grad -= (sae.W_dec.grad * unit).sum(-1, keepdim=True) * unit
