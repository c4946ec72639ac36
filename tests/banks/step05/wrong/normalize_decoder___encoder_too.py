"""wrong: normalises the encoder's columns too. Fails: 05.normalize_decoder_."""

import torch


@torch.no_grad()
def normalize_decoder_(sae):
    sae.W_dec.copy_(torch.nn.functional.normalize(sae.W_dec, dim=-1))
    sae.W_enc.copy_(torch.nn.functional.normalize(sae.W_enc, dim=1))
