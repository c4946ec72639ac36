"""right: keeps the norm from being zero by a tiny floor."""

import torch


def normalize_decoder_(sae):
    norms = torch.einsum("imd,imd->im", sae.W_dec, sae.W_dec).sqrt().detach().clamp(min=1e-8)
    sae.W_dec.data.div_(norms.unsqueeze(-1))
