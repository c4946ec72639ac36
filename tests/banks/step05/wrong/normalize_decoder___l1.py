"""wrong: divides by L1 norms. Fails: 05.normalize_decoder_."""

import torch


@torch.no_grad()
def normalize_decoder_(sae):
    sae.W_dec.copy_(torch.nn.functional.normalize(sae.W_dec, p=1, dim=-1))
