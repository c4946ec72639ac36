"""wrong: makes up for it in the encoder. Fails: 05.normalize_decoder_."""

import torch


@torch.no_grad()
def normalize_decoder_(sae):
    norm = sae.W_dec.norm(dim=-1, keepdim=True)
    norm = norm.where(norm > 0, 1)
    sae.W_dec /= norm
    sae.W_enc *= norm.mT
    sae.b_enc *= norm[..., 0]
