"""wrong: takes the encoder's columns for directions. Fails: 05.remove_parallel_gradient_."""

import torch
from torch import nn


@torch.no_grad()
def remove_parallel_gradient_(sae):
    unit = nn.functional.normalize(sae.W_enc, dim=1).mT
    sae.W_dec.grad -= (sae.W_dec.grad * unit).sum(-1, keepdim=True) * unit
