"""wrong: takes the direction from the gradient in place of the row. Fails: 05.remove_parallel_gradient_."""

import torch
from torch import nn


@torch.no_grad()
def remove_parallel_gradient_(sae):
    unit = nn.functional.normalize(sae.W_dec.grad, dim=-1)
    sae.W_dec.grad -= (sae.W_dec * unit).sum(-1, keepdim=True) * unit
