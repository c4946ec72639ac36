"""wrong: divides by squared norms. Fails: 05.normalize_decoder_."""

import torch


@torch.no_grad()
def normalize_decoder_(sae):
    norm = sae.W_dec.square().sum(-1, keepdim=True)
    sae.W_dec /= norm.where(norm > 0, 1)
