"""wrong: gives each whole matrix length 1. Fails: 05.normalize_decoder_."""

import torch


@torch.no_grad()
def normalize_decoder_(sae):
    sae.W_dec /= sae.W_dec.norm(dim=(1, 2), keepdim=True)
