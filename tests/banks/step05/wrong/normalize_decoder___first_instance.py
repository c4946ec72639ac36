"""wrong: normalises the first instance alone. Fails: 05.normalize_decoder_."""

import torch


@torch.no_grad()
def normalize_decoder_(sae):
    sae.W_dec[0] = torch.nn.functional.normalize(sae.W_dec[0], dim=-1)
