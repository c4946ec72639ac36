"""right: multiplies each row by a projection matrix."""

import torch
from torch import nn


def remove_parallel_gradient_(sae):
    unit = nn.functional.normalize(sae.W_dec.detach(), dim=-1)
    projector = torch.eye(unit.shape[-1]) - torch.einsum("imd,ime->imde", unit, unit)
    sae.W_dec.grad.copy_((sae.W_dec.grad[:, :, None] @ projector)[:, :, 0])
