"""wrong: adds a millionth to the norms, so that short rows stay shorter than 1. Fails: 05.normalize_decoder_."""

import torch


@torch.no_grad()
def normalize_decoder_(sae):
    sae.W_dec /= sae.W_dec.norm(dim=-1, keepdim=True) + 1e-6
