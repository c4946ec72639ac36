"""wrong: changes nothing and returns the result. Fails: 05.normalize_decoder_."""

import torch


@torch.no_grad()
def normalize_decoder_(sae):
    return torch.nn.functional.normalize(sae.W_dec, dim=-1)
